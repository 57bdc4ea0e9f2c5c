package io.coxswain.controller.localpath;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ObjectCodec;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.controller.StorageObjects;
import io.coxswain.kinds.Trees;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalPathProvisionerTest {
    private static final String ASKED = "uid: u1, annotations: {volume.kubernetes.io/storage-provisioner:"
            + " coxswain.io/local-path, volume.kubernetes.io/selected-node: node-1}";
    private static final String CLASS = "storageClassName: local-path";

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final StorageObjects storage = new StorageObjects(cluster.api);

    @BeforeEach
    void start() {
        storage.storageClass(
                "local-path",
                "coxswain.io/local-path",
                "",
                "volumeBindingMode: WaitForFirstConsumer, reclaimPolicy: Delete");
        cluster.api.put(ResourceTypes.NODES, ObjectCodec.read(Trees.yaml("""
                {metadata: {name: node-1, labels: {kubernetes.io/hostname: host-1},
                  annotations: {local-path.coxswain.io/directory: /data/node-1}}, spec: {}, status: {}}
                """), Node.class));
        cluster.start(new LocalPathProvisioner());
    }

    private PersistentVolume provisioned() {
        storage.claim("c", ASKED, CLASS);
        cluster.settle();
        return storage.volume("pvc-u1");
    }

    private void phase(String phase) {
        cluster.api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                new PersistentVolumeBuilder(storage.volume("pvc-u1"))
                        .editOrNewStatus()
                        .withPhase(phase)
                        .endStatus()
                        .build());
        cluster.settle();
    }

    private void nodeHolds(String... volumes) {
        cluster.api.put(
                ResourceTypes.NODES,
                new NodeBuilder(cluster.api.get(ResourceTypes.NODES, "", "node-1"))
                        .editStatus()
                        .withVolumesInUse(volumes)
                        .endStatus()
                        .build());
        cluster.settle();
    }

    @Test
    void makesAVolumeOnTheChosenNode() {
        PersistentVolume volume = provisioned();
        assertThat(volume.getSpec().getLocal().getPath()).isEqualTo("/data/node-1/pvc-u1");
        assertThat(volume.getSpec().getCapacity().get("storage")).hasToString("1Gi");
        assertThat(volume.getSpec().getAccessModes()).containsExactly("ReadWriteOnce");
        assertThat(volume.getSpec().getPersistentVolumeReclaimPolicy()).isEqualTo("Delete");
        assertThat(volume.getSpec().getStorageClassName()).isEqualTo("local-path");
        assertThat(Volumes.isFor(volume, storage.claim("c"))).isTrue();
        assertThat(Volumes.claimUid(volume)).isEqualTo("u1");
        assertThat(volume.getMetadata().getAnnotations())
                .containsEntry("pv.kubernetes.io/provisioned-by", "coxswain.io/local-path");
        assertThat(volume.getMetadata().getLabels()).containsEntry("local-path.coxswain.io/node", "node-1");
        var term = volume.getSpec()
                .getNodeAffinity()
                .getRequired()
                .getNodeSelectorTerms()
                .get(0);
        assertThat(term.getMatchExpressions().get(0).getKey()).isEqualTo("kubernetes.io/hostname");
        assertThat(term.getMatchExpressions().get(0).getValues()).containsExactly("host-1");
        assertThat(cluster.eventMessages("ns", "Provisioning"))
                .containsExactly("External provisioner is provisioning volume for claim \"ns/c\"");
        assertThat(cluster.eventMessages("ns", "ProvisioningSucceeded"))
                .containsExactly("Successfully provisioned volume pvc-u1");
        cluster.api.forgetRequests();
        cluster.run(30);
        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void waitsForTheScheduler() {
        storage.claim("c", "annotations: {volume.kubernetes.io/storage-provisioner: coxswain.io/local-path}", CLASS);
        storage.claim(
                "foreign",
                "annotations: {volume.kubernetes.io/storage-provisioner: example.org/x,"
                        + " volume.kubernetes.io/selected-node: node-1}",
                CLASS);
        cluster.settle();
        assertThat(cluster.api.list(ResourceTypes.PERSISTENT_VOLUMES, "")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "volumeMode: Block | block volumes are not supported",
                "selector: {matchLabels: {a: b}} | claim.Spec.Selector is not supported",
                "dataSource: {kind: PersistentVolumeClaim, name: x} | claim.Spec.DataSource is not supported",
                "accessModes: [ReadWriteMany] | access mode ReadWriteMany is not supported: a directory of one node is"
                        + " ReadWriteOnce or ReadWriteOncePod",
            })
    void saysWhatItCannotMake(String spec, String why) {
        PersistentVolumeClaim claim = ObjectCodec.read(
                Trees.yaml("{metadata: {namespace: ns, name: c, " + ASKED + "}, spec: {"
                        + (spec.startsWith("accessModes") ? "" : "accessModes: [ReadWriteOnce], ")
                        + "resources: {requests: {storage: 1Gi}}, " + CLASS + ", " + spec
                        + "}, status: {phase: Pending}}"),
                PersistentVolumeClaim.class);
        cluster.api.put(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, claim);
        cluster.settle();
        assertThat(cluster.eventMessages("ns", "ProvisioningFailed"))
                .containsExactly("failed to provision volume with StorageClass \"local-path\": " + why);
        assertThat(cluster.api.list(ResourceTypes.PERSISTENT_VOLUMES, "")).isEmpty();
    }

    @Test
    void asksForAnotherNodeIfTheChosenOneIsGone() {
        storage.claim("c", ASKED.replace("node-1", "gone"), CLASS);
        cluster.settle();
        assertThat(Volumes.annotation(storage.claim("c"), "volume.kubernetes.io/selected-node"))
                .isEmpty();
        assertThat(cluster.eventMessages("ns", "ProvisioningFailed"))
                .containsExactly("failed to provision volume with StorageClass \"local-path\": error getting node: node"
                        + " \"gone\" not found");
    }

    @Test
    void aReleasedVolumeStaysUntilItsNodeHasLetGo() {
        provisioned();
        phase("Bound");
        nodeHolds("example.org/other", "coxswain.io/local-path/pvc-u1");
        phase("Released");
        cluster.run(60);
        assertThat(storage.volumeExists("pvc-u1")).isTrue();
        nodeHolds("example.org/other");
        assertThat(storage.volumeExists("pvc-u1")).isFalse();
    }

    @Test
    void aVolumeThatNoNodeHasGoesAtOnce() {
        provisioned();
        phase("Released");
        assertThat(storage.volumeExists("pvc-u1")).isFalse();
    }

    @Test
    void aVolumeGoesWithItsNode() {
        provisioned();
        nodeHolds("coxswain.io/local-path/pvc-u1");
        phase("Released");
        assertThat(storage.volumeExists("pvc-u1")).isTrue();
        cluster.api.remove(ResourceTypes.NODES, "", "node-1");
        cluster.settle();
        assertThat(storage.volumeExists("pvc-u1")).isFalse();
    }

    @Test
    void aVolumeThatIsToBeKeptIsNobodysBusiness() {
        provisioned();
        cluster.api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                new PersistentVolumeBuilder(storage.volume("pvc-u1"))
                        .editSpec()
                        .withPersistentVolumeReclaimPolicy("Retain")
                        .endSpec()
                        .build());
        cluster.settle();
        assertThat(storage.volume("pvc-u1").getMetadata().getFinalizers()).isEmpty();
        phase("Released");
        assertThat(storage.volumeExists("pvc-u1")).isTrue();
    }

    @Test
    void aVolumeDeletedByHandWaitsForItsDirectory() {
        provisioned();
        nodeHolds("coxswain.io/local-path/pvc-u1");
        cluster.api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                new PersistentVolumeBuilder(storage.volume("pvc-u1"))
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()
                        .build());
        phase("Bound");
        assertThat(storage.volumeExists("pvc-u1")).isTrue();
        phase("Released");
        assertThat(storage.volumeExists("pvc-u1")).isTrue();
        nodeHolds();
        assertThat(storage.volumeExists("pvc-u1")).isFalse();
    }

    @Test
    void aClaimGrowsAtOnce() {
        provisioned();
        PersistentVolumeClaim bound = new PersistentVolumeClaimBuilder(storage.claim("c"))
                .editSpec()
                .withVolumeName("pvc-u1")
                .editResources()
                .addToRequests("storage", new Quantity("3Gi"))
                .endResources()
                .endSpec()
                .editStatus()
                .withPhase("Bound")
                .addToCapacity("storage", new Quantity("1Gi"))
                .addNewCondition()
                .withType("Resizing")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
        cluster.api.put(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, bound);
        cluster.settle();
        assertThat(storage.volume("pvc-u1").getSpec().getCapacity().get("storage"))
                .hasToString("3Gi");
        assertThat(storage.claim("c").getStatus().getCapacity().get("storage")).hasToString("3Gi");
        assertThat(storage.claim("c").getStatus().getAllocatedResources().get("storage"))
                .hasToString("3Gi");
        assertThat(storage.claim("c").getStatus().getConditions()).isEmpty();
        assertThat(cluster.eventMessages("ns", "VolumeResizeSuccessful")).containsExactly("Resize volume succeeded");
        cluster.api.forgetRequests();
        cluster.run(30);
        assertThat(cluster.writes()).isEmpty();
    }
}
