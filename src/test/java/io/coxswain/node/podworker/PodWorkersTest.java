package io.coxswain.node.podworker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.node.FakeNodeApi;
import io.coxswain.node.FakeRuntime;
import io.coxswain.node.NodeSettings;
import io.coxswain.node.TestPods;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.volume.HostMounts;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workers' own logic, on a runtime of maps; {@link PodWorkersIT} is the proof with a real one. */
class PodWorkersTest {

    @TempDir
    Path dir;

    private final FakeNodeApi api = new FakeNodeApi();
    private final FakeRuntime runtime = new FakeRuntime();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private PodWorkers workers;

    @BeforeEach
    void start() throws IOException {
        runtime.images.add("busybox:1");
        workers = agent();
        workers.synced();
    }

    @AfterEach
    void stop() {
        workers.close();
        timer.shutdownNow();
        executor.shutdownNow();
    }

    private PodWorkers agent() throws IOException {
        HostMounts mounts = new HostMounts() {
            @Override
            public void tmpfs(Path target, long size) {}

            @Override
            public void unmount(Path target) {}

            @Override
            public boolean mounted(Path target) {
                return false;
            }
        };
        PodWorkers made = new PodWorkers(
                new NodeSettings(
                        "node-1",
                        "172.30.0.11",
                        dir,
                        "/coxswain-none",
                        "10.96.0.10",
                        "cluster.local",
                        Duration.ofHours(1)),
                api,
                runtime,
                mounts,
                Clock.systemUTC(),
                executor,
                timer,
                Map.of());
        api.changed = made::update;
        api.deleted = made::remove;
        made.start();
        return made;
    }

    private Pod put(Pod pod) {
        api.put(pod);
        return pod;
    }

    private void awaitPod(Predicate<Pod> condition) {
        await().atMost(Duration.ofSeconds(5)).until(() -> {
            Pod pod = api.pods.get("u1");
            return pod != null && pod.getStatus() != null && condition.test(pod);
        });
    }

    private void awaitRunning() {
        awaitPod(p -> "Running".equals(p.getStatus().getPhase()));
    }

    private String containerId() {
        return api.pod("u1")
                .getStatus()
                .getContainerStatuses()
                .get(0)
                .getContainerID()
                .replace("containerd://", "");
    }

    private long count(String call) {
        return runtime.calls.stream().filter(c -> c.startsWith(call)).count();
    }

    @Test
    void startsEverythingOnceHoweverOftenItIsKicked() {
        Pod pod = put(TestPods.pod("Always", TestPods.container("a"), TestPods.container("b")));
        for (int i = 0; i < 50; i++) {
            workers.update(api.pods.getOrDefault("u1", pod));
        }
        awaitRunning();
        for (int i = 0; i < 50; i++) {
            workers.update(api.pod("u1"));
        }
        await().during(Duration.ofMillis(200)).until(() -> count("startContainer") == 2);
        assertThat(count("runPodSandbox")).isEqualTo(1);
        assertThat(count("createContainer a")).isEqualTo(1);
    }

    @Test
    void reportsOnlyChanges() {
        put(TestPods.pod("Always", TestPods.container("a")));
        awaitRunning();
        int patches = api.patches.size();
        for (int i = 0; i < 20; i++) {
            workers.update(api.pod("u1"));
        }
        await().during(Duration.ofMillis(200)).until(() -> api.patches.size() == patches);
        assertThat(patches).isLessThanOrEqualTo(2);
    }

    @Test
    void completesTheDeletionWhenNothingRunsAnyMore() {
        put(TestPods.pod("Always", TestPods.container("a")));
        awaitRunning();
        String id = containerId();
        api.markDeleted("u1", 7);
        await().atMost(Duration.ofSeconds(5)).until(() -> api.pods.isEmpty());
        assertThat(runtime.calls).contains("stopContainer " + id + " 7");
        assertThat(runtime.listPodSandboxes(Map.of())).isEmpty();
        assertThat(dir.resolve("pods/u1")).doesNotExist();
        var last = api.patches.get(api.patches.size() - 1);
        assertThat(last.at("/status/phase").asText()).isEqualTo("Failed");
        assertThat(last.at("/status/containerStatuses/0/state/terminated/exitCode")
                        .asInt())
                .isEqualTo(143);
    }

    @Test
    void endsAPodThatTheApiNoLongerHas() {
        Pod pod = put(TestPods.pod("Always", TestPods.container("a")));
        awaitRunning();
        api.pods.clear();
        workers.remove(pod);
        await().atMost(Duration.ofSeconds(5))
                .until(() -> runtime.listPodSandboxes(Map.of()).isEmpty()
                        && workers.pods().isEmpty());
    }

    @Test
    void restartsWithTheCountOfTheRuntimeEvenAfterItsOwnRestart() throws IOException {
        put(TestPods.pod("Always", TestPods.container("a")));
        awaitRunning();
        runtime.exit(containerId(), 1, "Error");
        awaitPod(p -> p.getStatus().getContainerStatuses().get(0).getRestartCount() == 1);
        workers.close();
        workers = agent();
        workers.update(api.pod("u1"));
        workers.synced();
        runtime.exit(containerId(), 1, "Error");
        awaitPod(p -> p.getStatus().getContainerStatuses().get(0).getRestartCount() == 2);
        assertThat(count("createContainer a")).isEqualTo(3);
    }

