package io.coxswain.scheduler.plugin.nodevolumelimits;

import io.coxswain.placement.Volumes;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import io.coxswain.scheduler.framework.VolumeObjects;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** No more volumes of a CSI driver on a node than its CSINode says. A volume that several pods use counts once. */
public final class NodeVolumeLimits implements FilterPlugin {
    private final VolumeObjects objects;

    public NodeVolumeLimits(VolumeObjects objects) {
        this.objects = objects;
    }

    @Override
    public String name() {
        return "NodeVolumeLimits";
    }

    /** A volume of a driver; one that is not made yet goes by its claim. */
    private record Attached(String driver, String handle) {}

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        Set<Attached> wanted = volumes(pod);
        return wanted.isEmpty() ? NodeFilter.ALL : node -> test(wanted, node);
    }

    private Verdict test(Set<Attached> wanted, NodeInfo node) {
        Map<String, Integer> limits = objects.limits(node.name());
        if (wanted.stream().noneMatch(volume -> limits.containsKey(volume.driver()))) {
            return Verdict.FITS;
        }
        Set<Attached> all = new HashSet<>();
        node.pods().forEach(other -> all.addAll(volumes(other)));
        Set<Attached> added = new HashSet<>(wanted);
        added.removeAll(all);
        all.addAll(added);
        Map<String, Long> counts = all.stream().collect(Collectors.groupingBy(Attached::driver, Collectors.counting()));
        boolean fits = added.stream()
                .map(Attached::driver)
                .allMatch(driver -> counts.getOrDefault(driver, 0L) <= limits.getOrDefault(driver, Integer.MAX_VALUE));
        return fits ? Verdict.FITS : Verdict.no("node(s) exceed max volume count");
    }

    private Set<Attached> volumes(PodInfo pod) {
        Set<Attached> volumes = new HashSet<>();
        for (PodInfo.ClaimUse use : pod.claims()) {
            objects.claim(pod.namespace(), use.name()).flatMap(this::attached).ifPresent(volumes::add);
        }
        return volumes;
    }

    private Optional<Attached> attached(PersistentVolumeClaim claim) {
        Optional<PersistentVolume> volume = objects.volume(Volumes.volumeName(claim));
        if (volume.isPresent()) {
            CSIPersistentVolumeSource csi = volume.get().getSpec().getCsi();
            return csi == null ? Optional.empty() : Optional.of(new Attached(csi.getDriver(), csi.getVolumeHandle()));
        }
        return objects.storageClass(Volumes.className(claim))
                .filter(each -> !each.provisioner().isEmpty())
                .map(each -> new Attached(each.provisioner(), Volumes.text(claim)));
    }

    @Override
    public Set<ClusterEvent> wakeUpOn() {
        return Set.of(
                ClusterEvent.NODE_ADDED,
                ClusterEvent.CSI_NODE_CHANGED,
                ClusterEvent.POD_REMOVED,
                ClusterEvent.CLAIM_CHANGED);
    }
}
