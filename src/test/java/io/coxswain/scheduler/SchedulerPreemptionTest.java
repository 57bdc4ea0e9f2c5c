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
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API shows of a preemption, from the decision to the binding. Nodes have 4 CPUs. */
class SchedulerPreemptionTest {
    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final Scheduler scheduler = Cluster.scheduler(api, timers);

    @BeforeEach
    void start() {
        api.put(ResourceTypes.NODES, node("a").build());
        scheduler.start();
        timers.advance(Duration.ofMillis(100));
    }

    @Test
    void tellsTheVictimAndTheWaitingPodAndBindsWhenTheVictimHasGone() {
        run("low", 0, "3");
        create("high", 1000, "3");
        settle();

        Pod victim = get("low");
        assertThat(victim.getMetadata().getDeletionTimestamp()).isNotNull();
        PodCondition disruption = condition(victim, "DisruptionTarget");
        assertThat(disruption.getStatus()).isEqualTo("True");
        assertThat(disruption.getReason()).isEqualTo("PreemptionByScheduler");
        assertThat(disruption.getMessage())
                .isEqualTo("default-scheduler: preempting to accommodate a higher priority pod");
        assertThat(events("Preempted"))
                .extracting(Event::getMessage)
                .containsExactly("Preempted by pod uid-high on node a");

        Pod high = get("high");
        assertThat(high.getStatus().getNominatedNodeName()).isEqualTo("a");
        assertThat(high.getSpec().getNodeName()).isNull();
        assertThat(condition(high, "PodScheduled").getMessage())
                .isEqualTo("0/1 nodes are available: 1 Insufficient cpu.");
        assertThat(events("FailedScheduling"))
                .extracting(Event::getMessage)
                .containsExactly("0/1 nodes are available: 1 Insufficient cpu.");

        api.remove(ResourceTypes.PODS, "ns", "low");
        timers.advance(Duration.ofSeconds(2));
        assertThat(get("high").getSpec().getNodeName()).isEqualTo("a");
    }

    @Test
    void doesNotPreemptAgainWhileVictimsAreOnTheirWayOut() {
        api.put(ResourceTypes.NODES, node("b").build());
        run("low", 0, "3");
        api.put(
                ResourceTypes.PODS,
                new PodBuilder(placed("other", 5, "3"))
                        .editSpec()
                        .withNodeName("b")
                        .endSpec()
                        .build());
        create("high", 1000, "3");
        settle();
        api.put(
                ResourceTypes.NODES,
                node("c").editSpec().withUnschedulable(true).endSpec().build());
        timers.advance(Duration.ofSeconds(30));
        assertThat(api.countWrites("delete", "pods")).isEqualTo(1);
        assertThat(get("other").getMetadata().getDeletionTimestamp()).isNull();
        assertThat(condition(get("high"), "PodScheduled").getMessage())
                .endsWith("preemption: not eligible due to a terminating pod on the nominated node.");
        assertThat(get("high").getStatus().getNominatedNodeName()).isEqualTo("a");
    }

    @Test
    void keepsTheRoomForThePodItWasMadeFor() {
        run("low", 0, "4");
        create("high", 1000, "3");
        settle();
        create("sneaky", 10, "2");
        api.remove(ResourceTypes.PODS, "ns", "low");
        settle();
        assertThat(get("sneaky").getSpec().getNodeName()).isNull();
        timers.advance(Duration.ofSeconds(2));
        assertThat(get("high").getSpec().getNodeName()).isEqualTo("a");
        assertThat(get("sneaky").getSpec().getNodeName()).isNull();
    }

    @Test
    void letsAMoreImportantPodTakeTheRoomAndSaysSoToTheOther() {
        run("low", 0, "4");
        create("high", 1000, "3");
        settle();
        assertThat(get("high").getStatus().getNominatedNodeName()).isEqualTo("a");
        api.remove(ResourceTypes.PODS, "ns", "low");
        api.put(ResourceTypes.PODS, placed("filler", 0, "4"));
        create("higher", 2000, "3");
        settle();
        assertThat(get("higher").getStatus().getNominatedNodeName()).isEqualTo("a");
        assertThat(get("high").getStatus().getNominatedNodeName()).isNull();
        api.remove(ResourceTypes.PODS, "ns", "filler");
        timers.advance(Duration.ofSeconds(20));
        assertThat(get("higher").getSpec().getNodeName()).isEqualTo("a");
        assertThat(get("high").getSpec().getNodeName()).isNull();
    }

    @Test
    void withdrawsTheNominationWhenTheNodeIsGone() {
        run("low", 0, "4");
        create("high", 1000, "3");
        settle();
        api.remove(ResourceTypes.NODES, "", "a");
        api.put(
                ResourceTypes.NODES,
                node("b").editSpec().withUnschedulable(true).endSpec().build());
        timers.advance(Duration.ofSeconds(10));
        assertThat(get("high").getStatus().getNominatedNodeName()).isNull();
    }

    @Test
    void remembersNominationsOfAnEarlierServer() {
        run("low", 0, "1");
        api.put(
                ResourceTypes.PODS,
                new PodBuilder(pod("first", "3500m", "1Gi").build())
                        .editSpec()
                        .withPriority(100)
                        .endSpec()
                        .withNewStatus()
                        .withNominatedNodeName("a")
                        .endStatus()
                        .build());
        create("second", 50, "2");
        settle();
        assertThat(get("second").getSpec().getNodeName()).isNull();
        assertThat(get("low").getMetadata().getDeletionTimestamp()).isNotNull();
    }

    @Test
    void triesAgainWhenTheVictimsCouldNotBeTold() {
        run("low", 0, "3");
        api.failWhen(request -> request.info().verb().equals("delete") ? ApiException.unavailable("away") : null);
        create("high", 1000, "3");
        settle();
        assertThat(scheduler.health().lastError()).contains("away");
        api.failWhen(request -> null);
        timers.advance(Duration.ofSeconds(3));
        assertThat(get("low").getMetadata().getDeletionTimestamp()).isNotNull();
    }

    private void run(String name, int priority, String cpu) {
        api.put(ResourceTypes.PODS, placed(name, priority, cpu));
        settle();
    }

    private static Pod placed(String name, int priority, String cpu) {
        return pod(name, cpu, "1Mi")
                .editSpec()
                .withPriority(priority)
                .withNodeName("a")
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build();
    }

    private void create(String name, int priority, String cpu) {
        api.put(
                ResourceTypes.PODS,
                pod(name, cpu, "1Mi")
                        .editSpec()
                        .withPriority(priority)
                        .endSpec()
                        .build());
    }

    private void settle() {
        timers.advance(Duration.ofMillis(10));
    }

    private Pod get(String name) {
        return api.get(ResourceTypes.PODS, "ns", name);
    }

    private static PodCondition condition(Pod pod, String type) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst()
                .orElseThrow();
    }

    private List<Event> events(String reason) {
        return api.list(ResourceTypes.EVENTS, "ns").stream()
                .filter(event -> reason.equals(event.getReason()))
                .toList();
    }
}
