package io.coxswain.controller.persistentvolume;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.controller.StorageObjects;
import io.coxswain.meta.ApiException;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PersistentVolumeBinderTest {
    private final SimulatedCluster cluster = new SimulatedCluster();
    private final StorageObjects storage = new StorageObjects(cluster.api);

    @BeforeEach
    void start() {
        cluster.start(new PersistentVolumeBinder(cluster.timers.clock()));
    }

    private List<String> told(String reason) {
        return Stream.concat(
                        cluster.eventMessages("ns", reason).stream(), cluster.eventMessages("default", reason).stream())
                .toList();
    }

    private void deleteClaim(String name) {
        cluster.api.remove(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, "ns", name);
        cluster.settle();
    }

    @Test
    void bindsBothSidesAndSaysWhoChose() {
        storage.volume("v", "2Gi", "", "");
        cluster.settle();
        assertThat(storage.volumePhase("v")).isEqualTo("Available");
        PersistentVolumeClaim wanted = storage.claim("c", "", "");
        cluster.settle();

        PersistentVolumeClaim claim = storage.claim("c");
        assertThat(claim.getSpec().getVolumeName()).isEqualTo("v");
        assertThat(claim.getStatus().getPhase()).isEqualTo("Bound");
        assertThat(claim.getStatus().getAccessModes()).containsExactly("ReadWriteOnce");
        assertThat(claim.getStatus().getCapacity().get("storage")).hasToString("2Gi");
        assertThat(claim.getMetadata().getAnnotations())
                .containsEntry("pv.kubernetes.io/bind-completed", "yes")
                .containsEntry("pv.kubernetes.io/bound-by-controller", "yes");
        PersistentVolume volume = storage.volume("v");
        assertThat(volume.getStatus().getPhase()).isEqualTo("Bound");
        assertThat(volume.getStatus().getLastPhaseTransitionTime()).isNotNull();
        assertThat(volume.getMetadata().getAnnotations()).containsEntry("pv.kubernetes.io/bound-by-controller", "yes");
        assertThat(volume.getSpec().getClaimRef().getUid())
                .isEqualTo(wanted.getMetadata().getUid());

        cluster.api.forgetRequests();
        cluster.timers.advance(Duration.ofMinutes(2));
        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void aClaimThatWaitsGetsAVolumeThatComes() {
        storage.claim("c", "", "");
        cluster.settle();
        assertThat(storage.claimPhase("c")).isEqualTo("Pending");
        assertThat(told("FailedBinding"))
                .containsExactly("no persistent volumes available for this claim and no storage class is set");
        storage.volume("v", "1Gi", "", "");
        cluster.settle();
        assertThat(storage.claimPhase("c")).isEqualTo("Bound");
    }

    @Test
    void noTwoClaimsGetOneVolume() {
        IntStream.range(0, 5).forEach(i -> storage.volume("v" + i, "1Gi", "", ""));
        cluster.settle();
        IntStream.range(0, 8).forEach(i -> storage.claim("c" + i, "", ""));
        cluster.settle();
        List<String> bound = cluster.api.list(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, "ns").stream()
                .map(Volumes::volumeName)
                .filter(name -> !name.isEmpty())
                .toList();
        assertThat(bound).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void aBindingThatBreaksOffIsFinished() {
        storage.volume("v", "1Gi", "", "");
        cluster.settle();
        int[] failures = {2};
        cluster.api.failWhen(request -> request.info().verb().equals("update")
                        && request.info().resource().equals("persistentvolumeclaims")
                        && failures[0]-- > 0
                ? ApiException.conflict(
                        request.info().groupResource(), request.info().name(), "changed")
                : null);
        storage.claim("c", "", "");
        cluster.settle();
        cluster.timers.advance(Duration.ofSeconds(5));
        assertThat(storage.claimPhase("c")).isEqualTo("Bound");
        assertThat(storage.volumePhase("v")).isEqualTo("Bound");
    }

    @Test
    void aUserMayNameTheVolume() {
        storage.volume("small", "1Mi", "", "");
        storage.volume("v", "9Gi", "", "");
        storage.claim("wrong", "", "volumeName: small");
        storage.claim("none", "", "volumeName: not-yet");
        storage.claim("c", "", "volumeName: v");
        cluster.settle();
        assertThat(storage.claimPhase("c")).isEqualTo("Bound");
        assertThat(storage.claim("c").getMetadata().getAnnotations())
                .doesNotContainKey("pv.kubernetes.io/bound-by-controller");
        assertThat(storage.claimPhase("wrong")).isEqualTo("Pending");
        assertThat(told("VolumeMismatch"))
                .containsExactly("Cannot bind to requested volume \"small\": requested PV is too small");
        assertThat(storage.claimPhase("none")).isEqualTo("Pending");
        storage.volume("not-yet", "1Gi", "", "");
        cluster.timers.advance(Duration.ofSeconds(20));
        assertThat(storage.claimPhase("none")).isEqualTo("Bound");

        storage.claim("late", "", "volumeName: v");
        cluster.settle();
        assertThat(storage.claimPhase("late")).isEqualTo("Pending");
        assertThat(told("FailedBinding")).contains("volume \"v\" already bound to a different claim.");
    }

    @Test
    void aVolumeMayBeReservedForAClaim() {
        storage.volume("reserved", "9Gi", "", "claimRef: {namespace: ns, name: c}");
        storage.volume("free", "1Gi", "", "");
        cluster.settle();
        assertThat(storage.volumePhase("reserved")).isEqualTo("Available");
        storage.claim("c", "", "");
        cluster.settle();
        assertThat(storage.claim("c").getSpec().getVolumeName()).isEqualTo("reserved");
        assertThat(Volumes.annotation(storage.volume("reserved"), "pv.kubernetes.io/bound-by-controller"))
                .isEmpty();
        assertThat(storage.volumePhase("free")).isEqualTo("Available");
    }

    @Test
    void aRetainedVolumeStaysReleased() {
        storage.volume("v", "1Gi", "", "");
        storage.claim("c", "", "");
        cluster.settle();
        deleteClaim("c");
        assertThat(storage.volumePhase("v")).isEqualTo("Released");
        // Its data is another's: a new claim of the same name does not get it.
        storage.claim("c", "", "");
        cluster.settle();
        assertThat(storage.claimPhase("c")).isEqualTo("Pending");
        // An administrator frees it.
        cluster.api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                new PersistentVolumeBuilder(storage.volume("v"))
                        .editSpec()
                        .withClaimRef(null)
                        .endSpec()
                        .build());
        cluster.timers.advance(Duration.ofSeconds(20));
        assertThat(storage.claimPhase("c")).isEqualTo("Bound");
    }

    @Test
    void aVolumeThatNobodyCanDeleteFails() {
        storage.volume("v", "1Gi", "", "persistentVolumeReclaimPolicy: Delete");
        storage.volume("r", "2Gi", "", "persistentVolumeReclaimPolicy: Recycle");
        storage.claim("c", "", "volumeName: v");
        storage.claim("d", "", "volumeName: r");
        cluster.settle();
        deleteClaim("c");
        deleteClaim("d");
        String why = "error getting deleter volume plugin for volume \"v\": no deletable volume plugin matched";
        assertThat(storage.volumePhase("v")).isEqualTo("Failed");
        assertThat(storage.volume("v").getStatus().getMessage()).isEqualTo(why);
        assertThat(told("VolumeFailedDelete")).containsExactly(why);
        assertThat(storage.volumePhase("r")).isEqualTo("Failed");
        assertThat(told("VolumeFailedRecycle")).containsExactly("No recycler plugin found for the volume!");
        cluster.api.forgetRequests();
        cluster.timers.advance(Duration.ofMinutes(2));
        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void aProvisionersVolumeIsLeftToIt() {
        storage.volume(
                "v",
                "1Gi",
                "annotations: {pv.kubernetes.io/provisioned-by: example.org/x}",
                "persistentVolumeReclaimPolicy: Delete");
        storage.claim("c", "", "volumeName: v");
        cluster.settle();
        deleteClaim("c");
        assertThat(storage.volumePhase("v")).isEqualTo("Released");
        assertThat(told("VolumeFailedDelete")).isEmpty();
    }

    @Test
    void aClaimThatLosesItsVolumeIsLost() {
        storage.volume("v", "1Gi", "", "");
        storage.claim("c", "", "");
        cluster.settle();
        cluster.api.remove(ResourceTypes.PERSISTENT_VOLUMES, "", "v");
        cluster.settle();
        assertThat(storage.claimPhase("c")).isEqualTo("Lost");
        assertThat(storage.claim("c").getStatus().getCapacity()).isNullOrEmpty();
        assertThat(told("ClaimLost"))
                .containsExactly("Bound claim has lost its PersistentVolume. Data on the volume is lost!");
    }

    @Test
    void twoClaimsOfOneVolume() {
        storage.volume("v", "1Gi", "", "");
        storage.claim("c", "", "");
        cluster.settle();
        storage.claim("thief", "annotations: {pv.kubernetes.io/bind-completed: 'yes'}", "volumeName: v");
        cluster.settle();
        assertThat(storage.claimPhase("thief")).isEqualTo("Lost");
        assertThat(told("ClaimMisbound"))
                .containsExactly("Two claims are bound to the same volume, this one is bound incorrectly");
        assertThat(storage.claimPhase("c")).isEqualTo("Bound");
    }

    @Test
    void aVolumeChosenForAClaimThatGotAnotherIsFreeAgain() {
        PersistentVolumeClaim claim = storage.claim("c", "", "");
        storage.volume("used", "1Gi", "", "");
        cluster.settle();
        assertThat(storage.claim("c").getSpec().getVolumeName()).isEqualTo("used");
        String reference =
                "claimRef: {namespace: ns, name: c, uid: " + claim.getMetadata().getUid() + "}";
        storage.volume("chosen", "1Gi", "annotations: {pv.kubernetes.io/bound-by-controller: 'yes'}", reference);
        storage.volume("reserved", "1Gi", "", reference);
        cluster.settle();
        assertThat(storage.volumePhase("chosen")).isEqualTo("Available");
        assertThat(storage.volume("chosen").getSpec().getClaimRef()).isNull();
        assertThat(storage.volumePhase("reserved")).isEqualTo("Available");
        assertThat(storage.volume("reserved").getSpec().getClaimRef().getName()).isEqualTo("c");
        assertThat(storage.volume("reserved").getSpec().getClaimRef().getUid()).isNull();
    }

    @Test
    void theProvisionerOfTheClassIsCalled() {
        storage.storageClass("fast", "example.org/x", "", "volumeBindingMode: Immediate");
        storage.claim("c", "", "storageClassName: fast");
        cluster.settle();
        assertThat(storage.claim("c").getMetadata().getAnnotations())
                .containsEntry("volume.kubernetes.io/storage-provisioner", "example.org/x")
                .containsEntry("volume.beta.kubernetes.io/storage-provisioner", "example.org/x");
        assertThat(told("ExternalProvisioning"))
                .containsExactly("Waiting for a volume to be created either by the external provisioner"
                        + " 'example.org/x' or manually by the system administrator. If volume creation is delayed,"
                        + " please verify that the provisioner is running and correctly registered.");

        storage.storageClass("tree", "kubernetes.io/no-provisioner", "", "volumeBindingMode: Immediate");
        storage.claim("d", "", "storageClassName: tree");
        storage.claim("e", "", "storageClassName: gone");
        cluster.settle();
        assertThat(told("ProvisioningFailed"))
                .containsExactlyInAnyOrder(
                        "no volume plugin matched name: kubernetes.io/no-provisioner",
                        "storageclass.storage.k8s.io \"gone\" not found");
    }

    @Test
    void aClassMayWaitForThePod() {
        storage.storageClass("late", "example.org/x", "", "volumeBindingMode: WaitForFirstConsumer");
        storage.volume("v", "1Gi", "", "storageClassName: late");
        storage.claim("c", "", "storageClassName: late");
        cluster.settle();
        assertThat(storage.claimPhase("c")).isEqualTo("Pending");
        assertThat(told("WaitForFirstConsumer"))
                .containsExactly("waiting for first consumer to be created before binding");
        storage.pod("p", "c", "", "Pending");
        cluster.timers.advance(Duration.ofSeconds(16));
        assertThat(told("WaitForPodScheduled")).containsExactly("waiting for pod p to be scheduled");
        assertThat(storage.claim("c").getMetadata().getAnnotations()).isNullOrEmpty();

        // The scheduler has chosen a node.
        cluster.api.put(
                ResourceTypes.PERSISTENT_VOLUME_CLAIMS,
                new PersistentVolumeClaimBuilder(storage.claim("c"))
                        .editMetadata()
                        .addToAnnotations("volume.kubernetes.io/selected-node", "node-1")
                        .endMetadata()
                        .build());
        cluster.settle();
        assertThat(Volumes.annotation(storage.claim("c"), "volume.kubernetes.io/storage-provisioner"))
                .isEqualTo("example.org/x");
        // Nor does it take the free volume now: the scheduler would have reserved it.
        assertThat(storage.volumePhase("v")).isEqualTo("Available");
    }

    @Test
    void aDefaultClassThatComesLaterIsGivenToThoseThatWait() {
        storage.claim("c", "", "");
        storage.claim("none", "", "storageClassName: ''");
        cluster.settle();
        storage.storageClass(
                "std",
                "example.org/x",
                "annotations: {storageclass.kubernetes.io/is-default-class: 'true'}",
                "volumeBindingMode: Immediate");
        cluster.settle();
        assertThat(storage.claim("c").getSpec().getStorageClassName()).isEqualTo("std");
        assertThat(storage.claim("none").getSpec().getStorageClassName()).isEmpty();
    }
}
