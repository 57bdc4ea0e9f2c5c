package io.coxswain.e2e;

import static io.coxswain.e2e.LocalCluster.apply;
import static io.coxswain.e2e.LocalCluster.field;
import static io.coxswain.e2e.LocalCluster.kubectl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The server is killed while people write: nothing that was acknowledged is missing, and pods never notice. */
class CrashE2E {
    @BeforeAll
    static void cluster() throws IOException {
        LocalCluster.start();
        new IntroductionE2E().buildsAndPushesTwoVersionsOfAnImage();
    }

    @Test
    void losesNothingThatWasAcknowledgedAndLeavesContainersAlone() throws Exception {
        apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: steady}
                spec:
                  replicas: 4
                  selector: {matchLabels: {app: steady}}
                  template:
                    metadata: {labels: {app: steady}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: application-x, image: "appl-x:1.18"}]
                """);
        kubectl("rollout", "status", "deployment/steady", "--timeout=60s");
        Set<String> containers = containers();
        String resourceVersion = field("{.metadata.resourceVersion}", "deployment", "steady");

        Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService writers = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 4; i++) {
            int writer = i;
            writers.execute(() -> write(writer, acknowledged, stop));
        }
        await("some writes are acknowledged").atMost(Duration.ofSeconds(60)).until(() -> acknowledged.size() >= 20);
        ProcessHandle.of(LocalCluster.serverPid()).orElseThrow().destroyForcibly();
        stop.set(true);
        writers.shutdown();
        assertThat(writers.awaitTermination(3, TimeUnit.MINUTES)).isTrue();

        LocalCluster.up();
        Set<String> there =
                new TreeSet<>(Arrays.asList(field("{.items[*].metadata.name}", "configmaps", "-l", "crash=yes")
                        .split(" ")));
        assertThat(there).containsAll(acknowledged);
        assertThat(containers()).isEqualTo(containers);
        assertThat(field("{.items[*].status.containerStatuses[*].restartCount}", "pods", "-l", "app=steady"))
                .isEqualTo("0 0 0 0");
        // A watch opened before the crash goes on where it was: history survives the restart.
        assertThat(kubectl(
                        "get",
                        "--raw",
                        "/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=2&resourceVersion="
                                + resourceVersion))
                .contains("\"type\":\"ADDED\"")
                .contains(acknowledged.peek());
        kubectl("delete", "configmaps", "-l", "crash=yes");
        kubectl("delete", "deployment", "steady");
    }

    private static void write(int writer, Queue<String> acknowledged, AtomicBoolean stop) {
        for (int i = 0; i < 500 && !stop.get(); i++) {
            String name = "crash-" + writer + "-" + i;
            List<String> command = new ArrayList<>(LocalCluster.kubectlCommand("create", "-f", "-"));
            Shell.Result result = Shell.run(
                    Duration.ofSeconds(60),
                    LocalCluster.environment(),
                    List.of(
                            "sh",
                            "-c",
                            "printf '%s' '{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":"
                                    + "{\"name\":\"" + name
                                    + "\",\"namespace\":\"default\",\"labels\":{\"crash\":\"yes\"}}}'"
                                    + " | " + String.join(" ", command)));
            if (result.exitCode() == 0) {
                acknowledged.add(name);
            }
        }
    }

    private static Set<String> containers() {
        return Arrays.stream(field("{.items[*].status.containerStatuses[*].containerID}", "pods", "-l", "app=steady")
                        .split(" "))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
