package io.coxswain.controller.volumeprotection;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ObjectCodec;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.controller.StorageObjects;
import io.coxswain.kinds.Trees;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProtectionReconcilersTest {
    private static final String GOING = "deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [%s]";
    private static final String GOING_CLAIM = GOING.formatted(ClaimProtectionReconciler.FINALIZER);

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final StorageObjects storage = new StorageObjects(cluster.api);

    @BeforeEach
    void start() {
        cluster.start(new ClaimProtectionReconciler(), new VolumeProtectionReconciler());
    }

    private boolean claimExists(String name) {
        return cluster.api.exists(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, "ns", name);
    }

    @Test
    void whatHasNoFinalizerGetsOne() {
        storage.claim("c", "", "");
        storage.volume("v", "1Gi", "finalizers: [example.org/mine]", "");
        cluster.settle();
        assertThat(storage.claim("c").getMetadata().getFinalizers()).containsExactly("kubernetes.io/pvc-protection");
        assertThat(storage.volume("v").getMetadata().getFinalizers())
                .containsExactly("example.org/mine", "kubernetes.io/pv-protection");
        cluster.api.forgetRequests();
        cluster.run(30);
        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void aClaimGoesWhenTheLastPodIsGone() {
        Pod pod = storage.pod("p", "c", "node-1", "Running");
        storage.pod("other", "another", "node-1", "Running");
        storage.claim("c", GOING_CLAIM, "");
        cluster.settle();
        assertThat(claimExists("c")).isTrue();
        // A finished pod still has the claim.
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder(pod)
                        .editStatus()
                        .withPhase("Succeeded")
                        .endStatus()
                        .build());
        cluster.settle();
        assertThat(claimExists("c")).isTrue();
        cluster.api.remove(ResourceTypes.PODS, "ns", "p");
        cluster.settle();
        assertThat(claimExists("c")).isFalse();
    }

    @Test
    void aPodWithoutANodeHoldsNothing() {
        storage.pod("p", "c", "", "Pending");
        storage.claim("c", GOING_CLAIM, "");
        cluster.settle();
        assertThat(claimExists("c")).isFalse();
    }

    @Test
    void whatWasMadeForAPodGoesWithItsEnd() {
        Pod pod = cluster.api.put(ResourceTypes.PODS, ObjectCodec.read(Trees.yaml("""
                        {metadata: {namespace: ns, name: p, uid: u-p}, status: {phase: Running}, spec: {nodeName: node-1,
                         containers: [{name: c, image: c}], volumes: [{name: v, ephemeral: {volumeClaimTemplate: {}}}]}}
                        """), Pod.class));
        storage.claim(
                "p-v",
                GOING_CLAIM + ", ownerReferences: [{apiVersion: v1, kind: Pod, name: p, uid: u-p, controller: true}]",
                "");
        cluster.settle();
        assertThat(claimExists("p-v")).isTrue();
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder(pod)
                        .editStatus()
                        .withPhase("Succeeded")
                        .endStatus()
                        .build());
        cluster.settle();
        assertThat(claimExists("p-v")).isFalse();
    }

    @Test
    void aVolumeGoesWhenItIsNotBound() {
        storage.volume("v", "1Gi", GOING.formatted(VolumeProtectionReconciler.FINALIZER), "");
        storage.volume("bound", "1Gi", "finalizers: [kubernetes.io/pv-protection]", "");
        cluster.api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                new PersistentVolumeBuilder(storage.volume("bound"))
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()
                        .editStatus()
                        .withPhase("Bound")
                        .endStatus()
                        .build());
        cluster.settle();
        assertThat(storage.volumeExists("v")).isFalse();
        assertThat(storage.volumeExists("bound")).isTrue();
        cluster.api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                new PersistentVolumeBuilder(storage.volume("bound"))
                        .editStatus()
                        .withPhase("Released")
                        .endStatus()
                        .build());
        cluster.settle();
        assertThat(storage.volumeExists("bound")).isFalse();
    }
}
