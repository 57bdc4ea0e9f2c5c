package io.coxswain.scheduler.plugin.volumerestrictions;

import io.coxswain.placement.Volumes;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import io.coxswain.scheduler.framework.VolumeObjects;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A claim with the access mode {@code ReadWriteOncePod} is used by one pod in the whole cluster, and a disk that pods name themselves
 * by one on a node, unless all of them only read.
 */
public final class VolumeRestrictions implements FilterPlugin {
    private static final Verdict IN_USE =
            Verdict.no("node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode");

    private static final Verdict DISK_TAKEN = Verdict.no("node(s) had no available disk");

    private final VolumeObjects objects;

    public VolumeRestrictions(VolumeObjects objects) {
        this.objects = objects;
    }

    @Override
    public String name() {
        return "VolumeRestrictions";
    }

    /**
     * @param users how many other pods use one of the claims
     * @param disks what must be free on the node
     */
    private record Exclusive(String namespace, Set<String> claims, int users, List<Disk> disks) implements NodeFilter {
        @Override
        public Verdict test(NodeInfo node) {
            if (!disks.isEmpty() && node.pods().stream().anyMatch(this::hasDisk)) {
                return DISK_TAKEN;
            }
            return users > 0 ? IN_USE : Verdict.FITS;
        }

        private boolean hasDisk(PodInfo other) {
            return Disk.of(other).stream().anyMatch(taken -> disks.stream().anyMatch(taken::conflictsWith));
        }

        @Override
        public NodeFilter with(PodInfo other, NodeInfo node) {
            return new Exclusive(namespace, claims, users + uses(other), disks);
        }

        @Override
        public NodeFilter without(PodInfo other, NodeInfo node) {
            return new Exclusive(namespace, claims, users - uses(other), disks);
        }

        int uses(PodInfo other) {
            return other.namespace().equals(namespace)
                    ? (int) other.claims().stream()
                            .filter(use -> claims.contains(use.name()))
                            .count()
                    : 0;
        }
    }

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        List<Disk> disks = Disk.of(pod);
        Set<String> claims = pod.claims().stream()
                .map(PodInfo.ClaimUse::name)
                .filter(name -> objects.claim(pod.namespace(), name)
                        .filter(claim -> Volumes.accessModes(claim).contains("ReadWriteOncePod"))
                        .isPresent())
                .collect(Collectors.toUnmodifiableSet());
        if (claims.isEmpty() && disks.isEmpty()) {
            return NodeFilter.ALL;
        }
        Exclusive none = new Exclusive(pod.namespace(), claims, 0, disks);
        int users = claims.isEmpty()
                ? 0
                : snapshot.nodes().stream()
                        .flatMap(node -> node.pods().stream())
                        .mapToInt(none::uses)
                        .sum();
        return new Exclusive(pod.namespace(), claims, users, disks);
    }

    @Override
    public Set<ClusterEvent> wakeUpOn() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.POD_REMOVED, ClusterEvent.CLAIM_CHANGED);
    }
}
