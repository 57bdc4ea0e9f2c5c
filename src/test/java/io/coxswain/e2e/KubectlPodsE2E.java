package io.coxswain.e2e;

import static io.coxswain.e2e.LocalCluster.apply;
import static io.coxswain.e2e.LocalCluster.kubectl;
import static io.coxswain.e2e.LocalCluster.tryKubectl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rest of kubectl's commands that want pods that run, as {@link KubectlE2E} has the first of them. */
class KubectlPodsE2E {
    private static final String[] IN = {"-n", "walk-pods"};
    private static final String TALKERS = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: talkers, namespace: walk-pods}
            spec:
              replicas: 2
              selector: {matchLabels: {app: talkers}}
              template:
                metadata: {labels: {app: talkers}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: talker
                    image: appl-x:1.18
                    command: [/bin/busybox, sh, -c, "i=0; while true; do i=$((i+1)); echo line $i; busybox sleep 1; done"]
            """;

    @BeforeAll
    static void pods() throws IOException {
        LocalCluster.start();
        new IntroductionE2E().buildsAndPushesTwoVersionsOfAnImage();
        kubectl("create", "namespace", "walk-pods");
        apply(TALKERS);
        kubectl(in("rollout", "status", "deployment/talkers", "--timeout=90s"));
    }

    @AfterAll
    static void removeNamespace() {
        kubectl("delete", "namespace", "walk-pods", "--timeout=90s");
    }

    private static String[] in(String... arguments) {
        String[] all = new String[arguments.length + IN.length];
        System.arraycopy(IN, 0, all, 0, IN.length);
        System.arraycopy(arguments, 0, all, IN.length, arguments.length);
        return all;
    }

    @Test
    void logsOfAllPodsOfADeployment() {
        await("both have spoken")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(kubectl(in("logs", "deployment/talkers", "--all-pods", "--prefix", "--tail=1"))
                                        .lines())
                                .hasSize(2)
                                .allMatch(line -> line.matches("\\[pod/talkers-\\S+/talker] line \\d+")));
        assertThat(kubectl(in("logs", "-l", "app=talkers", "--since=1h", "--limit-bytes=4")))
                .contains("line");
        assertThat(tryKubectl(in("logs", "deployment/talkers", "--previous")).output())
                .contains("previous terminated container \"talker\" in pod");
    }

    @Test
    void attachesToWhatRuns() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        LocalCluster.kubectlCommand(in("attach", "deployment/talkers", "--pod-running-timeout=20s")))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(LocalCluster.environment());
        Process attach = builder.start();
        try (BufferedReader output = attach.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).startsWith("line ");
            assertThat(output.readLine()).startsWith("line ");
        } finally {
            attach.destroyForcibly();
        }
    }

    @Test
    void execsInAPodOfADeployment() {
        assertThat(kubectl(in("exec", "deployment/talkers", "--", "/bin/busybox", "hostname")))
                .startsWith("talkers-");
    }

    @Test
    void runsAPodOnceAndRemovesIt() {
        // It waits until kubectl has attached and closed its input: what it says before is for those who read its log.
        String output = kubectl(in(
                "run",
                "once",
                "--rm",
                "-i",
                "--quiet",
                "--restart=Never",
                "--image=appl-x:1.18",
                "--command",
                "--",
                "/bin/busybox",
                "sh",
                "-c",
                "/bin/busybox cat && /bin/busybox echo hello from once"));
        assertThat(output).contains("hello from once");
        assertThat(tryKubectl(in("get", "pod", "once")).output()).contains("pods \"once\" not found");
    }

    @Test
    void drainsANode() {
        kubectl("drain", "node-2", "--pod-selector=app=talkers", "--timeout=60s", "--force");
        try {
            assertThat(kubectl("get", "node", "node-2")).contains("SchedulingDisabled");
            assertThat(kubectl(in(
                            "get", "pods", "-l", "app=talkers", "--field-selector=spec.nodeName=node-2", "-o", "name")))
                    .isEmpty();
        } finally {
            kubectl("uncordon", "node-2");
        }
        kubectl(in("rollout", "status", "deployment/talkers", "--timeout=60s"));
    }
}
