package io.coxswain.controller.replicaset;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.ReplicationControllerBuilder;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplicationControllerReconcilerTest {
    private static final Map<String, String> LABELS = Map.of("app", "x");

    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(
                new ReplicaSetReconciler(cluster.timers.clock()),
                new ReplicationControllerReconciler(cluster.timers.clock()));
    }

    @Test
    void keepsItsNumberOfPodsAndReportsThem() {
        create(3);
        cluster.run(3);
        assertThat(cluster.pods("ns")).hasSize(3).allSatisfy(pod -> {
            assertThat(pod.getMetadata().getName()).startsWith("rc-");
            assertThat(pod.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> {
                assertThat(owner.getApiVersion()).isEqualTo("v1");
                assertThat(owner.getKind()).isEqualTo("ReplicationController");
            });
        });
        assertThat(controller().getStatus().getReplicas()).isEqualTo(3);
        assertThat(controller().getStatus().getReadyReplicas()).isEqualTo(3);
        assertThat(controller().getStatus().getAvailableReplicas()).isEqualTo(3);
        assertThat(controller().getStatus().getObservedGeneration()).isEqualTo(1);
        scale(1);
        cluster.run(3);
        assertThat(cluster.pods("ns")).hasSize(1);
        assertThat(controller().getStatus().getReplicas()).isEqualTo(1);
        assertThat(controller().getSpec().getSelector()).isEqualTo(LABELS);
    }

    @Test
    void surfacesAFailureAndTakesItBack() {
        cluster.api.failWhen(request -> request.info().verb().equals("create")
                        && request.info().resource().equals("pods")
                ? ApiException.forbidden(new GroupResource("", "pods"), "p", "exceeded quota: q")
                : null);
        create(2);
        cluster.run(2);
        assertThat(controller().getStatus().getConditions()).singleElement().satisfies(condition -> {
            assertThat(condition.getType()).isEqualTo("ReplicaFailure");
            assertThat(condition.getStatus()).isEqualTo("True");
            assertThat(condition.getReason()).isEqualTo("FailedCreate");
        });
        cluster.api.failWhen(request -> null);
        cluster.run(30);
        assertThat(controller().getStatus().getConditions()).isEmpty();
        assertThat(cluster.pods("ns")).hasSize(2);
    }

    @Test
    void adoptsAndReleasesPods() {
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("orphan")
                        .withLabels(LABELS)
                        .endMetadata()
                        .withNewSpec()
                        .endSpec()
                        .withNewStatus()
                        .withPhase("Running")
                        .endStatus()
                        .build());
        create(1);
        cluster.run(2);
        Pod adopted = SimulatedCluster.only(() -> cluster.pods("ns"));
        assertThat(adopted.getMetadata().getOwnerReferences().get(0).getName()).isEqualTo("rc");
        adopted.getMetadata().setLabels(Map.of("app", "released"));
        cluster.api.put(ResourceTypes.PODS, adopted);
        cluster.run(2);
        assertThat(cluster.pods("ns")).hasSize(2);
        assertThat(cluster.api
                        .get(ResourceTypes.PODS, "ns", "orphan")
                        .getMetadata()
                        .getOwnerReferences())
                .isEmpty();
    }

    private void create(int replicas) {
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.REPLICATION_CONTROLLERS)
                .create(new ReplicationControllerBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("rc")
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(replicas)
                        .withSelector(LABELS)
                        .withTemplate(SimulatedCluster.template("i", LABELS))
                        .endSpec()
                        .build());
    }

    private void scale(int replicas) {
        ReplicationController controller = controller();
        controller.getSpec().setReplicas(replicas);
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.REPLICATION_CONTROLLERS)
                .update(controller);
    }

    private ReplicationController controller() {
        return cluster.api.get(ResourceTypes.REPLICATION_CONTROLLERS, "ns", "rc");
    }
}
