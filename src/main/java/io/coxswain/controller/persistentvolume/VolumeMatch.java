package io.coxswain.controller.persistentvolume;

import io.coxswain.client.Selectors;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which volume a claim gets, by upstream's rules. Pure functions. */
final class VolumeMatch {
    /** Fewest access modes first: a volume that could do more is kept for who needs it; then the smallest; then by name. */
    private static final Comparator<PersistentVolume> BEST_FIRST = Comparator.comparingInt(
                    (PersistentVolume volume) -> Volumes.accessModes(volume).size())
            .thenComparing(Volumes::capacity)
            .thenComparing(volume -> volume.getMetadata().getName());

    private VolumeMatch() {}

    /**
     * The volume that was reserved for the claim, or the best of those that are free.
     *
     * @param delayed the claim waits for its first pod: then only a volume reserved for it will do, for the scheduler chooses
     */
    static Optional<PersistentVolume> best(
            PersistentVolumeClaim claim, Collection<PersistentVolume> volumes, boolean delayed) {
        List<PersistentVolume> possible = volumes.stream()
                .filter(volume -> !Volumes.isBeingDeleted(volume) && suits(volume, claim))
                .toList();
        Optional<PersistentVolume> reserved =
                possible.stream().filter(volume -> Volumes.isFor(volume, claim)).min(BEST_FIRST);
        if (reserved.isPresent() || delayed) {
            return reserved;
        }
        return possible.stream()
                .filter(volume -> volume.getSpec().getClaimRef() == null
                        && Volumes.phase(volume).equals("Available")
                        && Volumes.className(volume).equals(Volumes.className(claim))
                        && (claim.getSpec().getSelector() == null
                                || Selectors.matches(
                                        claim.getSpec().getSelector(),
                                        volume.getMetadata().getLabels())))
                .min(BEST_FIRST);
    }

    /** What even a reserved volume must fulfil. */
    private static boolean suits(PersistentVolume volume, PersistentVolumeClaim claim) {
        return Volumes.capacity(volume).compareTo(Volumes.requested(claim)) >= 0
                && Volumes.sameMode(volume, claim)
                && Volumes.accessModes(volume).containsAll(Volumes.accessModes(claim))
                && Volumes.sameAttributes(volume, claim);
    }

    /** Why a volume that the claim's user named is not to be had, in upstream's words; empty if it is. */
    static Optional<String> objection(PersistentVolume volume, PersistentVolumeClaim claim) {
        if (Volumes.capacity(volume).compareTo(Volumes.requested(claim)) < 0) {
            return Optional.of("requested PV is too small");
        }
        if (!Volumes.className(volume).equals(Volumes.className(claim))) {
            return Optional.of("storageClassName does not match");
        }
        if (!Volumes.sameAttributes(volume, claim)) {
            return Optional.of("volumeAttributesClassName does not match");
        }
        if (!Volumes.sameMode(volume, claim)) {
            return Optional.of("incompatible volumeMode");
        }
        return Volumes.accessModes(volume).containsAll(Volumes.accessModes(claim))
                ? Optional.empty()
                : Optional.of("incompatible accessMode");
    }
}
