package io.coxswain.scheduler.plugin.volumebinding;

import io.coxswain.placement.Volumes;
import io.coxswain.scheduler.framework.LabelSelectors;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.VolumeObjects;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds an existing volume for a claim on a node: one that names the claim, or the smallest of the free ones. */
final class VolumeMatch {
    private VolumeMatch() {}

    static Optional<PersistentVolume> find(
            PersistentVolumeClaim claim, NodeInfo node, VolumeObjects objects, List<Choice.Match> taken) {
        List<PersistentVolume> possible = objects.volumes().stream()
                .filter(volume ->
                        taken.stream().noneMatch(match -> name(match.volume()).equals(name(volume))))
                .filter(volume -> objects.reservedFor(name(volume))
                        .map(Volumes.text(claim)::equals)
                        .orElse(true))
                .filter(volume -> suits(volume, claim))
                .toList();
        Optional<PersistentVolume> named = possible.stream()
                .filter(volume -> Volumes.isFor(volume, claim)
                        || objects.reservedFor(name(volume)).isPresent())
                .findFirst();
        if (named.isPresent()) {
            return named.filter(volume -> VolumeObjects.isReachable(volume, node));
        }
        return possible.stream()
                .filter(volume -> isFree(volume, claim) && VolumeObjects.isReachable(volume, node))
                .min(Comparator.comparing(Volumes::capacity));
    }

    private static String name(PersistentVolume volume) {
        return volume.getMetadata().getName();
    }

    private static boolean suits(PersistentVolume volume, PersistentVolumeClaim claim) {
        return volume.getMetadata().getDeletionTimestamp() == null
                && Volumes.className(volume).equals(Volumes.className(claim))
                && Volumes.capacity(volume).compareTo(Volumes.requested(claim)) >= 0
                && Volumes.sameMode(volume, claim)
                && Volumes.sameAttributes(volume, claim);
    }

    private static boolean isFree(PersistentVolume volume, PersistentVolumeClaim claim) {
        Map<String, String> labels = volume.getMetadata().getLabels();
        return volume.getSpec().getClaimRef() == null
                && Volumes.phase(volume).equals("Available")
                && Volumes.accessModes(volume).containsAll(Volumes.accessModes(claim))
                && (claim.getSpec().getSelector() == null
                        || LabelSelectors.matches(claim.getSpec().getSelector(), labels == null ? Map.of() : labels));
    }
}
