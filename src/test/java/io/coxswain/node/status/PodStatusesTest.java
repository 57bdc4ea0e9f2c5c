package io.coxswain.node.status;

import static io.coxswain.node.TestPods.container;
import static io.coxswain.node.TestPods.exited;
import static io.coxswain.node.TestPods.pod;
import static io.coxswain.node.TestPods.running;
import static io.coxswain.node.TestPods.runtime;
import static io.coxswain.node.TestPods.sandbox;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.coxswain.node.cri.PodRuntime;
import io.coxswain.node.probe.ProbeResults;
import io.coxswain.node.status.PodObservation.Verdict;
import io.coxswain.node.status.PodObservation.Waiting;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodStatusesTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private final Map<String, Waiting> waiting = new HashMap<>();
    private ProbeResults.Result readiness = ProbeResults.Result.FAILURE;
    private boolean terminal;
    private Optional<Verdict> verdict = Optional.empty();

    private PodStatus status(Pod pod, PodRuntime runtime) {
        ProbeResults probes = new ProbeResults() {
            @Override
            public Result startup(String id) {
                return Result.UNKNOWN;
            }

            @Override
            public Result liveness(String id) {
                return Result.SUCCESS;
            }

            @Override
            public Result readiness(String id) {
                return readiness;
            }
        };
        List<String> ips = runtime.newestSandbox()
                .filter(s -> s.ready())
                .map(s -> List.of(s.ip()))
                .orElse(List.of());
        return PodStatuses.of(
                pod,
                new PodObservation(
                        runtime,
                        waiting,
                        Set.of(),
                        Map.of("a-0", "last words"),
                        probes,
                        List.of("172.30.0.11"),
                        ips,
                        NOW,
                        terminal,
                        verdict));
    }

    private static PodCondition condition(PodStatus status, String type) {
        return status.getConditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static String conditions(PodStatus status) {
        StringBuilder out = new StringBuilder();
        status.getConditions()
                .forEach(c ->
                        out.append(c.getType().charAt(0)).append(c.getStatus().charAt(0)));
        return out.toString();
    }

    @Test
    void isPendingBeforeAnythingRuns() {
        PodStatus status = status(pod("Always", container("a")), PodRuntime.none("u1"));
        assertThat(status.getPhase()).isEqualTo("Pending");
        assertThat(status.getContainerStatuses().get(0).getState().getWaiting().getReason())
                .isEqualTo("ContainerCreating");
        assertThat(conditions(status)).isEqualTo("PFITCFRF");
        assertThat(condition(status, "Ready").getReason()).isEqualTo("ContainersNotReady");
        assertThat(condition(status, "Ready").getMessage()).isEqualTo("containers with unready status: [a]");
        assertThat(status.getStartTime()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(status.getHostIP()).isEqualTo("172.30.0.11");
    }

    @Test
    void isReadyWhenAllContainersAre() {
        PodStatus status = status(pod("Always", container("a")), runtime(sandbox("s", 0, true), running("s", "a", 0)));
        assertThat(status.getPhase()).isEqualTo("Running");
        assertThat(conditions(status)).isEqualTo("PTITCTRT");
        assertThat(status.getPodIP()).isEqualTo("10.244.0.7");
        assertThat(status.getContainerStatuses().get(0).getContainerID()).isEqualTo("containerd://a-0");
        assertThat(status.getContainerStatuses().get(0).getStarted()).isTrue();
    }

    @Test
    void waitsForReadinessAndStartupProbes() {
        Container probed = new ContainerBuilder(container("a"))
                .withNewReadinessProbe()
                .endReadinessProbe()
                .build();
        PodRuntime up = runtime(sandbox("s", 0, true), running("s", "a", 0));
        assertThat(conditions(status(pod("Always", probed), up))).isEqualTo("PTITCFRF");
        readiness = ProbeResults.Result.SUCCESS;
        assertThat(conditions(status(pod("Always", probed), up))).isEqualTo("PTITCTRT");
        Container starting = new ContainerBuilder(probed)
                .withNewStartupProbe()
                .endStartupProbe()
                .build();
        PodStatus status = status(pod("Always", starting), up);
        assertThat(status.getContainerStatuses().get(0).getStarted()).isFalse();
        assertThat(conditions(status)).isEqualTo("PTITCFRF");
    }

    @Test
    void waitsForReadinessGates() {
        Pod gated = pod(s -> s.addToContainers(container("a")).addNewReadinessGate("example.com/ok"));
        PodRuntime up = runtime(sandbox("s", 0, true), running("s", "a", 0));
        PodCondition ready = condition(status(gated, up), "Ready");
        assertThat(ready.getReason()).isEqualTo("ReadinessGatesNotReady");
        assertThat(ready.getMessage())
                .isEqualTo("corresponding condition of pod readiness gate \"example.com/ok\" does not exist.");
        Pod open = new PodBuilder(gated)
                .withNewStatus()
                .addNewCondition()
                .withType("example.com/ok")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
        assertThat(condition(status(open, up), "Ready").getStatus()).isEqualTo("True");
    }

    @Test
    void followsExitCodesAndPolicy() {
        PodRuntime done = runtime(sandbox("s", 0, true), exited("s", "a", 0, 0));
        PodRuntime failed = runtime(sandbox("s", 0, true), exited("s", "a", 0, 2));
        assertThat(status(pod("Never", container("a")), done).getPhase()).isEqualTo("Succeeded");
        assertThat(status(pod("Never", container("a")), failed).getPhase()).isEqualTo("Failed");
        assertThat(status(pod("OnFailure", container("a")), failed).getPhase()).isEqualTo("Running");
        assertThat(status(pod("OnFailure", container("a")), done).getPhase()).isEqualTo("Succeeded");
        assertThat(status(pod("Always", container("a")), done).getPhase()).isEqualTo("Running");
        var end = status(pod("Never", container("a")), failed)
                .getContainerStatuses()
                .get(0)
                .getState()
                .getTerminated();
        assertThat(end.getReason()).isEqualTo("Error");
        assertThat(end.getMessage()).isEqualTo("last words");
        assertThat(end.getFinishedAt()).isEqualTo("1970-01-01T00:00:05Z");
        PodStatus succeeded = status(pod("Never", container("a")), done);
        assertThat(condition(succeeded, "Ready").getReason()).isEqualTo("PodCompleted");
        assertThat(condition(succeeded, "Initialized").getReason()).isEqualTo("PodCompleted");
    }

    @Test
    void showsBackOffWithTheLastRun() {
        waiting.put("a", new Waiting("CrashLoopBackOff", "back-off 10s"));
        PodStatus status = status(
                pod("Always", container("a")),
                runtime(sandbox("s", 0, true), exited("s", "a", 1, 1), exited("s", "a", 0, 1)));
        var container = status.getContainerStatuses().get(0);
        assertThat(container.getState().getWaiting().getReason()).isEqualTo("CrashLoopBackOff");
        assertThat(container.getLastState().getTerminated().getExitCode()).isEqualTo(1);
        assertThat(container.getRestartCount()).isEqualTo(1);
        assertThat(status.getPhase()).isEqualTo("Running");
    }

    @Test
    void tellsOfInitContainers() {
        Pod pod = pod(s ->
                s.withRestartPolicy("Never").addToInitContainers(container("i")).addToContainers(container("a")));
        PodStatus begun = status(pod, runtime(sandbox("s", 0, true), running("s", "i", 0)));
        assertThat(begun.getPhase()).isEqualTo("Pending");
        assertThat(begun.getContainerStatuses().get(0).getState().getWaiting().getReason())
                .isEqualTo("PodInitializing");
        assertThat(condition(begun, "Initialized").getMessage()).isEqualTo("containers with incomplete status: [i]");
        PodStatus failed = status(pod, runtime(sandbox("s", 0, true), exited("s", "i", 0, 1)));
        assertThat(failed.getPhase()).isEqualTo("Failed");
        PodStatus done = status(pod, runtime(sandbox("s", 0, true), running("s", "a", 0), exited("s", "i", 0, 0)));
        assertThat(done.getInitContainerStatuses().get(0).getReady()).isTrue();
        assertThat(condition(done, "Initialized").getStatus()).isEqualTo("True");
    }

    @Test
    void endsAStoppedPodAsFailedUnlessAllWentWell() {
        terminal = true;
        assertThat(status(pod("Always", container("a")), runtime(sandbox("s", 0, false), exited("s", "a", 0, 137)))
                        .getPhase())
                .isEqualTo("Failed");
        assertThat(status(pod("Always", container("a")), runtime(sandbox("s", 0, false), exited("s", "a", 0, 0)))
                        .getPhase())
                .isEqualTo("Succeeded");
        verdict = Optional.of(new Verdict("DeadlineExceeded", "too long"));
        PodStatus status =
                status(pod("Always", container("a")), runtime(sandbox("s", 0, false), exited("s", "a", 0, 0)));
        assertThat(status.getPhase()).isEqualTo("Failed");
        assertThat(status.getReason()).isEqualTo("DeadlineExceeded");
    }

    @Test
    void keepsTheTimeOfAnUnchangedCondition() {
        Pod pod = new PodBuilder(pod("Always", container("a")))
                .withNewStatus()
                .withStartTime("2026-01-01T00:00:00Z")
                .addToConditions(new PodConditionBuilder()
                        .withType("Ready")
                        .withStatus("True")
                        .withLastTransitionTime("2026-01-01T00:00:09Z")
                        .build())
                .endStatus()
                .build();
        PodStatus same = status(pod, runtime(sandbox("s", 0, true), running("s", "a", 0)));
        assertThat(condition(same, "Ready").getLastTransitionTime()).isEqualTo("2026-01-01T00:00:09Z");
        assertThat(same.getStartTime()).isEqualTo("2026-01-01T00:00:00Z");
        PodStatus changed = status(pod, runtime(sandbox("s", 0, true)));
        assertThat(condition(changed, "Ready").getLastTransitionTime()).isEqualTo("2026-01-02T03:04:05Z");
    }

    @Test
    void patchesOnlyWhatChanged() {
        Pod pod = pod("Always", container("a"));
        PodStatus first = status(pod, runtime(sandbox("s", 0, true), running("s", "a", 0)));
        Pod reported = new PodBuilder(pod).withStatus(first).build();
        assertThat(StatusPatch.of(reported, first)).isEmpty();
        PodStatus second = status(reported, runtime(sandbox("s", 0, true), exited("s", "a", 0, 1)));
        JsonNode patch = StatusPatch.of(reported, second).orElseThrow();
        assertThat(patch.at("/metadata/uid").asText()).isEqualTo("u1");
        assertThat(patch.at("/status").has("phase")).isFalse();
        assertThat(patch.at("/status").has("containerStatuses")).isTrue();
        assertThat(patch.at("/status/conditions")).hasSize(2);
    }

    @Test
    void clearsReasonsThatNoLongerHold() {
        Pod pod = pod("Always", container("a"));
        Pod unready = new PodBuilder(pod)
                .withStatus(status(pod, PodRuntime.none("u1")))
                .build();
        PodStatus ready = status(unready, runtime(sandbox("s", 0, true), running("s", "a", 0)));
        JsonNode patch = StatusPatch.of(unready, ready).orElseThrow();
        for (JsonNode each : patch.at("/status/conditions")) {
            if (each.path("type").asText().equals("Ready")) {
                assertThat(each.get("reason").isNull()).isTrue();
                assertThat(each.get("message").isNull()).isTrue();
            }
        }
        assertThat(patch.at("/status/podIPs/1/$patch").asText()).isEqualTo("replace");
    }
}
