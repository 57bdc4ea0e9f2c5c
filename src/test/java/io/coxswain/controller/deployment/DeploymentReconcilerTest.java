package io.coxswain.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.controller.replicaset.ReplicaSetReconciler;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deployments with their ReplicaSets and simulated pods, as a user sees them. */
class DeploymentReconcilerTest {
    private static final Map<String, String> LABELS = Map.of("app", "x");

    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(
                new DeploymentReconciler(cluster.timers.clock()), new ReplicaSetReconciler(cluster.timers.clock()));
    }

    @Test
    void rollsOutItsFirstRevision() {
        create(3);
        cluster.run(5);
        assertThat(cluster.pods("ns")).hasSize(3);
        Deployment deployment = deployment();
        assertThat(deployment.getMetadata().getAnnotations()).containsEntry(Revisions.REVISION, "1");
        assertThat(deployment.getStatus().getReplicas()).isEqualTo(3);
        assertThat(deployment.getStatus().getUpdatedReplicas()).isEqualTo(3);
        assertThat(deployment.getStatus().getAvailableReplicas()).isEqualTo(3);
        assertThat(deployment.getStatus().getUnavailableReplicas()).isNull();
        assertThat(deployment.getStatus().getObservedGeneration()).isEqualTo(1);
        assertCondition("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.");
        String name = sets().get(0).getMetadata().getName();
        assertCondition(
                "Progressing",
                "True",
                "NewReplicaSetAvailable",
                "ReplicaSet \"" + name + "\" has successfully progressed.");
        assertThat(name).matches("web-[bcdfghjklmnpqrstvwxz2456789]+");
        assertThat(cluster.pods("ns").get(0).getMetadata().getLabels())
                .containsEntry("pod-template-hash", name.substring("web-".length()));
        assertThat(sets().get(0).getMetadata().getAnnotations())
                .containsEntry(Revisions.REVISION, "1")
                .containsEntry(Revisions.DESIRED, "3")
                .containsEntry(Revisions.MAX, "4");
        assertThat(cluster.eventMessages("ns", "ScalingReplicaSet"))
                .containsExactly("Scaled up replica set " + name + " from 0 to 3");
    }

    @Test
    void replacesPodsWithinItsLimitsAndKeepsHistory() {
        create(4);
        cluster.run(5);
        cluster.afterEachTick(() -> {
            long available = cluster.activePods("ns").stream()
                    .filter(io.coxswain.controller.runtime.Pods::isReady)
                    .count();
            assertThat(available).as("available pods").isGreaterThanOrEqualTo(3);
            assertThat(cluster.activePods("ns").size()).as("pods").isLessThanOrEqualTo(5);
        });
        setImage("app:2");
        cluster.run(20);
        assertThat(cluster.pods("ns")).hasSize(4).allMatch(pod -> image(pod).equals("app:2"));
        assertThat(deployment().getMetadata().getAnnotations()).containsEntry(Revisions.REVISION, "2");
        assertThat(sets()).extracting(RolloutMath::replicas).containsExactlyInAnyOrder(0, 4);
        assertCondition(
                "Progressing",
                "True",
                "NewReplicaSetAvailable",
                "ReplicaSet \"" + newest().getMetadata().getName() + "\" has successfully progressed.");
    }

    @Test
    void goesBackToAnOldTemplateByItsOldSet() {
        create(2);
        cluster.run(5);
        String first = newest().getMetadata().getName();
        setImage("app:2");
        cluster.run(10);
        setImage("app:1");
        cluster.run(10);
        assertThat(sets()).hasSize(2);
        ReplicaSet current = newest();
        assertThat(current.getMetadata().getName()).isEqualTo(first);
        assertThat(current.getMetadata().getAnnotations())
                .containsEntry(Revisions.REVISION, "3")
                .containsEntry(Revisions.HISTORY, "1");
        assertThat(deployment().getMetadata().getAnnotations()).containsEntry(Revisions.REVISION, "3");
        assertThat(cluster.pods("ns")).hasSize(2).allMatch(pod -> image(pod).equals("app:1"));
    }

    @Test
    void stopsAtABrokenRevisionAndTimesOut() {
        create(4);
        cluster.run(5);
        cluster.becomesReady(pod -> !image(pod).equals("broken"));
        setImage("broken");
        cluster.run(20);
        assertThat(cluster.activePods("ns").stream().filter(pod -> image(pod).equals("app:1")))
                .hasSize(3);
        assertThat(cluster.activePods("ns").stream().filter(pod -> image(pod).equals("broken")))
                .hasSize(2);
        assertThat(condition("Progressing").getReason()).isEqualTo("ReplicaSetUpdated");
        cluster.run(100);
        assertCondition(
                "Progressing",
                "False",
                "ProgressDeadlineExceeded",
                "ReplicaSet \"" + newest().getMetadata().getName() + "\" has timed out progressing.");
        setImage("app:3");
        cluster.run(20);
        assertThat(cluster.pods("ns")).hasSize(4).allMatch(pod -> image(pod).equals("app:3"));
        assertThat(condition("Progressing").getReason()).isEqualTo("NewReplicaSetAvailable");
    }

    @Test
    void scalesWithoutANewRevision() {
        create(2);
        cluster.run(5);
        edit(deployment -> deployment.getSpec().setReplicas(5));
        cluster.run(5);
        assertThat(cluster.pods("ns")).hasSize(5);
        assertThat(sets()).hasSize(1);
        assertThat(newest().getMetadata().getAnnotations()).containsEntry(Revisions.DESIRED, "5");
        edit(deployment -> deployment.getSpec().setReplicas(0));
        cluster.run(5);
        assertThat(cluster.pods("ns")).isEmpty();
        assertThat(deployment().getStatus().getReplicas()).isNull();
        assertThat(condition("Available").getStatus()).isEqualTo("True");
    }

    @Test
    void sharesAScaleUpAmongTheSetsOfARolloutInFlight() {
        create(10, deployment -> {
            deployment.getSpec().getStrategy().getRollingUpdate().setMaxSurge(new IntOrString(3));
            deployment.getSpec().getStrategy().getRollingUpdate().setMaxUnavailable(new IntOrString(2));
        });
        cluster.run(5);
        cluster.becomesReady(pod -> image(pod).equals("app:1"));
        setImage("app:2");
        cluster.run(10);
        // Upstream's documentation has this example: 8 old and 5 new pods become 11 and 7.
        assertThat(sets()).extracting(RolloutMath::replicas).containsExactlyInAnyOrder(8, 5);
        edit(deployment -> deployment.getSpec().setReplicas(15));
        cluster.run(3);
        assertThat(sets()).extracting(RolloutMath::replicas).containsExactlyInAnyOrder(11, 7);
    }

    @Test
    void recreatesOnlyAfterTheLastOldPodIsGone() {
        create(3, deployment -> {
            deployment.getSpec().getStrategy().setType("Recreate");
            deployment.getSpec().getStrategy().setRollingUpdate(null);
        });
        cluster.run(5);
        cluster.afterEachTick(() -> assertThat(cluster.pods("ns").stream()
                        .map(DeploymentReconcilerTest::image)
                        .distinct())
                .hasSizeLessThanOrEqualTo(1));
        setImage("app:2");
        cluster.run(15);
        assertThat(cluster.pods("ns")).hasSize(3).allMatch(pod -> image(pod).equals("app:2"));
        assertThat(condition("Progressing").getReason()).isEqualTo("NewReplicaSetAvailable");
    }

    @Test
    void doesNotRollOutWhilePausedButScales() {
        create(2);
        cluster.run(5);
        edit(deployment -> deployment.getSpec().setPaused(true));
        cluster.run(2);
        assertCondition("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused");
        edit(deployment -> {
            deployment.getSpec().getTemplate().getSpec().getContainers().get(0).setImage("app:2");
            deployment.getSpec().setReplicas(3);
        });
        cluster.run(5);
        assertThat(cluster.pods("ns")).hasSize(3).allMatch(pod -> image(pod).equals("app:1"));
        edit(deployment -> deployment.getSpec().setPaused(null));
        cluster.run(15);
        assertThat(cluster.pods("ns")).hasSize(3).allMatch(pod -> image(pod).equals("app:2"));
    }

    @Test
    void keepsNoMoreHistoryThanItsLimit() {
        create(1, deployment -> deployment.getSpec().setRevisionHistoryLimit(2));
        cluster.run(5);
        for (int i = 2; i <= 6; i++) {
            setImage("app:" + i);
            cluster.run(8);
        }
        assertThat(sets()).extracting(Revisions::of).containsExactlyInAnyOrder(4L, 5L, 6L);
    }

    @Test
    void findsAnotherNameWhenItsSetsNameIsTaken() {
        String name = "web-" + PodTemplateHash.of(SimulatedCluster.template("app:1", LABELS), 0);
        cluster.api.put(
                ResourceTypes.REPLICA_SETS,
                new ReplicaSetBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(0)
                        .withSelector(
                                SimulatedCluster.selector(Map.of("other", "y")).build())
                        .withTemplate(SimulatedCluster.template("other", Map.of("other", "y")))
                        .endSpec()
                        .build());
        create(1);
        cluster.run(10);
        assertThat(deployment().getStatus().getCollisionCount()).isEqualTo(1);
        assertThat(deployment().getStatus().getAvailableReplicas()).isEqualTo(1);
    }

    @Test
    void adoptsASetThatLostItsOwner() {
        create(2);
        cluster.run(5);
        ReplicaSet orphan = newest();
        orphan.getMetadata().setOwnerReferences(List.of());
        cluster.api.put(ResourceTypes.REPLICA_SETS, orphan);
        cluster.run(2);
        assertThat(newest().getMetadata().getOwnerReferences()).hasSize(1);
        assertThat(sets()).hasSize(1);
        assertThat(cluster.pods("ns")).hasSize(2);
    }

    @Test
    void passesASetsFailureOn() {
        cluster.api.failWhen(request -> request.info().verb().equals("create")
                        && request.info().resource().equals("pods")
                ? io.coxswain.meta.ApiException.forbidden("no more pods")
                : null);
        create(1);
        cluster.run(3);
        assertCondition("ReplicaFailure", "True", "FailedCreate", "no more pods");
        assertCondition(
                "Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.");
    }

    @Test
    void waitsMinReadySecondsBeforeItGoesOn() {
        create(2, deployment -> {
            deployment.getSpec().setMinReadySeconds(10);
            deployment.getSpec().getStrategy().getRollingUpdate().setMaxSurge(new IntOrString(1));
            deployment.getSpec().getStrategy().getRollingUpdate().setMaxUnavailable(new IntOrString(0));
        });
        cluster.run(15);
        assertThat(deployment().getStatus().getAvailableReplicas()).isEqualTo(2);
        setImage("app:2");
        cluster.run(8);
        assertThat(cluster.activePods("ns").stream().filter(pod -> image(pod).equals("app:1")))
                .hasSize(2);
        cluster.run(30);
        assertThat(cluster.pods("ns")).hasSize(2).allMatch(pod -> image(pod).equals("app:2"));
    }

    @Test
    void comesToRestWhenThereIsNothingToDo() {
        create(3);
        cluster.run(5);
        cluster.api.forgetRequests();
        cluster.run(30);
        assertThat(cluster.api.writes().stream().filter(line -> !line.contains("leases")))
                .isEmpty();
    }

    private void create(int replicas) {
        create(replicas, deployment -> {});
    }

    private void create(int replicas, Consumer<Deployment> change) {
        Deployment deployment = new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName("web")
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withRevisionHistoryLimit(10)
                .withProgressDeadlineSeconds(60)
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withMaxSurge(new IntOrString("25%"))
                .withMaxUnavailable(new IntOrString("25%"))
                .endRollingUpdate()
                .endStrategy()
                .withSelector(SimulatedCluster.selector(LABELS).build())
                .withTemplate(SimulatedCluster.template("app:1", LABELS))
                .endSpec()
                .build();
        change.accept(deployment);
        deployments().create(deployment);
    }

    private void setImage(String image) {
        edit(deployment -> deployment
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .setImage(image));
    }

    private void edit(Consumer<Deployment> change) {
        Deployment deployment = deployment();
        change.accept(deployment);
        deployments().update(deployment);
    }

    private ResourceClient<Deployment> deployments() {
        return cluster.api.client(cluster.timers).resource(ResourceTypes.DEPLOYMENTS);
    }

    private Deployment deployment() {
        return cluster.api.get(ResourceTypes.DEPLOYMENTS, "ns", "web");
    }

    private List<ReplicaSet> sets() {
        return cluster.api.list(ResourceTypes.REPLICA_SETS, "ns");
    }

    private ReplicaSet newest() {
        return sets().stream().max(Comparator.comparing(Revisions::of)).orElseThrow();
    }

    private DeploymentCondition condition(String type) {
        return Conditions.find(deployment().getStatus().getConditions(), type).orElseThrow();
    }

    private void assertCondition(String type, String status, String reason, String message) {
        assertThat(condition(type).getStatus()).isEqualTo(status);
        assertThat(condition(type).getReason()).isEqualTo(reason);
        assertThat(condition(type).getMessage()).isEqualTo(message);
    }

    private static String image(Pod pod) {
        return pod.getSpec().getContainers().get(0).getImage();
    }
}
