package io.coxswain.e2e;

import static io.coxswain.e2e.LocalCluster.apply;
import static io.coxswain.e2e.LocalCluster.field;
import static io.coxswain.e2e.LocalCluster.kubectl;
import static io.coxswain.e2e.LocalCluster.tryKubectl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands people type most, with the kubectl on the PATH, against running pods. */
class KubectlE2E {
    private static final String MANIFEST = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: talker
              namespace: walk
              labels: {app: talker}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: talker
                image: appl-x:1.18
                command: [/bin/busybox, sh, -c, "i=0; while true; do i=$((i+1)); echo line $i; busybox sleep 1; done"]
              - name: web
                image: appl-x:1.18
            """;

    private static final String OWNED = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: owned
              namespace: walk
              labels: {app: owned}
            spec:
              replicas: 1
              selector: {matchLabels: {app: owned}}
              template:
                metadata: {labels: {app: owned}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: web
                    image: appl-x:1.18
            """;

    @BeforeAll
    static void pods() throws IOException {
        LocalCluster.start();
        new IntroductionE2E().buildsAndPushesTwoVersionsOfAnImage();
        kubectl("create", "namespace", "walk");
        await("the namespace is furnished")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(tryKubectl("get", "serviceaccount", "default", "-n", "walk")
                                .exitCode())
                        .isZero());
        apply(MANIFEST);
        kubectl("wait", "--for=condition=Ready", "pod/talker", "-n", "walk", "--timeout=60s");
    }

    @AfterAll
    static void removeNamespace() {
        kubectl("delete", "namespace", "walk", "--timeout=90s");
    }

    @Test
    void getShowsTheColumnsPeopleKnow() {
        assertThat(kubectl("get", "pods", "-n", "walk", "-o", "wide")
                        .lines()
                        .findFirst()
                        .orElse(""))
                .matches("NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES *");
        assertThat(kubectl("get", "pod", "talker", "-n", "walk")).contains("2/2", "Running");
        assertThat(kubectl("get", "nodes", "-o", "wide")).contains("node-1", "Ready", "containerd://");
        assertThat(kubectl("get", "all", "-n", "walk")).contains("pod/talker");
    }

    @Test
    void describeTellsTheStory() {
        await("events are there")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(kubectl("describe", "pod", "talker", "-n", "walk"))
                        .contains("Scheduled", "Pulled", "Created", "Started", "Successfully assigned walk/talker to"));
        assertThat(kubectl("describe", "node", "node-1")).contains("Allocated resources", "Lease:", "KubeletReady");
    }

    @Test
    void logsFollowAndTail() throws Exception {
        await("ten lines")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(kubectl("logs", "talker", "-n", "walk", "-c", "talker"))
                        .contains("line 5"));
        assertThat(kubectl("logs", "talker", "-n", "walk", "-c", "talker", "--tail=2")
                        .lines())
                .hasSize(2);
        assertThat(kubectl("logs", "talker", "-n", "walk", "-c", "talker", "--timestamps", "--tail=1"))
                .matches("(?s)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z line \\d+\\s*");
        Process follow = start("logs", "-f", "talker", "-n", "walk", "-c", "talker", "--tail=0");
        try {
            var reader = follow.inputReader(StandardCharsets.UTF_8);
            assertThat(reader.readLine()).startsWith("line ");
            assertThat(reader.readLine()).startsWith("line ");
        } finally {
            follow.destroyForcibly();
        }
        assertThat(tryKubectl("logs", "talker", "-n", "walk", "-c", "nobody").output())
                .contains("container nobody is not valid for pod talker");
    }

    @Test
    void execRunsCommandsWithInputAndExitCodes() throws Exception {
        assertThat(kubectl("exec", "talker", "-n", "walk", "-c", "web", "--", "/bin/busybox", "hostname")
                        .strip())
                .isEqualTo("talker");
        Shell.Result failed =
                tryKubectl("exec", "talker", "-n", "walk", "-c", "web", "--", "/bin/busybox", "sh", "-c", "exit 7");
        assertThat(failed.output()).contains("exit code 7");
        Process input = start("exec", "-i", "talker", "-n", "walk", "-c", "web", "--", "/bin/busybox", "md5sum");
        byte[] megabytes = new byte[3_000_000];
        input.getOutputStream().write(megabytes);
        input.getOutputStream().close();
        assertThat(new String(input.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("c9fc2d3dd83ab67a129ac10b09c9ebbb");
        Shell.Result terminal = Shell.run(
                Duration.ofSeconds(60),
                LocalCluster.environment(),
                List.of("script", "-qec", "kubectl exec -it talker -n walk -c web -- /bin/busybox tty", "/dev/null"));
        assertThat(terminal.output()).contains("/dev/pts/");
    }

    @Test
    void copiesFilesBothWays(@TempDir Path directory) throws IOException {
        Path there = directory.resolve("there.txt");
        Files.writeString(there, "carried over\n".repeat(1000));
        Shell.Result copied = tryKubectl("cp", there.toString(), "walk/talker:/tmp-there.txt", "-c", "web");
        // An image without tar cannot be copied to: kubectl needs it inside the container.
        assertThat(copied.output()).as("kubectl cp").doesNotContain("Error");
        Path back = directory.resolve("back.txt");
        kubectl("cp", "walk/talker:/tmp-there.txt", back.toString(), "-c", "web");
        assertThat(back).hasSameBinaryContentAs(there);
    }

    @Test
    void forwardsAPort() throws Exception {
        Process forward = start("port-forward", "pod/talker", "-n", "walk", ":80");
        try {
            Matcher port = Pattern.compile("127\\.0\\.0\\.1:(\\d+)")
                    .matcher(forward.inputReader(StandardCharsets.UTF_8).readLine());
            assertThat(port.find()).isTrue();
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.group(1) + "/"))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).contains("application-x 1.18 on talker");
        } finally {
            forward.destroyForcibly();
        }
    }

    @Test
    void reachesPodsAndServicesThroughTheProxy() throws IOException {
        assertThat(kubectl("get", "--raw", "/api/v1/namespaces/walk/pods/talker:80/proxy/"))
                .contains("application-x 1.18 on talker");
        kubectl("create", "service", "clusterip", "nobody", "--tcp=80", "-n", "walk");
        assertThat(tryKubectl("get", "--raw", "/api/v1/namespaces/walk/services/nobody:80/proxy/")
                        .output())
                .contains("no endpoints available for service");
        String address = kubectl("get", "service", "nobody", "-n", "walk", "-o", "jsonpath={.spec.clusterIP}");
        assertThat(kubectl("get", "ipaddress", address)).contains("services/walk/nobody");
        kubectl("delete", "service", "nobody", "-n", "walk");
        assertThat(tryKubectl("get", "ipaddress", address).exitCode()).isNotZero();
    }

    @Test
    void explainsDiffsAndDryRuns() throws IOException {
        assertThat(kubectl("explain", "deployment.spec.strategy.rollingUpdate"))
                .contains("maxSurge", "maxUnavailable", "IntOrString");
        assertThat(kubectl("explain", "pod", "--recursive")).contains("containers", "livenessProbe");
        Path file = Files.createTempFile("walk", ".yml");
        Files.writeString(file, MANIFEST);
        assertThat(tryKubectl("diff", "-f", file.toString()).output()).isEmpty();
        Files.writeString(file, MANIFEST.replace("app: talker", "app: changed"));
        Shell.Result difference = tryKubectl("diff", "-f", file.toString());
        assertThat(difference.exitCode()).isEqualTo(1);
        assertThat(difference.output()).contains("-    app: talker", "+    app: changed");
        kubectl("apply", "--dry-run=server", "-f", file.toString());
        assertThat(kubectl("get", "pod", "talker", "-n", "walk", "--show-labels"))
                .contains("app=talker");
    }

    @Test
    void appliesOnTheServersSide() throws IOException {
        Path mine = Files.createTempFile("walk", ".yml");
        Path withoutNumber = Files.createTempFile("walk", ".yml");
        Files.writeString(mine, OWNED);
        Files.writeString(withoutNumber, OWNED.replace("replicas: 1", ""));
        String[] object = {"deployment", "owned", "-n", "walk"};
        kubectl("apply", "--server-side", "-f", mine.toString());
        String version = field("{.metadata.labels}{.spec.replicas}", object);
        assertThat(version).isEqualTo("{\"app\":\"owned\"}1");

        Files.writeString(mine, OWNED.replace("replicas: 1", "replicas: 0"));
        Shell.Result conflict = tryKubectl("apply", "--server-side", "--field-manager=other", "-f", mine.toString());
        assertThat(conflict.exitCode()).isNotZero();
        assertThat(conflict.output())
                .contains("Apply failed with 1 conflict: conflict with \"kubectl\": .spec.replicas");
        Shell.Result difference = tryKubectl("diff", "--server-side", "-f", mine.toString());
        assertThat(difference.output()).contains("-  replicas: 1", "+  replicas: 0");
        kubectl("apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", mine.toString());
        kubectl("scale", "deployment/owned", "-n", "walk", "--replicas=2");
        assertThat(kubectl("get", "deployment", "owned", "-n", "walk", "-o", "yaml", "--show-managed-fields"))
                .contains("manager: other", "operation: Apply", "subresource: scale", "k:{\"name\":\"web\"}");

        // Nobody's configuration names the number any more: what the autoscaler, or who scales by hand, has set stays.
        kubectl("apply", "--server-side", "--field-manager=other", "-f", withoutNumber.toString());
        kubectl("apply", "--server-side", "-f", withoutNumber.toString());
        assertThat(field("{.spec.replicas}", object)).isEqualTo("2");
        kubectl("delete", "deployment", "owned", "-n", "walk");
    }

    @Test
    void movesFromClientSideToServerSideApply() throws IOException {
        Path file = Files.createTempFile("walk", ".yml");
        String manifest = OWNED.replace("name: owned", "name: moved");
        Files.writeString(file, manifest);
        String[] object = {"deployment", "moved", "-n", "walk"};
        kubectl("apply", "-f", file.toString());
        assertThat(field("{.metadata.managedFields[*].manager}", object)).contains("kubectl-client-side-apply");
        Files.writeString(file, manifest.replace("replicas: 1", "replicas: 0"));

        kubectl("apply", "--server-side", "-f", file.toString());

        assertThat(field("{.spec.replicas}", object)).isEqualTo("0");
        assertThat(field("{.metadata.managedFields[*].manager}", object)).doesNotContain("kubectl-client-side-apply");
        assertThat(kubectl("apply", "view-last-applied", "deployment", "moved", "-n", "walk"))
                .contains("replicas: 0");
        kubectl("delete", "deployment", "moved", "-n", "walk");
    }

    @Test
    void writingWhatIsThereWritesNothing() throws IOException {
        kubectl("create", "configmap", "still", "-n", "walk", "--from-literal=a=1");
        String[] object = {"configmap", "still", "-n", "walk"};
        String version = field("{.metadata.resourceVersion}", object);
        Path file = Files.createTempFile("walk", ".json");
        Files.writeString(
                file, kubectl("get", "configmap", "still", "-n", "walk", "-o", "json", "--show-managed-fields"));

        kubectl("replace", "-f", file.toString());
        kubectl("patch", "configmap", "still", "-n", "walk", "--type=merge", "-p", "{\"data\":{\"a\":\"1\"}}");

        assertThat(field("{.metadata.resourceVersion}", object)).isEqualTo(version);
        kubectl("delete", "configmap", "still", "-n", "walk");
    }

    @Test
    void refusesMistakesAsUpstreamDoes() throws IOException {
        Path file = Files.createTempFile("walk", ".yml");
        Files.writeString(
                file, MANIFEST.replace("name: talker\n", "name: other\n").replace("spec:", "spec:\n  nonsense: 1"));
        assertThat(tryKubectl("apply", "-f", file.toString()).output())
                .contains("strict decoding error: unknown field \"spec.nonsense\"");
        assertThat(tryKubectl("get", "pod", "x".repeat(300)).output()).contains("NotFound");
        assertThat(tryKubectl("create", "configmap", "Bad_Name").output())
                .contains("a lowercase RFC 1123 subdomain must consist of");
        assertThat(tryKubectl("scale", "deployment/none", "--replicas=1").output())
                .contains("deployments.apps \"none\" not found");
        assertThat(tryKubectl("get", "--raw", "/api/v1/pods?resourceVersion=99999999")
                        .output())
                .contains("Too large resource version");
    }

    @Test
    void waitsAndDeletes() {
        apply(MANIFEST.replace("name: talker\n", "name: brief\n"));
        kubectl("wait", "--for=condition=Ready", "pod/brief", "-n", "walk", "--timeout=60s");
        kubectl("delete", "pod", "brief", "-n", "walk", "--timeout=30s");
        kubectl("wait", "--for=delete", "pod/brief", "-n", "walk", "--timeout=30s");
        assertThat(tryKubectl("get", "pod", "brief", "-n", "walk").output()).contains("pods \"brief\" not found");
    }

    @Test
    void tellsWhatOneMayDo() {
        assertThat(kubectl("auth", "can-i", "--list")).contains("*.*", "[*]");
        assertThat(kubectl("auth", "whoami")).contains("kubernetes-admin", "system:masters");
        assertThat(kubectl("api-resources")).contains("deployments", "po", "configmaps", "cronjobs");
        assertThat(kubectl("version")).contains("Server Version: v1.34");
    }

    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(LocalCluster.kubectlCommand(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        Map<String, String> environment = builder.environment();
        environment.putAll(LocalCluster.environment());
        return builder.start();
    }
}