    @Test
    void leavesAFinishedPodAlone() {
        put(TestPods.pod("Never", TestPods.container("a")));
        awaitRunning();
        runtime.exit(containerId(), 0, "Completed");
        awaitPod(p -> "Succeeded".equals(p.getStatus().getPhase()));
        await().atMost(Duration.ofSeconds(5)).until(() -> count("stopPodSandbox") > 0);
        workers.update(api.pod("u1"));
        await().during(Duration.ofMillis(200)).until(() -> count("createContainer") == 1);
        assertThat(api.pod("u1").getStatus().getPodIP()).isNotEmpty();
    }

    @Test
    void retriesWhatTheApiRefused() {
        api.outage = Optional.of(new IllegalStateException("no answer"));
        put(TestPods.pod("Always", TestPods.container("a")));
        await().atMost(Duration.ofSeconds(5)).until(() -> count("startContainer") == 1);
        api.outage = Optional.empty();
        awaitRunning();
        assertThat(count("startContainer")).isEqualTo(1);
    }

    @Test
    void triesASandboxAgainAfterAFailure() {
        runtime.sandboxFailure = Optional.of(new CriException(CriException.Kind.FAILED, "no network"));
        put(TestPods.pod("Always", TestPods.container("a")));
        await().until(() -> !api.messages("FailedCreatePodSandBox").isEmpty());
        assertThat(api.messages("FailedCreatePodSandBox").get(0))
                .isEqualTo("Failed to create pod sandbox: rpc error: code = Unknown desc = no network");
        runtime.sandboxFailure = Optional.empty();
        awaitRunning();
    }

    @Test
    void waitsForARuntimeThatIsDown() {
        runtime.down = true;
        put(TestPods.pod("Always", TestPods.container("a")));
        await().during(Duration.ofMillis(200)).until(() -> api.patches.isEmpty());
        runtime.down = false;
        awaitRunning();
    }

    @Test
    void failsAPodThatOutlivesItsDeadline() {
        Pod pod = TestPods.pod(s -> s.withActiveDeadlineSeconds(1L).addToContainers(TestPods.container("a")));
        put(new PodBuilder(pod)
                .withNewStatus()
                .withStartTime(Instant.now().minusSeconds(5).toString())
                .endStatus()
                .build());
        awaitPod(p -> "Failed".equals(p.getStatus().getPhase()));
        assertThat(api.pod("u1").getStatus().getReason()).isEqualTo("DeadlineExceeded");
    }

    @Test
    void aHostPortIsTakenByOnePodAtATime() {
        put(named("u1", onHostPort()));
        awaitRunning();
        put(named("u2", onHostPort()));
        await().until(() -> api.pod("u2").getStatus() != null
                && "Failed".equals(api.pod("u2").getStatus().getPhase()));
        assertThat(api.pod("u2").getStatus().getReason()).isEqualTo("NodePorts");
        assertThat(api.messages("NodePorts"))
                .containsExactly(
                        "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports");
        assertThat(count("runPodSandbox")).isEqualTo(1);

        api.markDeleted("u1", 1);
        await().until(() -> !api.pods.containsKey("u1"));
        put(named("u3", onHostPort()));
        await().until(() -> api.pod("u3").getStatus() != null
                && "Running".equals(api.pod("u3").getStatus().getPhase()));
    }

    private static Pod onHostPort() {
        return TestPods.pod(
                "Always",
                new ContainerBuilder(TestPods.container("a"))
                        .addNewPort()
                        .withContainerPort(80)
                        .withHostPort(8080)
                        .endPort()
                        .build());
    }

    private static Pod named(String uid, Pod pod) {
        return new PodBuilder(pod)
                .editMetadata()
                .withUid(uid)
                .withName("web-" + uid)
                .endMetadata()
                .build();
    }

    @Test
    void saysWhatItCannotRun() {
        put(TestPods.pod(s -> s.withRuntimeClassName("gvisor").addToContainers(TestPods.container("a"))));
        awaitPod(p -> p.getStatus().getContainerStatuses().get(0).getState().getWaiting() != null);
        assertThat(api.pod("u1")
                        .getStatus()
                        .getContainerStatuses()
                        .get(0)
                        .getState()
                        .getWaiting()
                        .getMessage())
                .isEqualTo("runtimeClassName \"gvisor\" is not supported by this node agent");
        assertThat(api.messages("FailedCreatePodSandBox")).hasSize(1);
        assertThat(count("runPodSandbox")).isZero();
    }

    @Test
    void isSilentAfterItsEnd() throws IOException {
        put(TestPods.pod("Always", TestPods.container("a")));
        awaitRunning();
        workers.close();
        int calls = runtime.calls.size();
        int patches = api.patches.size();
        runtime.exit(containerId(), 1, "Error");
        workers.update(api.pod("u1"));
        await().during(Duration.ofMillis(200))
                .until(() -> runtime.calls.size() == calls && api.patches.size() == patches);
        assertThat(Files.exists(dir.resolve("pods/u1"))).isTrue();
    }
}
