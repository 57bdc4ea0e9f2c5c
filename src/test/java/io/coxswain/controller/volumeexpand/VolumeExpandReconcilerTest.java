package io.coxswain.controller.volumeexpand;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.controller.StorageObjects;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VolumeExpandReconcilerTest {
    private final SimulatedCluster cluster = new SimulatedCluster();
    private final StorageObjects storage = new StorageObjects(cluster.api);

    @BeforeEach
    void start() {
        storage.storageClass("fast", "example.org/x", "", "allowVolumeExpansion: true");
        storage.storageClass("local-path", "coxswain.io/local-path", "", "allowVolumeExpansion: true");
        cluster.start(new VolumeExpandReconciler());
    }

    private void bound(String name, String storageClass, String capacity) {
        cluster.api.put(
                ResourceTypes.PERSISTENT_VOLUME_CLAIMS,
                new PersistentVolumeClaimBuilder(storage.claim(name, "", "storageClassName: " + storageClass))
                        .editStatus()
                        .withPhase("Bound")
                        .addToCapacity("storage", new Quantity(capacity))
                        .endStatus()
                        .build());
        cluster.settle();
    }

    @Test
    void aClaimThatWantsMoreIsHandedToTheResizerOfItsClass() {
        bound("c", "fast", "1Mi");
        assertThat(Volumes.annotation(storage.claim("c"), "volume.kubernetes.io/storage-resizer"))
                .isEqualTo("example.org/x");
        assertThat(cluster.eventMessages("ns", "ExternalExpanding"))
                .containsExactly("waiting for an external controller to expand this PVC");
        cluster.api.forgetRequests();
        cluster.run(30);
        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void whatHasEnoughOrIsGrownElsewhereIsLeftAlone() {
        cluster.api.forgetRequests();
        bound("enough", "fast", "1Gi");
        bound("ours", "local-path", "1Mi");
        bound("classless", "gone", "1Mi");
        storage.claim("pending", "", "storageClassName: fast");
        cluster.settle();
        assertThat(cluster.writes()).isEmpty();
    }
}
