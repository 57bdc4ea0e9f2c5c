package io.coxswain.controller.replicaset;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplicaSetReconcilerTest {
    private static final Map<String, String> LABELS = Map.of("app", "x");

    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new ReplicaSetReconciler(cluster.timers.clock()));
    }

    @Test
    void makesTheMissingPodsAndReportsThem() {
        create(3, 0);
        cluster.settle();
        assertThat(cluster.pods("ns")).hasSize(3);
        Pod pod = cluster.pods("ns").get(0);
        assertThat(pod.getMetadata().getName()).startsWith("set-");
        assertThat(pod.getMetadata().getLabels()).isEqualTo(LABELS);
        assertThat(pod.getMetadata().getOwnerReferences().get(0).getBlockOwnerDeletion())
                .isTrue();
        assertThat(set().getStatus().getReplicas()).isEqualTo(3);
        assertThat(set().getStatus().getFullyLabeledReplicas()).isEqualTo(3);
        assertThat(set().getStatus().getReadyReplicas()).isNull();
        assertThat(set().getStatus().getObservedGeneration()).isEqualTo(1);
        cluster.run(2);
        assertThat(set().getStatus().getReadyReplicas()).isEqualTo(3);
        assertThat(set().getStatus().getAvailableReplicas()).isEqualTo(3);
        assertThat(cluster.eventMessages("ns", "SuccessfulCreate"))
                .contains("Created pod: " + pod.getMetadata().getName());
    }

    @Test
    void replacesADeletedPodAndAFinishedOne() {
        create(2, 0);
        cluster.run(2);
        Pod first = cluster.pods("ns").get(0);
        cluster.api.remove(ResourceTypes.PODS, "ns", first.getMetadata().getName());
        cluster.run(2);
        assertThat(cluster.pods("ns")).hasSize(2);
        Pod second = cluster.pods("ns").get(0);
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder(second)
                        .editStatus()
                        .withPhase("Failed")
                        .endStatus()
                        .build());
        cluster.run(2);
        assertThat(cluster.pods("ns")).hasSize(3);
        assertThat(set().getStatus().getReplicas()).isEqualTo(2);
    }

    @Test
    void doesNotMakePodsTwiceWhileItsCacheIsBehind() {
        // Every change of the set queues it again before the pods' own events are told.
        create(5, 0);
        for (int i = 0; i < 5; i++) {
            ReplicaSet set = set();
            set.getMetadata().setAnnotations(Map.of("touched", Integer.toString(i)));
            cluster.api.put(ResourceTypes.REPLICA_SETS, set);
        }
        cluster.run(5);
        assertThat(cluster.pods("ns")).hasSize(5);
        assertThat(cluster.api.countWrites("create", "pods")).isEqualTo(5);
    }

    @Test
    void deletesTheLeastUsefulPodsFirst() {
        create(4, 0);
        cluster.run(2);
        Pod sick = cluster.pods("ns").get(1);
        cluster.markReady("ns", sick.getMetadata().getName(), false);
        scale(3);
        cluster.run(3);
        assertThat(cluster.pods("ns"))
                .hasSize(3)
                .noneMatch(pod ->
                        pod.getMetadata().getName().equals(sick.getMetadata().getName()));
        Pod cheap = cluster.pods("ns").get(2);
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder(cheap)
                        .editMetadata()
                        .addToAnnotations("controller.kubernetes.io/pod-deletion-cost", "-5")
                        .endMetadata()
                        .build());
        scale(2);
        cluster.run(3);
        assertThat(cluster.pods("ns"))
                .hasSize(2)
                .noneMatch(pod ->
                        pod.getMetadata().getName().equals(cheap.getMetadata().getName()));
        assertThat(cluster.eventMessages("ns", "SuccessfulDelete"))
                .contains("Deleted pod: " + sick.getMetadata().getName());
    }

    @Test
    void stopsCreatingWhenTheServerRefusesAndSaysSo() {
        cluster.api.failWhen(request -> request.info().verb().equals("create")
                        && request.info().resource().equals("pods")
                ? ApiException.forbidden(new GroupResource("", "pods"), "p", "exceeded quota: q")
                : null);
        create(100, 0);
        cluster.settle();
        long attempts = cluster.api.countWrites("create", "pods");
        assertThat(attempts).isBetween(1L, 10L);
        assertThat(set().getStatus().getConditions()).singleElement().satisfies(condition -> {
            assertThat(condition.getType()).isEqualTo("ReplicaFailure");
            assertThat(condition.getReason()).isEqualTo("FailedCreate");
            assertThat(condition.getMessage()).isEqualTo("pods \"p\" is forbidden: exceeded quota: q");
        });
        assertThat(cluster.eventMessages("ns", "FailedCreate"))
                .contains("Error creating: pods \"p\" is forbidden: exceeded quota: q");
        cluster.api.failWhen(request -> null);
        cluster.run(60);
        assertThat(cluster.pods("ns")).hasSize(100);
        assertThat(set().getStatus().getConditions()).isEmpty();
    }

    @Test
    void adoptsOrphansAndReleasesWhatNoLongerMatches() {
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
        create(2, 0);
        cluster.run(2);
        assertThat(cluster.pods("ns")).hasSize(2);
        assertThat(cluster.api
                        .get(ResourceTypes.PODS, "ns", "orphan")
                        .getMetadata()
                        .getOwnerReferences())
                .hasSize(1);
        Pod released = cluster.api.get(ResourceTypes.PODS, "ns", "orphan");
        released.getMetadata().setLabels(Map.of("app", "quarantine"));
        cluster.api.put(ResourceTypes.PODS, released);
        cluster.run(2);
        assertThat(cluster.pods("ns")).hasSize(3);
        assertThat(cluster.api
                        .get(ResourceTypes.PODS, "ns", "orphan")
                        .getMetadata()
                        .getOwnerReferences())
                .isEmpty();
    }

    @Test
    void countsPodsAsAvailableOnlyAfterMinReadySeconds() {
        create(1, 10);
        cluster.run(3);
        assertThat(set().getStatus().getReadyReplicas()).isEqualTo(1);
        assertThat(set().getStatus().getAvailableReplicas()).isNull();
        cluster.run(10);
        assertThat(set().getStatus().getAvailableReplicas()).isEqualTo(1);
    }

    @Test
    void makesNothingForASetThatIsBeingDeleted() {
        create(2, 0);
        cluster.run(1);
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.REPLICA_SETS)
                .delete("ns", "set", new DeleteOptions(null, "Foreground", null, null));
        cluster.api.remove(
                ResourceTypes.PODS,
                "ns",
                cluster.pods("ns").get(0).getMetadata().getName());
        cluster.run(3);
        assertThat(cluster.pods("ns")).hasSize(1);
    }

    @Test
    void spreadsDeletionsOverNodes() {
        create(0, 0);
        cluster.settle();
        List<String> nodes = List.of("a", "a", "a", "b");
        for (int i = 0; i < nodes.size(); i++) {
            cluster.api.put(
                    ResourceTypes.PODS,
                    new PodBuilder()
                            .withNewMetadata()
                            .withNamespace("ns")
                            .withName("pod-" + i)
                            .withLabels(LABELS)
                            .addNewOwnerReference()
                            .withApiVersion("apps/v1")
                            .withKind("ReplicaSet")
                            .withName("set")
                            .withUid(set().getMetadata().getUid())
                            .withController(true)
                            .endOwnerReference()
                            .endMetadata()
                            .withNewSpec()
                            .withNodeName(nodes.get(i))
                            .endSpec()
                            .withNewStatus()
                            .withPhase("Pending")
                            .endStatus()
                            .build());
            cluster.markReady("ns", "pod-" + i, true);
        }
        scale(2);
        cluster.run(3);
        assertThat(cluster.activePods("ns"))
                .extracting(pod -> pod.getSpec().getNodeName())
                .contains("b");
    }

    private void create(int replicas, int minReadySeconds) {
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
                        .withMinReadySeconds(minReadySeconds)
                        .withSelector(SimulatedCluster.selector(LABELS).build())
                        .withTemplate(SimulatedCluster.template("i", LABELS))
                        .endSpec()
                        .build());
    }

    private void scale(int replicas) {
        ReplicaSet set = set();
        set.getSpec().setReplicas(replicas);
        cluster.api.client(cluster.timers).resource(ResourceTypes.REPLICA_SETS).update(set);
    }

    private ReplicaSet set() {
        return cluster.api.get(ResourceTypes.REPLICA_SETS, "ns", "set");
    }
}
