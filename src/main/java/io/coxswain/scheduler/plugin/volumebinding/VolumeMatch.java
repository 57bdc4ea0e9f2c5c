package io.coxswain.scheduler.plugin.volumebinding;

import io.coxswain.scheduler.framework.Claims;
import io.coxswain.scheduler.framework.LabelSelectors;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.VolumeObjects;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds an existing volume for a claim on a node: one that names the claim, or the smallest of the free ones. */
final class VolumeMatch {
    private VolumeMatch() {}

    static Optional<PersistentVolume> find(
            PersistentVolumeClaim claim, NodeInfo node, VolumeObjects objects, List<Choice.Match> taken) {
        List<PersistentVolume> possible = objects.volumes().stream()
                .filter(volume ->
                        taken.stream().noneMatch(match -> name(match.volume()).equals(name(volume))))
                .filter(volume -> objects.reservedFor(name(volume))
                        .map(Claims.key(claim)::equals)
                        .orElse(true))
                .filter(volume -> suits(volume, claim))
                .toList();
        Optional<PersistentVolume> named = possible.stream()
                .filter(volume -> isFor(volume, claim)
                        || objects.reservedFor(name(volume)).isPresent())
                .findFirst();
        if (named.isPresent()) {
            return named.filter(volume -> VolumeObjects.isReachable(volume, node));
        }
        return possible.stream()
                .filter(volume -> isFree(volume, claim) && VolumeObjects.isReachable(volume, node))
                .min(Comparator.comparing(Claims::capacity));
    }

    private static String name(PersistentVolume volume) {
        return volume.getMetadata().getName();
    }

    private static boolean suits(PersistentVolume volume, PersistentVolumeClaim claim) {
        return volume.getMetadata().getDeletionTimestamp() == null
                && Claims.className(volume).equals(Claims.className(claim))
                && Claims.capacity(volume).compareTo(Claims.requested(claim)) >= 0
                && mode(volume.getSpec().getVolumeMode())
                        .equals(mode(claim.getSpec().getVolumeMode()))
                && Objects.requireNonNullElse(volume.getSpec().getVolumeAttributesClassName(), "")
                        .equals(Objects.requireNonNullElse(claim.getSpec().getVolumeAttributesClassName(), ""));
    }

    private static boolean isFree(PersistentVolume volume, PersistentVolumeClaim claim) {
        Map<String, String> labels = volume.getMetadata().getLabels();
        return volume.getSpec().getClaimRef() == null
                && volume.getStatus() != null
                && "Available".equals(volume.getStatus().getPhase())
                && Objects.requireNonNullElse(volume.getSpec().getAccessModes(), List.<String>of())
                        .containsAll(Claims.accessModes(claim))
                && (claim.getSpec().getSelector() == null
                        || LabelSelectors.matches(claim.getSpec().getSelector(), labels == null ? Map.of() : labels));
    }

    private static boolean isFor(PersistentVolume volume, PersistentVolumeClaim claim) {
        ObjectReference reference = volume.getSpec().getClaimRef();
        return reference != null
                && claim.getMetadata().getName().equals(reference.getName())
                && claim.getMetadata().getNamespace().equals(reference.getNamespace())
                && (reference.getUid() == null
                        || reference.getUid().isEmpty()
                        || reference.getUid().equals(claim.getMetadata().getUid()));
    }

    private static String mode(@Nullable String mode) {
        return mode == null || mode.isEmpty() ? "Filesystem" : mode;
    }
}
