package io.coxswain.controller.disruption;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.controller.replicaset.ReplicaSetReconciler;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpecBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DisruptionReconcilerTest {
    private static final Map<String, String> LABELS = Map.of("app", "x");

    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(
                new DisruptionReconciler(cluster.timers.clock()), new ReplicaSetReconciler(cluster.timers.clock()));
    }

    @Test
    void allowsWhatIsAboveTheMinimum() {
        replicas(3);
        create(spec -> spec.withMinAvailable(new IntOrString(2)));
        cluster.run(3);
        assertThat(status().getExpectedPods()).isEqualTo(3);
        assertThat(status().getCurrentHealthy()).isEqualTo(3);
        assertThat(status().getDesiredHealthy()).isEqualTo(2);
        assertThat(status().getDisruptionsAllowed()).isEqualTo(1);
        assertThat(status().getObservedGeneration()).isEqualTo(1);
        assertThat(condition().getStatus()).isEqualTo("True");
        assertThat(condition().getReason()).isEqualTo("SufficientPods");
        cluster.markReady("ns", name(0), false);
        cluster.settle();
        assertThat(status().getCurrentHealthy()).isEqualTo(2);
        assertThat(status().getDisruptionsAllowed()).isZero();
        assertThat(condition().getStatus()).isEqualTo("False");
        assertThat(condition().getReason()).isEqualTo("InsufficientPods");
    }

    @Test
    void countsWhatTheOwnerWantsForMaxUnavailableAndPercentages() {
        replicas(5);
        create(spec -> spec.withMaxUnavailable(new IntOrString(2)));
        cluster.run(3);
        assertThat(status().getExpectedPods()).isEqualTo(5);
        assertThat(status().getDesiredHealthy()).isEqualTo(3);
        assertThat(status().getDisruptionsAllowed()).isEqualTo(2);
        PodDisruptionBudget budget = budget();
        budget.getSpec().setMaxUnavailable(null);
        budget.getSpec().setMinAvailable(new IntOrString("50%"));
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.POD_DISRUPTION_BUDGETS)
                .update(budget);
        cluster.run(1);
        assertThat(status().getDesiredHealthy()).isEqualTo(3);
        assertThat(status().getObservedGeneration()).isEqualTo(2);
    }

    @Test
    void takesGrantedEvictionsIntoAccountUntilTheyHappenOrNot() {
        replicas(3);
        create(spec -> spec.withMinAvailable(new IntOrString(1)));
        cluster.run(3);
        PodDisruptionBudget budget = budget();
        budget.getStatus()
                .setDisruptedPods(
                        Map.of(name(0), cluster.timers.clock().instant().toString(), "gone", "2026-01-01T00:00:00Z"));
        budget.getStatus().setDisruptionsAllowed(1);
        cluster.api.put(ResourceTypes.POD_DISRUPTION_BUDGETS, budget);
        cluster.settle();
        assertThat(status().getDisruptedPods()).containsOnlyKeys(name(0));
        assertThat(status().getCurrentHealthy()).isEqualTo(2);
        assertThat(status().getDisruptionsAllowed()).isEqualTo(1);
        cluster.run(122);
        assertThat(status().getDisruptedPods()).isEmpty();
        assertThat(status().getDisruptionsAllowed()).isEqualTo(2);
    }

    @Test
    void saysWhyItCannotCount() {
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("alone")
                        .withLabels(LABELS)
                        .endMetadata()
                        .withNewSpec()
                        .endSpec()
                        .withNewStatus()
                        .endStatus()
                        .build());
        create(spec -> spec.withMaxUnavailable(new IntOrString(1)));
        cluster.run(2);
        assertThat(status().getDisruptionsAllowed()).isZero();
        assertThat(condition().getReason()).isEqualTo("SyncFailed");
        assertThat(condition().getMessage()).isEqualTo("found no controller ref for pod \"alone\"");
        assertThat(cluster.eventMessages("ns", "CalculateExpectedPodCountFailed"))
                .isNotEmpty();
    }

    @Test
    void aBudgetWithoutPodsAllowsNothing() {
        create(spec -> spec.withMinAvailable(new IntOrString(0)));
        cluster.run(2);
        assertThat(status().getExpectedPods()).isZero();
        assertThat(status().getDisruptionsAllowed()).isZero();
        assertThat(cluster.eventMessages("ns", "NoPods")).contains("No matching pods found");
        cluster.api.forgetRequests();
        cluster.run(60);
        assertThat(cluster.writes()).isEmpty();
    }

    private void replicas(int replicas) {
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.REPLICA_SETS)
                .create(new ReplicaSetBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("set")
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(replicas)
                        .withSelector(SimulatedCluster.selector(LABELS).build())
                        .withTemplate(SimulatedCluster.template("i", LABELS))
                        .endSpec()
                        .build());
    }

    private void create(Consumer<PodDisruptionBudgetSpecBuilder> change) {
        PodDisruptionBudgetSpecBuilder spec = new PodDisruptionBudgetSpecBuilder()
                .withSelector(SimulatedCluster.selector(LABELS).build());
        change.accept(spec);
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.POD_DISRUPTION_BUDGETS)
                .create(new PodDisruptionBudgetBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("budget")
                        .endMetadata()
                        .withSpec(spec.build())
                        .build());
    }

    private String name(int which) {
        return cluster.pods("ns").get(which).getMetadata().getName();
    }

    private PodDisruptionBudget budget() {
        return cluster.api.get(ResourceTypes.POD_DISRUPTION_BUDGETS, "ns", "budget");
    }

    private PodDisruptionBudgetStatus status() {
        return budget().getStatus();
    }

    private Condition condition() {
        return SimulatedCluster.only(() -> status().getConditions());
    }
}
