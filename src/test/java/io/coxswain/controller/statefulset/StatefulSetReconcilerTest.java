package io.coxswain.controller.statefulset;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatefulSetReconcilerTest {
    private static final Map<String, String> LABELS = Map.of("app", "db");

    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new StatefulSetReconciler(cluster.timers.clock()));
    }

    @Test
    void makesOnePodAfterTheOther() {
        cluster.becomesReady(pod -> !pod.getMetadata().getName().equals("db-1"));
        create(spec -> spec.withReplicas(3));
        cluster.settle();
        assertThat(names()).containsExactly("db-0");
        cluster.run(5);
        assertThat(names()).containsExactly("db-0", "db-1");
        cluster.becomesReady(pod -> true);
        cluster.run(3);
        assertThat(names()).containsExactly("db-0", "db-1", "db-2");
        cluster.run(2);
        StatefulSetStatus status = set().getStatus();
        assertThat(status.getReplicas()).isEqualTo(3);
        assertThat(status.getReadyReplicas()).isEqualTo(3);
        assertThat(status.getAvailableReplicas()).isEqualTo(3);
        assertThat(status.getCurrentReplicas()).isEqualTo(3);
        assertThat(status.getUpdatedReplicas()).isEqualTo(3);
        assertThat(status.getCurrentRevision())
                .isEqualTo(status.getUpdateRevision())
                .startsWith("db-");
        assertThat(status.getObservedGeneration()).isEqualTo(1);
        assertThat(cluster.eventMessages("ns", "SuccessfulCreate"))
                .contains("create Pod db-1 in StatefulSet db successful");
    }

    @Test
    void givesPodsTheirIdentity() {
        create(spec -> spec.withReplicas(1).withServiceName("hosts").withNewOrdinals(5));
        cluster.settle();
        Pod pod = cluster.pods("ns").get(0);
        assertThat(pod.getMetadata().getName()).isEqualTo("db-5");
        assertThat(pod.getMetadata().getLabels())
                .containsEntry("app", "db")
                .containsEntry("statefulset.kubernetes.io/pod-name", "db-5")
                .containsEntry("apps.kubernetes.io/pod-index", "5")
                .containsEntry("controller-revision-hash", set().getStatus().getUpdateRevision());
        assertThat(pod.getSpec().getHostname()).isEqualTo("db-5");
        assertThat(pod.getSpec().getSubdomain()).isEqualTo("hosts");
    }

    @Test
    void makesAllAtOnceIfTheyMayBeParallel() {
        cluster.becomesReady(pod -> false);
        create(spec -> spec.withReplicas(3).withPodManagementPolicy("Parallel"));
        cluster.settle();
        assertThat(names()).containsExactly("db-0", "db-1", "db-2");
        change(set -> set.getSpec().setReplicas(1));
        cluster.run(3);
        assertThat(names()).containsExactly("db-0");
    }

    @Test
    void scalesDownFromTheHighestAndWaitsForEach() {
        create(spec -> spec.withReplicas(3));
        cluster.run(6);
        change(set -> set.getSpec().setReplicas(1));
        cluster.settle();
        assertThat(active()).containsExactly("db-0", "db-1");
        assertThat(names()).contains("db-2");
        cluster.run(4);
        assertThat(names()).containsExactly("db-0");
    }

    @Test
    void haltsScalingDownWhileAnotherPodIsUnwell() {
        create(spec -> spec.withReplicas(3));
        cluster.run(6);
        cluster.markReady("ns", "db-0", false);
        change(set -> set.getSpec().setReplicas(1));
        cluster.run(4);
        assertThat(names()).containsExactly("db-0", "db-1", "db-2");
        cluster.markReady("ns", "db-0", true);
        cluster.run(5);
        assertThat(names()).containsExactly("db-0");
    }

    @Test
    void rollsFromTheHighestOrdinalDown() {
        create(spec -> spec.withReplicas(3));
        cluster.run(6);
        String before = set().getStatus().getCurrentRevision();
        setImage("new");
        cluster.settle();
        assertThat(active()).containsExactly("db-0", "db-1");
        assertThat(set().getStatus().getCurrentRevision()).isEqualTo(before);
        assertThat(set().getStatus().getUpdateRevision()).isNotEqualTo(before);
        cluster.run(12);
        assertThat(images()).containsOnly("new");
        assertThat(set().getStatus().getCurrentRevision())
                .isEqualTo(set().getStatus().getUpdateRevision());
        assertThat(set().getStatus().getCurrentReplicas()).isEqualTo(3);
    }

    @Test
    void partitionsAndRollsBackToTheFormerRevision() {
        create(spec -> spec.withReplicas(3)
                .withNewUpdateStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withPartition(2)
                .endRollingUpdate()
                .endUpdateStrategy());
        cluster.run(6);
        String first = set().getStatus().getCurrentRevision();
        setImage("new");
        cluster.run(6);
        assertThat(images()).containsExactly("old", "old", "new");
        assertThat(set().getStatus().getCurrentReplicas()).isEqualTo(2);
        assertThat(set().getStatus().getUpdatedReplicas()).isEqualTo(1);
        cluster.api.remove(ResourceTypes.PODS, "ns", "db-0");
        cluster.run(3);
        assertThat(images()).containsExactly("old", "old", "new");
        setImage("old");
        cluster.run(6);
        assertThat(images()).containsOnly("old");
        assertThat(set().getStatus().getUpdateRevision()).isEqualTo(first);
        assertThat(cluster.api.list(ResourceTypes.CONTROLLER_REVISIONS, "ns")).hasSize(2);
    }

    @Test
    void onDeleteReplacesOnlyWhatIsDeleted() {
        create(spec -> spec.withReplicas(2)
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy());
        cluster.run(4);
        setImage("new");
        cluster.run(4);
        assertThat(images()).containsOnly("old");
        cluster.api.remove(ResourceTypes.PODS, "ns", "db-0");
        cluster.run(3);
        assertThat(images()).containsExactly("new", "old");
    }

    @Test
    void replacesAFailedPod() {
        create(spec -> spec.withReplicas(1));
        cluster.run(2);
        String uid = cluster.pods("ns").get(0).getMetadata().getUid();
        cluster.exit("ns", "db-0", 1);
        cluster.run(3);
        assertThat(cluster.pods("ns").get(0).getMetadata().getUid()).isNotEqualTo(uid);
        assertThat(set().getStatus().getReadyReplicas()).isEqualTo(1);
    }

    @Test
    void replacesAPodThatFailsAgainAndAgainLessAndLessOften() {
        create(spec -> spec.withReplicas(1));
        // As on a node that refuses it.
        cluster.afterEachTick(() -> {
            if (cluster.activePods("ns").stream()
                    .anyMatch(pod -> !pod.getStatus().getPhase().equals("Failed"))) {
                cluster.exit("ns", "db-0", 1);
            }
        });
        cluster.run(120);
        // After 1, 2, 4, 8, 16, 32 s and so on.
        long before = podsMade();
        assertThat(before).isBetween(6L, 9L);
        cluster.run(300);
        assertThat(podsMade() - before).isBetween(4L, 6L);

        cluster.afterEachTick(() -> {});
        cluster.run(65);
        assertThat(set().getStatus().getReadyReplicas()).isEqualTo(1);
    }

    private long podsMade() {
        return cluster.writes().stream()
                .filter(write -> write.startsWith("create pods "))
                .count();
    }

    @Test
    void makesClaimsAndKeepsThem() {
        create(spec -> withClaims(spec.withReplicas(2)));
        cluster.run(4);
        assertThat(claims()).containsExactly("data-db-0", "data-db-1");
        Pod pod = cluster.api.get(ResourceTypes.PODS, "ns", "db-1");
        assertThat(pod.getSpec().getVolumes()).singleElement().satisfies(volume -> {
            assertThat(volume.getName()).isEqualTo("data");
            assertThat(volume.getPersistentVolumeClaim().getClaimName()).isEqualTo("data-db-1");
        });
        assertThat(claim("data-db-1").getMetadata().getLabels()).containsEntry("app", "db");
        assertThat(claim("data-db-1").getMetadata().getOwnerReferences()).isEmpty();
        change(set -> set.getSpec().setReplicas(1));
        cluster.run(4);
        assertThat(claims()).containsExactly("data-db-0", "data-db-1");
    }

    @Test
    void claimsGoWithTheSetOrWithScalingDownIfAskedTo() {
        create(spec -> withClaims(spec.withReplicas(2))
                .withNewPersistentVolumeClaimRetentionPolicy()
                .withWhenDeleted("Delete")
                .withWhenScaled("Delete")
                .endPersistentVolumeClaimRetentionPolicy());
        cluster.run(4);
        assertThat(claim("data-db-1").getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> {
                    assertThat(owner.getKind()).isEqualTo("StatefulSet");
                    assertThat(owner.getUid()).isEqualTo(set().getMetadata().getUid());
                });
        change(set -> set.getSpec().setReplicas(1));
        cluster.settle();
        assertThat(claim("data-db-1").getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> {
                    assertThat(owner.getKind()).isEqualTo("Pod");
                    assertThat(owner.getName()).isEqualTo("db-1");
                });
        assertThat(claim("data-db-0").getMetadata().getOwnerReferences().get(0).getKind())
                .isEqualTo("StatefulSet");
        // The garbage collector has not come round yet: the new pod must not get the old pod's data.
        change(set -> set.getSpec().setReplicas(2));
        cluster.run(3);
        assertThat(names()).containsExactly("db-0");
        cluster.api.remove(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, "ns", "data-db-1");
        cluster.run(3);
        assertThat(names()).containsExactly("db-0", "db-1");
    }

    @Test
    void waitsMinReadySecondsBetweenPods() {
        create(spec -> spec.withReplicas(2).withMinReadySeconds(10));
        cluster.run(8);
        assertThat(names()).containsExactly("db-0");
        assertThat(set().getStatus().getReadyReplicas()).isEqualTo(1);
        assertThat(set().getStatus().getAvailableReplicas()).isZero();
        cluster.run(6);
        assertThat(names()).containsExactly("db-0", "db-1");
    }

    @Test
    void keepsAsManyOldRevisionsAsAskedFor() {
        create(spec -> spec.withReplicas(1).withRevisionHistoryLimit(2));
        cluster.run(2);
        for (int i = 0; i < 6; i++) {
            setImage("v" + i);
            cluster.run(5);
        }
        assertThat(cluster.api.list(ResourceTypes.CONTROLLER_REVISIONS, "ns")).hasSize(3);
    }

    @Test
    void releasesAPodThatNoLongerMatchesAndCountsTheCollision() {
        create(spec -> spec.withReplicas(1));
        cluster.run(2);
        Pod pod = cluster.pods("ns").get(0);
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder(pod)
                        .editMetadata()
                        .withLabels(Map.of("app", "other"))
                        .endMetadata()
                        .build());
        cluster.run(2);
        assertThat(cluster.pods("ns").get(0).getMetadata().getOwnerReferences()).isEmpty();
        long attempts = cluster.api.countWrites("create", "pods");
        cluster.run(60);
        assertThat(cluster.api.countWrites("create", "pods") - attempts).isLessThan(15);
    }

    @Test
    void isQuietWhenThereIsNothingToDo() {
        create(spec -> spec.withReplicas(2));
        cluster.run(6);
        cluster.api.forgetRequests();
        cluster.run(60);
        assertThat(cluster.writes()).isEmpty();
    }

    private static StatefulSetSpecBuilder withClaims(StatefulSetSpecBuilder spec) {
        return spec.withVolumeClaimTemplates(new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("data")
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .endSpec()
                .build());
    }

    private void create(Consumer<StatefulSetSpecBuilder> change) {
        StatefulSetSpecBuilder spec = new StatefulSetSpecBuilder()
                .withServiceName("db")
                .withPodManagementPolicy("OrderedReady")
                .withSelector(SimulatedCluster.selector(LABELS).build())
                .withTemplate(SimulatedCluster.template("old", LABELS));
        change.accept(spec);
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.STATEFUL_SETS)
                .create(new StatefulSetBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("db")
                        .endMetadata()
                        .withSpec(spec.build())
                        .build());
    }

    private void change(Consumer<StatefulSet> change) {
        StatefulSet set = set();
        change.accept(set);
        cluster.api.client(cluster.timers).resource(ResourceTypes.STATEFUL_SETS).update(set);
    }

    private void setImage(String image) {
        change(set ->
                set.getSpec().getTemplate().getSpec().getContainers().get(0).setImage(image));
    }

    private StatefulSet set() {
        return cluster.api.get(ResourceTypes.STATEFUL_SETS, "ns", "db");
    }

    private List<String> names() {
        return cluster.pods("ns").stream()
                .map(pod -> pod.getMetadata().getName())
                .toList();
    }

    private List<String> active() {
        return cluster.activePods("ns").stream()
                .map(pod -> pod.getMetadata().getName())
                .toList();
    }

    private List<String> images() {
        return cluster.pods("ns").stream()
                .map(pod -> pod.getSpec().getContainers().get(0).getImage())
                .toList();
    }

    private List<String> claims() {
        return cluster.api.list(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, "ns").stream()
                .map(claim -> claim.getMetadata().getName())
                .toList();
    }

    private PersistentVolumeClaim claim(String name) {
        return cluster.api.get(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, "ns", name);
    }
}
