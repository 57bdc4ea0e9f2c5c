package io.coxswain.scheduler;

import static io.coxswain.scheduler.Cluster.node;
import static io.coxswain.scheduler.Cluster.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The whole scheduler over an API server in memory. */
class SchedulerTest {
    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final Scheduler scheduler = Cluster.scheduler(api, timers);

    @Test
    void bindsAPodAndSaysSo() {
        api.put(ResourceTypes.NODES, node("a").build());
        start();
        api.put(ResourceTypes.PODS, pod("p").build());
        settle();
        assertThat(nodeOf("p")).isEqualTo("a");
        Event event = events("Scheduled").get(0);
        assertThat(event.getMessage()).isEqualTo("Successfully assigned ns/p to a");
        assertThat(event.getSource().getComponent()).isEqualTo("default-scheduler");
        assertThat(scheduler.health().scheduled()).isEqualTo(1);
        assertThat(scheduler.health().waiting()).isZero();
    }

    @Test
    void spreadsThePodsOfAServiceOverNodes() {
        api.put(ResourceTypes.NODES, node("a").build());
        api.put(ResourceTypes.NODES, node("b").build());
        api.put(
                ResourceTypes.SERVICES,
                new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("web")
                        .endMetadata()
                        .withNewSpec()
                        .addToSelector("app", "x")
                        .endSpec()
                        .build());
        start();
        for (int i = 0; i < 8; i++) {
            api.put(ResourceTypes.PODS, Cluster.labelled("p" + i, "app", "x").build());
        }
        settle();
        assertThat(api.list(ResourceTypes.PODS, "ns").stream()
                        .filter(pod -> "a".equals(pod.getSpec().getNodeName())))
                .hasSize(4);
    }

    @Test
    void explainsInUpstreamsWordsWhyNoNodeFits() {
        api.put(ResourceTypes.NODES, node("a").build());
        api.put(ResourceTypes.NODES, node("b").build());
        start();
        api.put(
                ResourceTypes.PODS,
                pod("filler-a", "3", "1Gi")
                        .editSpec()
                        .withNodeName("a")
                        .endSpec()
                        .build());
        api.put(
                ResourceTypes.PODS,
                pod("filler-b", "3", "1Gi")
                        .editSpec()
                        .withNodeName("b")
                        .endSpec()
                        .build());
        api.put(ResourceTypes.PODS, pod("p", "2", "1Gi").build());
        settle();
        String expected = "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: "
                + "2 No preemption victims found for incoming pod.";
        assertThat(events("FailedScheduling")).extracting(Event::getMessage).containsExactly(expected);
        PodCondition condition = scheduled("p");
        assertThat(condition.getStatus()).isEqualTo("False");
        assertThat(condition.getReason()).isEqualTo("Unschedulable");
        assertThat(condition.getMessage()).isEqualTo(expected);
    }

    @Test
    void countsDifferentReasonsAndWhetherPreemptionCouldHelp() {
        api.put(
                ResourceTypes.NODES,
                node("cordoned").editSpec().withUnschedulable(true).endSpec().build());
        api.put(ResourceTypes.NODES, node("small").build());
        start();
        api.put(ResourceTypes.PODS, pod("p", "100", "1Gi").build());
        settle();
        assertThat(events("FailedScheduling").get(0).getMessage())
                .isEqualTo("0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable. preemption: "
                        + "0/2 nodes are available: 2 Preemption is not helpful for scheduling.");
    }

    @Test
    void saysThatThereAreNoNodesAndGoesOnWhenOneComes() {
        start();
        api.put(ResourceTypes.PODS, pod("p").build());
        settle();
        assertThat(events("FailedScheduling").get(0).getMessage()).isEqualTo("no nodes available to schedule pods");
        api.put(ResourceTypes.NODES, node("a").build());
        timers.advance(Duration.ofSeconds(2));
        assertThat(nodeOf("p")).isEqualTo("a");
    }

    @Test
    void retriesWhenRoomIsMadeButNotForIrrelevantEvents() {
        api.put(ResourceTypes.NODES, node("a").build());
        start();
        api.put(
                ResourceTypes.PODS,
                pod("filler", "3", "1Gi").editSpec().withNodeName("a").endSpec().build());
        api.put(ResourceTypes.PODS, pod("p", "2", "1Gi").build());
        settle();
        long tries = scheduler.health().failed();
        api.put(
                ResourceTypes.NODES,
                node("a").editMetadata().addToLabels("x", "y").endMetadata().build());
        timers.advance(Duration.ofSeconds(30));
        assertThat(scheduler.health().failed()).isEqualTo(tries);
        assertThat(scheduler.health().unschedulable()).isEqualTo(1);
        api.remove(ResourceTypes.PODS, "ns", "filler");
        timers.advance(Duration.ofSeconds(2));
        assertThat(nodeOf("p")).isEqualTo("a");
        assertThat(scheduled("p").getStatus()).isEqualTo("True");
    }

    @Test
    void neverOverfillsANodeWithPodsWhoseBindingIsOnItsWay() {
        api.put(ResourceTypes.NODES, node("a").build());
        start();
        for (int i = 0; i < 6; i++) {
            api.put(ResourceTypes.PODS, pod("p" + i, "1", "1Gi").build());
        }
        settle();
        assertThat(api.list(ResourceTypes.PODS, "ns").stream()
                        .filter(pod -> pod.getSpec().getNodeName() != null))
                .hasSize(4);
    }

