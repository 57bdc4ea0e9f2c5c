package io.coxswain.placement;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What persistent volumes and claims say, by upstream's rules. */
public final class Volumes {
    /** On a claim: its binding is complete. */
    public static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
    /** On a volume or claim: the control loop chose the partner, not the user. */
    public static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
    /** On a volume: who made it, and takes it away. */
    public static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
    /** On a claim: who is to make a volume. */
    public static final String PROVISIONER = "volume.kubernetes.io/storage-provisioner";
    /** Its former name, which is written as well. */
    public static final String FORMER_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner";
    /** On a claim: the node that the scheduler has chosen for its first pod. */
    public static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

    private static final String FORMER_CLASS = "volume.beta.kubernetes.io/storage-class";
    private static final String STORAGE = "storage";

    private Volumes() {}

    public static String annotation(HasMetadata object, String name) {
        Map<String, String> all = object.getMetadata().getAnnotations();
        return all == null ? "" : all.getOrDefault(name, "");
    }

    public static boolean isBeingDeleted(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    /** The claim's class; {@code ""} for none. The annotation came before the field and wins. */
    public static String className(PersistentVolumeClaim claim) {
        return className(claim, claim.getSpec().getStorageClassName());
    }

    public static String className(PersistentVolume volume) {
        return className(volume, volume.getSpec().getStorageClassName());
    }

    private static String className(HasMetadata object, @Nullable String field) {
        String former = annotation(object, FORMER_CLASS);
        return former.isEmpty() ? orEmpty(field) : former;
    }

    /** Whether the claim leaves the class to the cluster's default. */
    public static boolean hasNoClass(PersistentVolumeClaim claim) {
        return claim.getSpec().getStorageClassName() == null
                && (claim.getMetadata().getAnnotations() == null
                        || !claim.getMetadata().getAnnotations().containsKey(FORMER_CLASS));
    }

    public static String volumeName(PersistentVolumeClaim claim) {
        return orEmpty(claim.getSpec().getVolumeName());
    }

    /** Whether claim and volume have found each other for good. */
    public static boolean isBound(PersistentVolumeClaim claim) {
        return !volumeName(claim).isEmpty()
                && claim.getMetadata().getAnnotations() != null
                && claim.getMetadata().getAnnotations().containsKey(BIND_COMPLETED);
    }

    public static String phase(PersistentVolumeClaim claim) {
        return claim.getStatus() == null ? "" : orEmpty(claim.getStatus().getPhase());
    }

    public static String phase(PersistentVolume volume) {
        return volume.getStatus() == null ? "" : orEmpty(volume.getStatus().getPhase());
    }

    /** How much the claim asks for, in bytes. */
    public static BigDecimal requested(PersistentVolumeClaim claim) {
        return claim.getSpec().getResources() == null
                ? BigDecimal.ZERO
                : storage(claim.getSpec().getResources().getRequests());
    }

    /** How much the volume holds, in bytes. */
    public static BigDecimal capacity(PersistentVolume volume) {
        return storage(volume.getSpec().getCapacity());
    }

    /** How much the claim was found to have, in bytes. */
    public static BigDecimal capacity(PersistentVolumeClaim claim) {
        return claim.getStatus() == null
                ? BigDecimal.ZERO
                : storage(claim.getStatus().getCapacity());
    }

    private static BigDecimal storage(@Nullable Map<String, Quantity> amounts) {
        Quantity amount = amounts == null ? null : amounts.get(STORAGE);
        return amount == null ? BigDecimal.ZERO : amount.getNumericalAmount();
    }

    public static List<String> accessModes(PersistentVolumeClaim claim) {
        return list(claim.getSpec().getAccessModes());
    }

    public static List<String> accessModes(PersistentVolume volume) {
        return list(volume.getSpec().getAccessModes());
    }

    /** Whether both are file systems, or both devices. */
    public static boolean sameMode(PersistentVolume volume, PersistentVolumeClaim claim) {
        return mode(volume.getSpec().getVolumeMode())
                .equals(mode(claim.getSpec().getVolumeMode()));
    }

    /** Whether both name the same VolumeAttributesClass, or none. */
    public static boolean sameAttributes(PersistentVolume volume, PersistentVolumeClaim claim) {
        return orEmpty(volume.getSpec().getVolumeAttributesClassName())
                .equals(orEmpty(claim.getSpec().getVolumeAttributesClassName()));
    }

    /** {@code Filesystem}, unless {@code Block} is asked for. */
    public static String mode(@Nullable String volumeMode) {
        return volumeMode == null || volumeMode.isEmpty() ? "Filesystem" : volumeMode;
    }

    /** The uid of the claim that the volume is for; {@code ""} if that is still open. */
    public static String claimUid(PersistentVolume volume) {
        ObjectReference claim = volume.getSpec().getClaimRef();
        return claim == null ? "" : orEmpty(claim.getUid());
    }

    /** Whether the volume names the claim: by uid, or by name as long as it names no uid. */
    public static boolean isFor(PersistentVolume volume, PersistentVolumeClaim claim) {
        ObjectReference reference = volume.getSpec().getClaimRef();
        return reference != null
                && claim.getMetadata().getName().equals(reference.getName())
                && claim.getMetadata().getNamespace().equals(reference.getNamespace())
                && (claimUid(volume).isEmpty()
                        || claimUid(volume).equals(claim.getMetadata().getUid()));
    }

    /** The names of the claims that the pod's volumes are, those made for the pod included. */
    public static Stream<String> claimNames(Pod pod) {
        return pod.getSpec() == null
                ? Stream.empty()
                : pod.getSpec().getVolumes().stream().flatMap(volume -> claimName(pod, volume).stream());
    }

    /** The name of the claim that one of the pod's volumes is. */
    public static Optional<String> claimName(Pod pod, Volume volume) {
        if (volume.getPersistentVolumeClaim() != null) {
            return Optional.of(volume.getPersistentVolumeClaim().getClaimName());
        }
        return volume.getEphemeral() == null
                ? Optional.empty()
                : Optional.of(pod.getMetadata().getName() + "-" + volume.getName());
    }

    /** Index values: a pod's claims as {@code namespace/name}. */
    public static Collection<String> claimsOf(Pod pod) {
        return claimNames(pod)
                .map(name -> pod.getMetadata().getNamespace() + "/" + name)
                .distinct()
                .toList();
    }

    public static String text(PersistentVolumeClaim claim) {
        return claim.getMetadata().getNamespace() + "/" + claim.getMetadata().getName();
    }

    /** A list that a model may leave out. */
    public static <T> List<T> list(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
