package io.coxswain.node.podworker;

import static io.coxswain.node.TestPods.container;
import static io.coxswain.node.TestPods.exited;
import static io.coxswain.node.TestPods.instance;
import static io.coxswain.node.TestPods.pod;
import static io.coxswain.node.TestPods.running;
import static io.coxswain.node.TestPods.runtime;
import static io.coxswain.node.TestPods.sandbox;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.node.cri.CriLabels;
import io.coxswain.node.cri.PodRuntime;
import io.coxswain.node.cri.PodRuntime.Instance;
import io.coxswain.node.cri.v1.ContainerState;
import io.coxswain.node.probe.ProbeResults;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodPlannerTest {

    private ProbeResults.Result liveness = ProbeResults.Result.SUCCESS;
    private ProbeResults.Result startup = ProbeResults.Result.SUCCESS;

    private final ProbeResults probes = new ProbeResults() {
        @Override
        public Result startup(String id) {
            return startup;
        }

        @Override
        public Result liveness(String id) {
            return liveness;
        }

        @Override
        public Result readiness(String id) {
            return Result.SUCCESS;
        }
    };

    private PodPlan plan(Pod pod, PodRuntime runtime, String... restart) {
        return PodPlanner.plan(pod, runtime, probes, Set.of(restart), Set.of());
    }

    private static List<String> names(PodPlan plan) {
        return plan.start().stream().map(Container::getName).toList();
    }

    @Test
    void beginsWithASandbox() {
        PodPlan plan = plan(pod("Always", container("a"), container("b")), PodRuntime.none("u1"));
        assertThat(plan.createSandbox()).isTrue();
        assertThat(plan.attempt()).isZero();
        assertThat(names(plan)).containsExactly("a", "b");
    }

    @Test
    void startsAllContainersInAFreshSandbox() {
        assertThat(names(plan(pod("Always", container("a"), container("b")), runtime(sandbox("s", 0, true)))))
                .containsExactly("a", "b");
    }

    @Test
    void leavesWhatRunsAlone() {
        PodPlan plan = plan(pod("Always", container("a")), runtime(sandbox("s", 0, true), running("s", "a", 0)));
        assertThat(plan.start()).isEmpty();
        assertThat(plan.kill()).isEmpty();
        assertThat(plan.createSandbox()).isFalse();
    }

    @Test
    void restartsByPolicy() {
        PodRuntime failed = runtime(sandbox("s", 0, true), exited("s", "a", 0, 1));
        PodRuntime done = runtime(sandbox("s", 0, true), exited("s", "a", 0, 0));
        assertThat(names(plan(pod("Always", container("a")), failed))).containsExactly("a");
        assertThat(names(plan(pod("Always", container("a")), done))).containsExactly("a");
        assertThat(names(plan(pod("OnFailure", container("a")), failed))).containsExactly("a");
        assertThat(names(plan(pod("OnFailure", container("a")), done))).isEmpty();
        assertThat(names(plan(pod("Never", container("a")), failed))).isEmpty();
    }

    @Test
    void restartsWhatItStoppedItselfThoughItExitedWell() {
        PodRuntime done = runtime(sandbox("s", 0, true), exited("s", "a", 0, 0));
        assertThat(names(plan(pod("OnFailure", container("a")), done, "a-0"))).containsExactly("a");
    }

    @Test
    void startsAgainWhatWasCreatedButNeverStarted() {
        PodRuntime created = runtime(sandbox("s", 0, true), instance("s", "a", 0, ContainerState.CONTAINER_CREATED, 0));
        assertThat(names(plan(pod("Always", container("a")), created))).containsExactly("a");
    }

    @Test
    void runsInitContainersOneByOne() {
        Pod pod = pod(s -> s.withRestartPolicy("Always")
                .addToInitContainers(container("i1"), container("i2"))
                .addToContainers(container("a")));
        var s = sandbox("s", 0, true);
        assertThat(names(plan(pod, runtime(s)))).containsExactly("i1");
        assertThat(names(plan(pod, runtime(s, running("s", "i1", 0))))).isEmpty();
        assertThat(names(plan(pod, runtime(s, exited("s", "i1", 0, 0))))).containsExactly("i2");
        assertThat(names(plan(pod, runtime(s, exited("s", "i2", 0, 1), exited("s", "i1", 0, 0)))))
                .containsExactly("i2");
        assertThat(names(plan(pod, runtime(s, exited("s", "i2", 0, 0), exited("s", "i1", 0, 0)))))
                .containsExactly("a");
    }

    @Test
    void doesNotRunAFailedInitContainerAgainIfThePolicyIsNever() {
        Pod pod = pod(s -> s.withRestartPolicy("Never")
                .addToInitContainers(container("i1"))
                .addToContainers(container("a")));
        assertThat(names(plan(pod, runtime(sandbox("s", 0, true), exited("s", "i1", 0, 1)))))
                .isEmpty();
    }

    @Test
    void startsTheOthersWhenASidecarHasStarted() {
        Container sidecar = new ContainerBuilder(container("side"))
                .withRestartPolicy("Always")
                .withNewStartupProbe()
                .endStartupProbe()
                .build();
        Pod pod = pod(
                s -> s.withRestartPolicy("Never").addToInitContainers(sidecar).addToContainers(container("a")));
        var s = sandbox("s", 0, true);
        startup = ProbeResults.Result.UNKNOWN;
        assertThat(names(plan(pod, runtime(s, running("s", "side", 0))))).isEmpty();
        startup = ProbeResults.Result.SUCCESS;
        assertThat(names(plan(pod, runtime(s, running("s", "side", 0))))).containsExactly("a");
        assertThat(names(plan(pod, runtime(s, running("s", "a", 0), exited("s", "side", 0, 1)))))
                .containsExactly("side");
    }

    @Test
    void killsWhatFailsItsLivenessProbe() {
        liveness = ProbeResults.Result.FAILURE;
        PodRuntime up = runtime(sandbox("s", 0, true), running("s", "a", 0));
        PodPlan plan = plan(pod("Always", container("a")), up);
        assertThat(plan.kill()).singleElement().satisfies(k -> {
            assertThat(k.message()).isEqualTo("Container a failed liveness probe, will be restarted");
            assertThat(k.restart()).isTrue();
        });
        assertThat(plan(pod("Never", container("a")), up).kill())
                .singleElement()
                .satisfies(k -> {
                    assertThat(k.message()).isEqualTo("Container a failed liveness probe");
                    assertThat(k.restart()).isFalse();
                });
    }

    @Test
    void replacesAContainerWhoseImageChanged() {
        Instance old = running("s", "a", 0);
        Instance hashed = new Instance(
                "s",
                "a",
                old.status().toBuilder().putAnnotations(CriLabels.HASH, "other").build());
        assertThat(plan(pod("Always", container("a")), runtime(sandbox("s", 0, true), hashed))
                        .kill())
                .singleElement()
                .satisfies(k -> assertThat(k.message()).isEqualTo("Container a definition changed, will be restarted"));
    }

    @Test
    void replacesADeadSandboxAfterStoppingWhatRunsInIt() {
        Pod pod = pod("Always", container("a"));
        PodPlan first = plan(pod, runtime(sandbox("s", 3, false), running("s", "a", 0)));
        assertThat(first.stopSandboxes()).containsExactly("s");
        assertThat(first.start()).isEmpty();
        PodPlan then = plan(pod, runtime(sandbox("s", 3, false), exited("s", "a", 0, 137)));
        assertThat(then.createSandbox()).isTrue();
        assertThat(then.attempt()).isEqualTo(4);
    }

    @Test
    void doesNotReplaceTheSandboxOfAPodThatIsDone() {
        PodRuntime over = runtime(sandbox("s", 0, false), exited("s", "a", 0, 0));
        assertThat(plan(pod("Never", container("a")), over).createSandbox()).isFalse();
        assertThat(plan(pod("OnFailure", container("a")), over).createSandbox()).isFalse();
        assertThat(plan(pod("Always", container("a")), over).createSandbox()).isTrue();
    }
}
