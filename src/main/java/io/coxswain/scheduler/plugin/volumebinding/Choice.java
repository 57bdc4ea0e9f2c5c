package io.coxswain.scheduler.plugin.volumebinding;

import io.coxswain.placement.Volumes;
import io.coxswain.scheduler.framework.LabelSelectors;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.Verdict;
import io.coxswain.scheduler.framework.VolumeObjects;
import io.coxswain.scheduler.framework.VolumeObjects.Capacity;
import io.coxswain.scheduler.framework.VolumeObjects.StorageClass;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What happens to a pod's open claims if it runs on a node.
 *
 * @param matches volumes to bind
 * @param provisions claims that volumes are to be made for
 * @param verdict why not
 */
public record Choice(List<Match> matches, List<PersistentVolumeClaim> provisions, Verdict verdict) {
    private static final String NO_VOLUMES = "node(s) didn't find available persistent volumes to bind";
    private static final String OUT_OF_REACH = "node(s) had volume node affinity conflict";
    private static final String NO_SPACE = "node(s) did not have enough free storage";
    private static final String GONE = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";

    public Choice {
        matches = List.copyOf(matches);
        provisions = List.copyOf(provisions);
    }

    /** A volume for a claim. */
    public record Match(PersistentVolumeClaim claim, PersistentVolume volume) {}

    /** Whether nothing needs to be written. */
    public boolean isDone() {
        return matches.isEmpty() && provisions.isEmpty();
    }

    static Choice make(
            List<PersistentVolumeClaim> bound, List<PersistentVolumeClaim> open, NodeInfo node, VolumeObjects objects) {
        List<String> reasons = new ArrayList<>();
        boolean reachable = true;
        boolean there = true;
        for (PersistentVolumeClaim claim : bound) {
            Optional<PersistentVolume> volume = objects.volume(Volumes.volumeName(claim));
            there &= volume.isPresent();
            reachable &= volume.isEmpty() || VolumeObjects.isReachable(volume.get(), node);
        }
        if (!reachable) {
            reasons.add(OUT_OF_REACH);
        }
        List<Match> matches = new ArrayList<>();
        List<PersistentVolumeClaim> provisions = new ArrayList<>();
        boolean roomy = true;
        boolean satisfied = match(open, node, objects, matches, provisions);
        for (PersistentVolumeClaim claim : provisions) {
            Optional<StorageClass> found =
                    objects.storageClass(Volumes.className(claim)).filter(each -> each.canProvisionFor(node.labels()));
            satisfied &= found.isPresent();
            roomy &= found.isEmpty() || hasRoom(claim, found.get(), node, objects);
        }
        if (!satisfied) {
            reasons.add(NO_VOLUMES);
        }
        if (!there) {
            reasons.add(GONE);
        }
        if (!roomy) {
            reasons.add(NO_SPACE);
        }
        return new Choice(matches, provisions, reasons.isEmpty() ? Verdict.FITS : new Verdict(reasons, false));
    }

    /** Smallest claims first, so that each finds the smallest volume. A claim that has a node already stays with it. */
    private static boolean match(
            List<PersistentVolumeClaim> open,
            NodeInfo node,
            VolumeObjects objects,
            List<Match> matches,
            List<PersistentVolumeClaim> provisions) {
        for (PersistentVolumeClaim claim : open) {
            String selected = Volumes.annotation(claim, Volumes.SELECTED_NODE);
            if (!selected.isEmpty() && !selected.equals(node.name())) {
                return false;
            }
        }
        List<PersistentVolumeClaim> smallestFirst =
                open.stream().sorted(Comparator.comparing(Volumes::requested)).toList();
        for (PersistentVolumeClaim claim : smallestFirst) {
            Optional<PersistentVolume> volume =
                    Volumes.annotation(claim, Volumes.SELECTED_NODE).isEmpty()
                            ? VolumeMatch.find(claim, node, objects, matches)
                            : Optional.empty();
            volume.ifPresentOrElse(found -> matches.add(new Match(claim, found)), () -> provisions.add(claim));
        }
        return true;
    }

    private static boolean hasRoom(
            PersistentVolumeClaim claim, StorageClass storageClass, NodeInfo node, VolumeObjects objects) {
        BigDecimal wanted = Volumes.requested(claim);
        Optional<List<Capacity>> capacities = objects.capacities(storageClass.provisioner(), storageClass.name());
        return capacities.isEmpty()
                || capacities.get().stream()
                        .anyMatch(capacity -> capacity.largestVolume().compareTo(wanted) >= 0
                                && LabelSelectors.matches(capacity.nodes(), node.labels()));
    }
}