    @Test
    void takesTheMostImportantPodFirst() {
        api.put(
                ResourceTypes.NODES,
                node("a")
                        .editStatus()
                        .addToAllocatable("pods", new Quantity("1"))
                        .endStatus()
                        .build());
        api.put(ResourceTypes.PODS, pod("a-low").build());
        api.put(
                ResourceTypes.PODS,
                pod("z-high").editSpec().withPriority(10).endSpec().build());
        start();
        assertThat(nodeOf("z-high")).isEqualTo("a");
        assertThat(nodeOf("a-low")).isNull();
    }

    @Test
    void triesAgainWhenTheBindingFails() {
        api.put(ResourceTypes.NODES, node("a").build());
        start();
        api.failWhen(request ->
                request.info().subresource().equals("binding") ? ApiException.unavailable("database away") : null);
        api.put(ResourceTypes.PODS, pod("p").build());
        settle();
        assertThat(nodeOf("p")).isNull();
        assertThat(scheduler.health().lastError()).contains("database away");
        api.failWhen(request -> null);
        timers.advance(Duration.ofSeconds(5));
        assertThat(nodeOf("p")).isEqualTo("a");
    }

    @Test
    void forgetsAPodThatGaveWayToAnotherOfItsNameWhileItWasBound() {
        api.put(ResourceTypes.NODES, node("a").build());
        start();
        AtomicInteger bindings = new AtomicInteger();
        api.failWhen(request -> {
            if (!request.info().subresource().equals("binding")) {
                return null;
            }
            if (bindings.getAndIncrement() == 0) {
                // As a StatefulSet does: the pod goes, and one of its name on a node already comes.
                api.remove(ResourceTypes.PODS, "ns", "p");
                api.put(
                        ResourceTypes.PODS,
                        pod("p").editMetadata()
                                .withUid("the-next")
                                .endMetadata()
                                .editSpec()
                                .withNodeName("a")
                                .endSpec()
                                .build());
                timers.runDue(); // the scheduler hears of it before it hears that it was too late
            }
            return ApiException.conflict(request.info().groupResource(), "p", "Precondition failed: UID");
        });
        api.put(ResourceTypes.PODS, pod("p").build());
        timers.advance(Duration.ofMinutes(2));
        assertThat(bindings).hasValue(1);
        assertThat(scheduler.health().waiting()).isZero();
        assertThat(events("FailedScheduling")).isEmpty();
    }

    @Test
    void leavesPodsAloneThatAreNotItsOwn() {
        api.put(ResourceTypes.NODES, node("a").build());
        start();
        api.put(
                ResourceTypes.PODS,
                pod("other").editSpec().withSchedulerName("mine").endSpec().build());
        api.put(
                ResourceTypes.PODS,
                pod("gated").editSpec().addNewSchedulingGate("wait").endSpec().build());
        api.put(
                ResourceTypes.PODS,
                pod("going")
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()
                        .build());
        settle();
        assertThat(List.of("other", "gated", "going")).allMatch(name -> nodeOf(name) == null);
        assertThat(scheduler.health().gated()).isEqualTo(1);
        assertThat(scheduler.health().waiting()).isZero();
        Pod gated = api.get(ResourceTypes.PODS, "ns", "gated");
        api.put(
                ResourceTypes.PODS,
                new PodBuilder(gated).editSpec().withSchedulingGates().endSpec().build());
        settle();
        assertThat(nodeOf("gated")).isEqualTo("a");
    }

    @Test
    void doesNothingWithoutTheLease() {
        api.put(ResourceTypes.NODES, node("a").build());
        api.failWhen(request ->
                request.info().resource().equals("leases") ? ApiException.unavailable("no lease for you") : null);
        start();
        api.put(ResourceTypes.PODS, pod("p").build());
        timers.advance(Duration.ofSeconds(5));
        assertThat(nodeOf("p")).isNull();
        api.failWhen(request -> null);
        timers.advance(Duration.ofSeconds(5));
        assertThat(nodeOf("p")).isEqualTo("a");
    }

    @Test
    void aClockThatJumpsBackKeepsNoPodInBackOff() {
        api.put(ResourceTypes.NODES, node("a").build());
        start();
        api.failWhen(request ->
                request.info().subresource().equals("binding") ? ApiException.unavailable("database away") : null);
        api.put(ResourceTypes.PODS, pod("p").build());
        timers.jump(Duration.ofHours(-1));
        settle();
        api.failWhen(request -> null);
        timers.jump(Duration.ofHours(-1));
        timers.advance(Duration.ofSeconds(5));
        assertThat(nodeOf("p")).isEqualTo("a");
    }

    @Test
    void aPodThatWasUnschedulableIsTriedAgainAfterAClockJumpedBack() {
        start();
        api.put(ResourceTypes.PODS, pod("p").build());
        settle();
        timers.jump(Duration.ofHours(-1));
        api.put(ResourceTypes.NODES, node("a").build());
        timers.advance(Duration.ofSeconds(2));
        assertThat(nodeOf("p")).isEqualTo("a");
    }

    private void start() {
        scheduler.start();
        timers.advance(Duration.ofMillis(100));
    }

    private void settle() {
        timers.advance(Duration.ofMillis(10));
    }

    private String nodeOf(String name) {
        return api.get(ResourceTypes.PODS, "ns", name).getSpec().getNodeName();
    }

    private PodCondition scheduled(String name) {
        return api.get(ResourceTypes.PODS, "ns", name).getStatus().getConditions().stream()
                .filter(condition -> "PodScheduled".equals(condition.getType()))
                .findFirst()
                .orElseThrow();
    }

    private List<Event> events(String reason) {
        return api.list(ResourceTypes.EVENTS, "ns").stream()
                .filter(event -> reason.equals(event.getReason()))
                .toList();
    }
}
