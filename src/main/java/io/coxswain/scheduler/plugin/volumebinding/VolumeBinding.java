package io.coxswain.scheduler.plugin.volumebinding;

import io.coxswain.placement.Volumes;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.PodInfo.ClaimUse;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import io.coxswain.scheduler.framework.VolumeObjects;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A pod runs where its bound volumes can be reached and where volumes for its other claims are, or can be made. Claims of classes
 * that bind at once must be bound already.
 */
public final class VolumeBinding implements FilterPlugin {
    private final VolumeObjects objects;

    public VolumeBinding(VolumeObjects objects) {
        this.objects = objects;
    }

    @Override
    public String name() {
        return "VolumeBinding";
    }

    /** A pod's claims, or why they keep it from running anywhere. */
    private record Sorted(List<PersistentVolumeClaim> bound, List<PersistentVolumeClaim> open, String objection) {
        static Sorted not(String objection) {
            return new Sorted(List.of(), List.of(), objection);
        }
    }

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        List<ClaimUse> uses = pod.claims();
        if (uses.isEmpty()) {
            return NodeFilter.ALL;
        }
        Sorted sorted = sort(pod, uses);
        if (!sorted.objection().isEmpty()) {
            return NodeFilter.refusing(Verdict.never(sorted.objection()));
        }
        return node -> Choice.make(sorted.bound(), sorted.open(), node, objects).verdict();
    }

    /** What is to be done for the pod's claims if it runs there; empty if it cannot any more. */
    public Optional<Choice> choose(PodInfo pod, NodeInfo node) {
        Sorted sorted = sort(pod, pod.claims());
        return sorted.objection().isEmpty()
                ? Optional.of(Choice.make(sorted.bound(), sorted.open(), node, objects))
                        .filter(choice -> choice.verdict().fits())
                : Optional.empty();
    }

    private Sorted sort(PodInfo pod, List<ClaimUse> uses) {
        List<PersistentVolumeClaim> bound = new ArrayList<>();
        List<PersistentVolumeClaim> open = new ArrayList<>();
        boolean immediate = false;
        for (ClaimUse use : uses) {
            Optional<PersistentVolumeClaim> found = objects.claim(pod.namespace(), use.name());
            Optional<String> objection = objection(pod, use, found);
            if (objection.isPresent()) {
                return Sorted.not(objection.get());
            }
            PersistentVolumeClaim claim = found.orElseThrow();
            if (Volumes.isBound(claim)) {
                bound.add(claim);
            } else if (isDelayed(claim) && Volumes.volumeName(claim).isEmpty()) {
                open.add(claim);
            } else {
                immediate = true;
            }
        }
        return immediate ? Sorted.not("pod has unbound immediate PersistentVolumeClaims") : new Sorted(bound, open, "");
    }

    private static Optional<String> objection(PodInfo pod, ClaimUse use, Optional<PersistentVolumeClaim> found) {
        String quoted = "persistentvolumeclaim \"" + use.name() + "\"";
        if (found.isEmpty()) {
            return Optional.of(
                    use.ephemeral()
                            ? "waiting for ephemeral volume controller to create the " + quoted
                            : quoted + " not found");
        }
        PersistentVolumeClaim claim = found.get();
        if (Volumes.phase(claim).equals("Lost")) {
            return Optional.of(
                    quoted + " bound to non-existent persistentvolume \"" + Volumes.volumeName(claim) + "\"");
        }
        if (claim.getMetadata().getDeletionTimestamp() != null) {
            return Optional.of(quoted + " is being deleted");
        }
        boolean own = claim.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner ->
                        Boolean.TRUE.equals(owner.getController()) && pod.uid().equals(owner.getUid()));
        return use.ephemeral() && !own
                ? Optional.of("PVC " + Volumes.text(claim) + " was not created for pod " + pod.namespace() + "/"
                        + pod.name() + " (pod is not owner)")
                : Optional.empty();
    }

    private boolean isDelayed(PersistentVolumeClaim claim) {
        return objects.storageClass(Volumes.className(claim))
                .filter(VolumeObjects.StorageClass::delayed)
                .isPresent();
    }

    @Override
    public Set<ClusterEvent> wakeUpOn() {
        return Set.of(
                ClusterEvent.NODE_ADDED,
                ClusterEvent.NODE_LABELS_CHANGED,
                ClusterEvent.CLAIM_CHANGED,
                ClusterEvent.VOLUME_CHANGED,
                ClusterEvent.STORAGE_CLASS_CHANGED,
                ClusterEvent.CSI_NODE_CHANGED,
                ClusterEvent.STORAGE_CAPACITY_CHANGED);
    }
}
