package io.coxswain.scheduler;

import static io.coxswain.scheduler.Cluster.info;
import static io.coxswain.scheduler.Cluster.node;
import static io.coxswain.scheduler.Cluster.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.scheduler.Preemption.Decision;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pods go from which node, by the documented rules of preemption. Nodes have 4 CPUs. */
class PreemptionTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private List<PodDisruptionBudget> budgets = List.of();
    private Optional<String> nominatedNode = Optional.empty();
    private Map<String, List<PodInfo>> nominated = Map.of();

    @Test
    void removesNoMorePodsThanItMust() {
        Cluster cluster =
                new Cluster().with(node("a"), running("low", 1, "1"), running("lower", 0, "1"), running("mid", 5, "2"));
        Decision.Preempt decision = preempt(incoming(10, "1"), cluster);
        assertThat(names(decision)).containsExactly("lower");
        assertThat(names(preempt(incoming(10, "2"), cluster))).containsExactly("low", "lower");
        assertThat(names(preempt(incoming(10, "4"), cluster))).containsExactly("mid", "low", "lower");
    }

    @Test
    void keepsTheImportantAndTheLongRunningOnes() {
        Cluster cluster =
                new Cluster().with(node("a"), started("young", 1, "2", "11:00"), started("old", 1, "2", "09:00"));
        assertThat(names(preempt(incoming(10, "2"), cluster))).containsExactly("young");
    }

    @Test
    void leavesPodsOfTheSamePriorityAlone() {
        Cluster cluster = new Cluster().with(node("a"), running("peer", 10, "4"));
        assertThat(refrain(incoming(10, "1"), cluster).message())
                .isEqualTo("0/1 nodes are available: 1 No preemption victims found for incoming pod.");
    }

    @Test
    void saysWhyEachNodeIsOfNoUse() {
        Cluster cluster = new Cluster()
                .with(node("peers"), running("peer", 10, "4"))
                .with(node("mixed"), running("big", 10, "3"), running("small", 0, "1"))
                .with(node("tainted")
                        .editSpec()
                        .addToTaints(new Taint("NoSchedule", "k", null, "v"))
                        .endSpec());
        assertThat(refrain(incoming(10, "2"), cluster).message())
                .isEqualTo(
                        "0/3 nodes are available: 1 Insufficient cpu, 1 No preemption victims found for incoming pod,"
                                + " 1 Preemption is not helpful for scheduling.");
        assertThat(refrain(incoming(10, "100"), cluster).message())
                .isEqualTo("0/3 nodes are available: 3 Preemption is not helpful for scheduling.");
    }

    @Test
    void neverMeansNever() {
        PodBuilder modest =
                incoming(10, "1").editSpec().withPreemptionPolicy("Never").endSpec();
        Cluster cluster = new Cluster().with(node("a"), running("low", 0, "4"));
        Decision.Refrain refrain = refrain(modest, cluster);
        assertThat(refrain.message()).isEqualTo("not eligible due to preemptionPolicy=Never.");
        assertThat(refrain.keepNomination()).isTrue();
    }

    @Test
    void waitsForVictimsThatAreOnTheirWayOut() {
        PodBuilder going = running("going", 0, "4")
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T11:59:59Z")
                .endMetadata()
                .withNewStatus()
                .addNewCondition()
                .withType("DisruptionTarget")
                .withStatus("True")
                .withReason("PreemptionByScheduler")
                .endCondition()
                .endStatus();
        Cluster cluster = new Cluster().with(node("a"), going).with(node("b"), running("low", 0, "4"));
        nominatedNode = Optional.of("a");
        Decision.Refrain refrain = refrain(incoming(10, "2"), cluster);
        assertThat(refrain.message()).isEqualTo("not eligible due to a terminating pod on the nominated node.");
        assertThat(refrain.keepNomination()).isTrue();
    }

    @Test
    void looksElsewhereWhenTheNominatedNodeCanNotHelpAnyMore() {
        Cluster cluster = new Cluster()
                .with(node("a").editSpec().withUnschedulable(true).endSpec(), running("x", 0, "4"))
                .with(node("b"), running("low", 0, "4"));
        nominatedNode = Optional.of("a");
        assertThat(preempt(incoming(10, "2"), cluster).node().name()).isEqualTo("b");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    the lowest highest priority       | 5:2,5:2         | 6:4             | a
                    the smallest sum of priorities    | 5:2,1:2         | 5:2,2:2         | a
                    the fewest victims                | 5:2,-3:1,-3:1   | 5:2,-3:2        | b
                    """)
    void prefersNodesBy(String rule, String onA, String onB, String chosen) {
        Cluster cluster = new Cluster().with(node("a"), victims("a", onA)).with(node("b"), victims("b", onB));
        assertThat(preempt(incoming(10, "4"), cluster).node().name()).as(rule).isEqualTo(chosen);
    }

    private static PodBuilder[] victims(String prefix, String list) {
        String[] each = list.split(",");
        PodBuilder[] pods = new PodBuilder[each.length];
        for (int i = 0; i < each.length; i++) {
            String[] parts = each[i].split(":");
            pods[i] = running(prefix + i, Integer.parseInt(parts[0]), parts[1]);
        }
        return pods;
    }

    @Test
    void prefersNodesWhosePodsHaveNotRunForLong() {
        Cluster cluster = new Cluster()
                .with(node("a"), started("a", 1, "4", "09:00"))
                .with(node("b"), started("b", 1, "4", "11:00"))
                .with(node("c"), started("c", 1, "4", "10:00"));
        assertThat(preempt(incoming(10, "4"), cluster).node().name()).isEqualTo("b");
    }

    @Test
    void prefersNodesWhereNoBudgetIsViolated() {
        Cluster cluster = new Cluster()
                .with(node("a"), labelled(running("guarded", 0, "4"), "guarded"))
                .with(node("b"), running("free", 5, "4"));
        budgets = List.of(budget("guarded", 0));
        Decision.Preempt decision = preempt(incoming(10, "4"), cluster);
        assertThat(decision.node().name()).isEqualTo("b");
        assertThat(decision.violations()).isZero();
    }

    @Test
    void sparesThePodsOfABudgetFirstAndViolatesItOnlyIfItMust() {
        Cluster cluster =
                new Cluster().with(node("a"), labelled(running("guarded", 0, "2"), "guarded"), running("free", 5, "2"));
        budgets = List.of(budget("guarded", 0));
        Decision.Preempt half = preempt(incoming(10, "2"), cluster);
        assertThat(names(half)).containsExactly("free");
        assertThat(half.violations()).isZero();
        Decision.Preempt all = preempt(incoming(10, "4"), cluster);
        assertThat(names(all)).containsExactly("free", "guarded");
        assertThat(all.violations()).isEqualTo(1);
    }

    @Test
    void countsABudgetDownPodByPod() {
        List<PodInfo> pods = List.of(
                info(labelled(running("1", 0, "1"), "x")),
                info(labelled(running("2", 0, "1"), "x")),
                info(labelled(running("3", 0, "1"), "y")),
                info(running("4", 0, "1")));
        assertThat(Preemption.violating(pods, List.of(budget("x", 1))))
                .extracting(PodInfo::name)
                .containsExactly("2");
        PodDisruptionBudget granted = new PodDisruptionBudgetBuilder(budget("x", 0))
                .editStatus()
                .addToDisruptedPods("1", "2026-01-01T11:59:00Z")
                .endStatus()
                .build();
        assertThat(Preemption.violating(pods, List.of(granted)))
                .extracting(PodInfo::name)
                .containsExactly("2");
        PodDisruptionBudget everything = new PodDisruptionBudgetBuilder(budget("x", 0))
                .editSpec()
                .withNewSelector()
                .endSelector()
                .endSpec()
                .build();
        assertThat(Preemption.violating(pods, List.of(everything))).isEmpty();
    }

    @Test
    void makesRoomAgainstAntiAffinity() {
        PodBuilder loner = running("loner", 0, "100m")
                .editMetadata()
                .addToLabels("app", "web")
                .endMetadata();
        Cluster cluster = new Cluster().with(node("a"), loner, running("other", 0, "100m"));
        PodBuilder incoming = farFromWeb(incoming(10, "1"));
        assertThat(names(preempt(incoming, cluster))).containsExactly("loner");
    }

    @Test
    void makesRoomAgainstTheAntiAffinityOfOthers() {
        PodBuilder loner = farFromWeb(running("loner", 0, "100m"));
        Cluster cluster = new Cluster().with(node("a"), loner, running("other", 0, "100m"));
        assertThat(names(preempt(labelled(incoming(10, "1"), "web"), cluster))).containsExactly("loner");
    }

    @Test
    void makesRoomForEvenSpread() {
        NodeBuilder b = node("b").editSpec().withUnschedulable(true).endSpec();
        Cluster cluster = new Cluster()
                .with(node("a"), labelled(running("1", 0, "1"), "x"), labelled(running("2", 1, "1"), "x"))
                .with(b);
        PodBuilder incoming = labelled(incoming(10, "1"), "x")
                .editSpec()
                .addToTopologySpreadConstraints(new TopologySpreadConstraintBuilder()
                        .withTopologyKey("kubernetes.io/hostname")
                        .withMaxSkew(2)
                        .withWhenUnsatisfiable("DoNotSchedule")
                        .withLabelSelector(new LabelSelectorBuilder()
                                .addToMatchLabels("app", "x")
                                .build())
                        .build())
                .endSpec();
        assertThat(names(preempt(incoming, cluster))).containsExactly("1");
    }

    @Test
    void respectsTheNominationsOfImportantPods() {
        Cluster cluster = new Cluster().with(node("a"), running("low", 0, "4")).with(node("b"), running("mid", 5, "4"));
        nominated = Map.of("a", List.of(info(incoming(20, "3"))));
        assertThat(preempt(incoming(10, "2"), cluster).node().name()).isEqualTo("b");
    }

    @Test
    void triesATenthOfManyNodesButNoFewerThanAHundred() {
        assertThat(Preemption.wanted(50)).isEqualTo(50);
        assertThat(Preemption.wanted(500)).isEqualTo(100);
        assertThat(Preemption.wanted(5000)).isEqualTo(500);
    }

    /** On no node with a pod of {@code app: web}. */
    private static PodBuilder farFromWeb(PodBuilder pod) {
        return pod.editSpec()
                .withNewAffinity()
                .withNewPodAntiAffinity()
                .addToRequiredDuringSchedulingIgnoredDuringExecution(new PodAffinityTermBuilder()
                        .withTopologyKey("kubernetes.io/hostname")
                        .withLabelSelector(new LabelSelectorBuilder()
                                .addToMatchLabels("app", "web")
                                .build())
                        .build())
                .endPodAntiAffinity()
                .endAffinity()
                .endSpec();
    }

    private static PodBuilder incoming(int priority, String cpu) {
        return pod("incoming", cpu, "1Mi").editSpec().withPriority(priority).endSpec();
    }

    private static PodBuilder running(String name, int priority, String cpu) {
        return pod(name, cpu, "1Mi").editSpec().withPriority(priority).endSpec();
    }

    private static PodBuilder started(String name, int priority, String cpu, String time) {
        return running(name, priority, cpu)
                .withNewStatus()
                .withStartTime("2026-01-01T" + time + ":00Z")
                .endStatus();
    }

    private static PodBuilder labelled(PodBuilder pod, String app) {
        return pod.editMetadata().addToLabels("app", app).endMetadata();
    }

    private static PodDisruptionBudget budget(String app, int allowed) {
        return new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName(app)
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .addToMatchLabels("app", app)
                .endSelector()
                .endSpec()
                .withNewStatus()
                .withDisruptionsAllowed(allowed)
                .endStatus()
                .build();
    }

    private Decision decide(PodBuilder incoming, Cluster cluster) {
        Snapshot snapshot = cluster.snapshot();
        PodInfo pod = info(incoming);
        PreparedFilters filters = PreparedFilters.of(Cluster.profile().filters(), pod, snapshot, nominated);
        Diagnosis diagnosis = new Diagnosis();
        for (NodeInfo node : snapshot.nodes()) {
            PreparedFilters.Rejection rejection = filters.test(node);
            assertThat(rejection).as("the pod fits without preemption").isNotNull();
            diagnosis.add(node, rejection);
        }
        return new Preemption(new Random(1)).decide(pod, nominatedNode, snapshot, filters, diagnosis, budgets, NOW);
    }

    private Decision.Preempt preempt(PodBuilder incoming, Cluster cluster) {
        Decision decision = decide(incoming, cluster);
        assertThat(decision).isInstanceOf(Decision.Preempt.class);
        return (Decision.Preempt) decision;
    }

    private Decision.Refrain refrain(PodBuilder incoming, Cluster cluster) {
        Decision decision = decide(incoming, cluster);
        assertThat(decision).isInstanceOf(Decision.Refrain.class);
        return (Decision.Refrain) decision;
    }

    private static List<String> names(Decision.Preempt decision) {
        return decision.victims().stream().map(PodInfo::name).toList();
    }
}
