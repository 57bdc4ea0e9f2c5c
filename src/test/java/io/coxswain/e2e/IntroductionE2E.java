package io.coxswain.e2e;

import static io.coxswain.e2e.LocalCluster.apply;
import static io.coxswain.e2e.LocalCluster.coxswain;
import static io.coxswain.e2e.LocalCluster.field;
import static io.coxswain.e2e.LocalCluster.kubectl;
import static io.coxswain.e2e.LocalCluster.onNode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The promises of an introduction to Kubernetes, one after the other, on one cluster: the README's tour. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IntroductionE2E {
    private static final String PODS = "app=ms-apl-x";

    @BeforeAll
    static void cluster() {
        LocalCluster.start();
    }

    @Test
    @Order(1)
    void buildsAndPushesTwoVersionsOfAnImage() throws IOException {
        Path directory = LocalCluster.PROJECT.resolve("examples/appl-x");
        Files.copy(Path.of("/bin/busybox"), directory.resolve("busybox"), StandardCopyOption.REPLACE_EXISTING);
        for (String version : List.of("1.18", "1.19")) {
            coxswain("image", "build", directory.toString(), "appl-x:" + version, "--build-arg", "VERSION=" + version);
            coxswain("image", "push", "appl-x:" + version);
        }
    }

    @Test
    @Order(2)
    void runsTheIntroductoryManifestOnBothNodes() {
        kubectl(
                "apply",
                "-f",
                LocalCluster.PROJECT.resolve("examples/ms-apl.yml").toString());
        kubectl("rollout", "status", "deployment/ms-apl-ws", "--timeout=90s");
        assertThat(names()).hasSize(3);
        assertThat(words(field("{.items[*].spec.nodeName}", "pods", "-l", PODS)))
                .containsOnly("node-1", "node-2")
                .contains("node-1", "node-2");
    }

    @Test
    @Order(3)
    void everyPodAnswersThroughTheClusterAddressFromANode() {
        String address = field("{.spec.clusterIP}", "service", "apl-x");
        assertThat(hostsAnswering("node-1", "http://" + address + "/")).isEqualTo(names());
    }

    @Test
    @Order(4)
    void everyPodAnswersByNameFromAnotherPod() {
        kubectl(
                "run",
                "client",
                "--image=appl-x:1.18",
                "--restart=Never",
                "--command",
                "--",
                "/bin/busybox",
                "sleep",
                "3600");
        kubectl("wait", "--for=condition=Ready", "pod/client", "--timeout=60s");
        Set<String> hosts = new TreeSet<>();
        await("all pods answer http://apl-x/").atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            hosts.add(hostOf(kubectl("exec", "client", "--", "/bin/busybox", "wget", "-qO-", "http://apl-x/")));
            assertThat(hosts).isEqualTo(names());
        });
        assertThat(kubectl(
                        "exec",
                        "client",
                        "--",
                        "/bin/busybox",
                        "wget",
                        "-qO-",
                        "http://apl-x.default.svc.cluster.local/"))
                .contains("application-x 1.18");
    }

    @Test
    @Order(5)
    void everyPodAnswersThroughANodePort() {
        kubectl("expose", "deployment", "ms-apl-ws", "--name=apl-x-outside", "--port=80", "--type=NodePort");
        String port = field("{.spec.ports[0].nodePort}", "service", "apl-x-outside");
        String address = LocalCluster.nodeProperty("node-2", "address");
        await("the node port answers")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(hostsAnswering("", "http://" + address + ":" + port + "/"))
                        .isEqualTo(names()));
    }

    @Test
    @Order(6)
    void scalesOut() {
        kubectl("scale", "deployment/ms-apl-ws", "--replicas=5");
        kubectl("rollout", "status", "deployment/ms-apl-ws", "--timeout=60s");
        assertThat(names()).hasSize(5);
    }

    @Test
    @Order(7)
    void rollsOutWithoutAFailedRequestAndBack() throws Exception {
        kubectl("patch", "deployment", "ms-apl-ws", "-p", """
                {"spec":{"template":{"spec":{"containers":[{"name":"application-x",
                 "lifecycle":{"preStop":{"sleep":{"seconds":3}}},
                 "readinessProbe":{"httpGet":{"port":80},"periodSeconds":1}}]}}}}""");
        kubectl("rollout", "status", "deployment/ms-apl-ws", "--timeout=120s");
        String address = field("{.spec.clusterIP}", "service", "apl-x");
        try (RequestStream requests = new RequestStream("node-1", "http://" + address + "/")) {
            kubectl("set", "image", "deployment/ms-apl-ws", "application-x=appl-x:1.19");
            kubectl("rollout", "status", "deployment/ms-apl-ws", "--timeout=120s");
            requests.awaitAnswerContaining("application-x 1.19", Duration.ofSeconds(20));
            assertThat(requests.failures()).isEmpty();
            assertThat(requests.answers()).isGreaterThan(10);
        }
        assertThat(kubectl("rollout", "history", "deployment/ms-apl-ws")).contains("REVISION", "1", "2", "3");
        kubectl("rollout", "undo", "deployment/ms-apl-ws");
        kubectl("rollout", "status", "deployment/ms-apl-ws", "--timeout=120s");
        assertThat(field("{.spec.template.spec.containers[0].image}", "deployment", "ms-apl-ws"))
                .isEqualTo("appl-x:1.18");
        await("only the old version answers")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(onNode("node-1", "curl", "-sS", "--max-time", "5", "http://" + address + "/")
                                        .output())
                                .contains("application-x 1.18"));
    }

    @Test
    @Order(8)
    void restartsAContainerWhoseProcessDied() {
        String pod = names().iterator().next();
        String uid = field("{.metadata.uid}", "pod", pod);
        kill(containerProcess(pod));
        await("the container is restarted").atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
            assertThat(field("{.status.containerStatuses[0].restartCount}", "pod", pod))
                    .isEqualTo("1");
            assertThat(field("{.status.containerStatuses[0].ready}", "pod", pod))
                    .isEqualTo("true");
        });
        assertThat(field("{.metadata.uid}", "pod", pod)).isEqualTo(uid);
        assertThat(field("{.status.containerStatuses[0].lastState.terminated.exitCode}", "pod", pod))
                .isEqualTo("137");
    }

    @Test
    @Order(9)
    void replacesADeletedPod() {
        String pod = names().iterator().next();
        kubectl("delete", "pod", pod, "--wait=true", "--timeout=60s");
        await("five pods are ready again")
                .atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(field("{.status.readyReplicas}", "deployment", "ms-apl-ws"))
                        .isEqualTo("5"));
        assertThat(names()).doesNotContain(pod);
    }

    @Test
    @Order(10)
    void runsThePodsOfADeadNodeElsewhereAndTakesTheNodeBack() {
        String address = field("{.spec.clusterIP}", "service", "apl-x");
        coxswain("node", "stop", "node-2");
        long stopped = System.nanoTime();
        await("all pods run on node-1").atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
            assertThat(field("{.status.readyReplicas}", "deployment", "ms-apl-ws"))
                    .isEqualTo("5");
            assertThat(words(field(
                            "{.items[?(@.status.phase==\"Running\")].metadata.name}",
                            "pods",
                            "-l",
                            PODS,
                            "--field-selector=spec.nodeName=node-1")))
                    .hasSize(5);
        });
        System.out.printf(
                "pods of the stopped node run elsewhere after %d s%n",
                Duration.ofNanos(System.nanoTime() - stopped).toSeconds());
        for (int i = 0; i < 10; i++) {
            assertThat(onNode("node-1", "curl", "-sS", "--max-time", "5", "http://" + address + "/")
                            .orFail()
                            .output())
                    .contains("application-x 1.18");
        }
        coxswain("node", "start", "node-2");
        kubectl("wait", "--for=condition=Ready", "node/node-2", "--timeout=60s");
        await("the node's old pods are gone")
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(words(field("{.items[*].metadata.name}", "pods", "-l", PODS)))
                        .hasSize(5));
        await("the node is schedulable")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(field("{.spec.taints}", "node", "node-2")).isEmpty());
    }

    @Test
    @Order(11)
    void runsTwentyMorePodsQuickly() {
        long begun = System.nanoTime();
        apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: twenty}
                spec:
                  replicas: 20
                  selector: {matchLabels: {app: twenty}}
                  template:
                    metadata: {labels: {app: twenty}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: application-x, image: "appl-x:1.18"}]
                """);
        kubectl("rollout", "status", "deployment/twenty", "--timeout=120s");
        System.out.printf(
                "20 more pods run after %.1f s%n",
                Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0);
        kubectl("delete", "deployment", "twenty", "--timeout=60s");
    }

    private static Set<String> names() {
        return words(kubectl(
                "get",
                "pods",
                "-l",
                PODS,
                "-o",
                "go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}} {{end}}{{end}}"));
    }

    static Set<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Which hosts answer in so many requests that one of a few would hardly be missed. */
    private static Set<String> hostsAnswering(String node, String url) {
        return IntStream.range(0, 60)
                .mapToObj(i -> node.isEmpty()
                        ? Shell.succeed(
                                Duration.ofSeconds(20),
                                java.util.Map.of(),
                                List.of("curl", "-sS", "--max-time", "5", url))
                        : onNode(node, "curl", "-sS", "--max-time", "5", url)
                                .orFail()
                                .output())
                .map(IntroductionE2E::hostOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@code application-x 1.18 on <host>}. */
    private static String hostOf(String answer) {
        assertThat(answer).contains("application-x");
        return answer.strip().substring(answer.strip().lastIndexOf(' ') + 1);
    }

    /** The pid of a pod's first container process on this machine, found by the container's control group. */
    private static long containerProcess(String pod) {
        String id =
                field("{.status.containerStatuses[0].containerID}", "pod", pod).replace("containerd://", "");
        String found = Shell.succeed(
                        Duration.ofSeconds(10),
                        java.util.Map.of(),
                        List.of("sh", "-c", "cat $(find /sys/fs/cgroup/pids -type d -name '" + id + "')/cgroup.procs"))
                .strip();
        return Long.parseLong(found.split("\\s+")[0]);
    }

    private static void kill(long pid) {
        assertThat(ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly)).contains(true);
    }
}
