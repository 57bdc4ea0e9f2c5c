package io.coxswain.node.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.node.FakeRuntime;
import io.coxswain.node.TestPods;
import io.coxswain.node.probe.ProbeResults.Result;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContainerProbesTest {

    private final FakeRuntime runtime = new FakeRuntime();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final ContainerProbes probes =
            new ContainerProbes(new Prober(runtime), Clock.systemUTC(), timer, Runnable::run);
    private final AtomicInteger changes = new AtomicInteger();
    private final List<String> unhealthy = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        probes.close();
        timer.shutdownNow();
    }

    private static Probe exec(int failureThreshold) {
        return new ProbeBuilder()
                .withNewExec()
                .withCommand("check")
                .endExec()
                .withPeriodSeconds(0)
                .withFailureThreshold(failureThreshold)
                .build();
    }

    private void watch(Container container) {
        probes.watch("u1", "id", container, "127.0.0.1", Instant.now(), new ContainerProbes.Listener() {
            @Override
            public void changed() {
                changes.incrementAndGet();
            }

            @Override
            public void unhealthy(String message) {
                unhealthy.add(message);
            }
        });
    }

    @Test
    void knowsNothingOfOtherContainers() {
        assertThat(probes.readiness("id")).isEqualTo(Result.UNKNOWN);
    }

    @Test
    void isUnreadyUntilTheFirstSuccess() {
        runtime.execExit = 1;
        watch(new ContainerBuilder(TestPods.container("c"))
                .withReadinessProbe(exec(3))
                .build());
        assertThat(probes.readiness("id")).isEqualTo(Result.FAILURE);
        assertThat(probes.liveness("id")).isEqualTo(Result.SUCCESS);
        await().until(() -> unhealthy.size() > 2);
        assertThat(unhealthy.get(0)).isEqualTo("Readiness probe failed: out");
        runtime.execExit = 0;
        await().until(() -> probes.readiness("id") == Result.SUCCESS);
    }

    @Test
    void toleratesFailuresBelowTheThreshold() {
        runtime.execExit = 1;
        watch(new ContainerBuilder(TestPods.container("c"))
                .withLivenessProbe(exec(3))
                .build());
        await().until(() -> probes.liveness("id") == Result.FAILURE);
        assertThat(unhealthy).hasSize(3);
        assertThat(changes).hasValue(1);
    }

    @Test
    void holdsTheOthersBackUntilTheStartupProbeSucceeds() {
        runtime.execExit = 1;
        watch(new ContainerBuilder(TestPods.container("c"))
                .withStartupProbe(exec(100_000))
                .withReadinessProbe(exec(1))
                .withLivenessProbe(exec(1))
                .build());
        await().until(() -> unhealthy.size() > 5);
        assertThat(unhealthy).allMatch(m -> m.startsWith("Startup probe failed"));
        assertThat(probes.liveness("id")).isEqualTo(Result.SUCCESS);
        runtime.execExit = 0;
        await().until(() -> probes.startup("id") == Result.SUCCESS && probes.readiness("id") == Result.SUCCESS);
    }

    @Test
    void stopsAskingWhenTheContainerIsGone() {
        watch(new ContainerBuilder(TestPods.container("c"))
                .withReadinessProbe(exec(1))
                .build());
        await().until(() -> probes.readiness("id") == Result.SUCCESS);
        probes.retain("u1", Set.of());
        assertThat(probes.readiness("id")).isEqualTo(Result.UNKNOWN);
        int asked = runtime.execs.get();
        await().during(java.time.Duration.ofMillis(100)).until(() -> runtime.execs.get() <= asked + 1);
    }

    @Test
    void distinguishesFailureFromError() {
        Prober prober = new Prober(runtime);
        Container c = TestPods.container("c");
        Probe port = new ProbeBuilder()
                .withNewTcpSocket()
                .withNewPort("nope")
                .endTcpSocket()
                .build();
        assertThat(prober.probe(port, c, "id", "127.0.0.1").verdict()).isEqualTo(Prober.Verdict.ERROR);
        Probe none = new ProbeBuilder().build();
        assertThat(prober.probe(none, c, "id", "127.0.0.1").verdict()).isEqualTo(Prober.Verdict.ERROR);
        Probe refused = new ProbeBuilder()
                .withNewTcpSocket()
                .withNewPort(1)
                .endTcpSocket()
                .build();
        assertThat(prober.probe(refused, c, "id", "127.0.0.1"))
                .isEqualTo(new Prober.Outcome(
                        Prober.Verdict.FAILURE, "dial tcp 127.0.0.1:1: connect: connection refused"));
    }
}
