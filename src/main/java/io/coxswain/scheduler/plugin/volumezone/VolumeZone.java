package io.coxswain.scheduler.plugin.volumezone;

import io.coxswain.placement.Volumes;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import io.coxswain.scheduler.framework.VolumeObjects;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A volume with zone or region labels is used on nodes of that zone or region; nodes without such labels take any. */
public final class VolumeZone implements FilterPlugin {
    /** Former name → name of each label. */
    private static final Map<String, String> FORMER = Map.of(
            "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region");

    private static final List<String> KEYS = List.of(
            "failure-domain.beta.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region",
            "topology.kubernetes.io/zone",
            "topology.kubernetes.io/region");

    private final VolumeObjects objects;

    public VolumeZone(VolumeObjects objects) {
        this.objects = objects;
    }

    @Override
    public String name() {
        return "VolumeZone";
    }

    /** Where a volume is; it may be in several zones. */
    private record Place(String key, Set<String> values) {}

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        List<Place> places = new ArrayList<>();
        for (PodInfo.ClaimUse use : pod.claims()) {
            objects.claim(pod.namespace(), use.name())
                    .flatMap(claim -> objects.volume(Volumes.volumeName(claim)))
                    .ifPresent(volume -> KEYS.forEach(key -> place(volume, key).ifPresent(places::add)));
        }
        return places.isEmpty() ? NodeFilter.ALL : node -> test(places, node);
    }

    private static Optional<Place> place(PersistentVolume volume, String key) {
        Map<String, String> labels = volume.getMetadata().getLabels();
        String value = labels == null ? null : labels.get(key);
        return value == null ? Optional.empty() : Optional.of(new Place(key, Set.of(distinct(value))));
    }

    private static String[] distinct(String zones) {
        return java.util.Arrays.stream(zones.split("__", -1)).distinct().toArray(String[]::new);
    }

    private static Verdict test(List<Place> places, NodeInfo node) {
        Map<String, String> labels = node.labels();
        if (KEYS.stream().noneMatch(labels::containsKey)) {
            return Verdict.FITS;
        }
        boolean all = places.stream().allMatch(place -> {
            String value = labels.containsKey(place.key())
                    ? labels.get(place.key())
                    : labels.get(FORMER.getOrDefault(place.key(), place.key()));
            return value != null && place.values().contains(value);
        });
        return all ? Verdict.FITS : Verdict.never("node(s) had no available volume zone");
    }

    @Override
    public Set<ClusterEvent> wakeUpOn() {
        return Set.of(
                ClusterEvent.NODE_ADDED,
                ClusterEvent.NODE_LABELS_CHANGED,
                ClusterEvent.CLAIM_CHANGED,
                ClusterEvent.VOLUME_CHANGED,
                ClusterEvent.STORAGE_CLASS_CHANGED);
    }
}
