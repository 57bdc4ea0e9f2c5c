package io.coxswain.controller.ephemeralvolume;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ObjectCodec;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.controller.StorageObjects;
import io.coxswain.kinds.Trees;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EphemeralVolumeReconcilerTest {
    private final SimulatedCluster cluster = new SimulatedCluster();
    private final StorageObjects storage = new StorageObjects(cluster.api);

    @BeforeEach
    void start() {
        cluster.start(new EphemeralVolumeReconciler());
    }

    private void pod(String phase) {
        cluster.api.put(ResourceTypes.PODS, ObjectCodec.read(Trees.yaml("""
                        {metadata: {namespace: ns, name: p, uid: u-p}, status: {phase: %s},
                         spec: {containers: [{name: c, image: c}], volumes: [{name: v, ephemeral: {volumeClaimTemplate:
                          {metadata: {labels: {a: b}, annotations: {c: d}},
                           spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}]}}
                        """.formatted(phase)), Pod.class));
        cluster.settle();
    }

    @Test
    void aPodOwnsTheClaimThatIsMadeForIt() {
        pod("Pending");
        PersistentVolumeClaim claim = storage.claim("p-v");
        assertThat(claim.getMetadata().getLabels()).containsEntry("a", "b");
        assertThat(claim.getMetadata().getAnnotations()).containsEntry("c", "d");
        assertThat(claim.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getUid()).isEqualTo("u-p");
            assertThat(owner.getController()).isTrue();
        });
        assertThat(claim.getSpec().getAccessModes()).containsExactly("ReadWriteOnce");
        cluster.api.forgetRequests();
        cluster.run(5);
        assertThat(cluster.writes()).noneMatch(write -> write.contains("persistentvolumeclaims"));

        cluster.api.remove(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, "ns", "p-v");
        cluster.settle();
        assertThat(cluster.api.exists(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, "ns", "p-v"))
                .isTrue();
    }

    @Test
    void aFinishedPodGetsNone() {
        pod("Succeeded");
        assertThat(cluster.api.list(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, "ns"))
                .isEmpty();
    }

    @Test
    void aClaimOfSomebodyElseIsNotTaken() {
        storage.claim("p-v", "", "");
        pod("Pending");
        assertThat(storage.claim("p-v").getMetadata().getOwnerReferences()).isEmpty();
        assertThat(cluster.eventMessages("ns", "FailedBinding"))
                .containsExactly("PVC \"ns/p-v\" was not created for pod \"ns/p\" (pod is not owner)");
    }
}
