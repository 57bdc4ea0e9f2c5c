package io.coxswain.controller.statefulset;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.ResourceClient;
import io.coxswain.controller.runtime.FailedPodBackoff;
import io.coxswain.controller.runtime.PodWrites;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One step towards a set's spec. With OrderedReady it touches one pod and waits for it; with Parallel all at once. */
final class SetStep {
    /** Upstream replaces failed pods at once, however often: with a node that refuses them that is a hot loop. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final ResourceClient<Pod> pods;
    private final VolumeClaims claims;
    private final EventRecorder events;
    private final FailedPodBackoff backoff = new FailedPodBackoff(LONGEST_WAIT);

    SetStep(ResourceClient<Pod> pods, VolumeClaims claims, EventRecorder events) {
        this.pods = pods;
        this.claims = claims;
        this.events = events;
    }

    void take(StatefulSet set, Members members, ControllerRevision current, ControllerRevision update) {
        boolean ordered = !"Parallel".equals(set.getSpec().getPodManagementPolicy());
        for (Map.Entry<Integer, Pod> member : entries(members)) {
            claims.retain(set, member.getValue(), member.getKey());
        }
        int start = Identity.start(set);
        for (int ordinal = start; ordinal < start + Identity.replicas(set); ordinal++) {
            Optional<Pod> pod = Optional.ofNullable(members.replicas().get(ordinal));
            boolean settled = pod.isPresent()
                    ? keep(set, members, pod.get(), ordinal, ordered)
                    : create(set, ordinal, isOfCurrent(set, ordinal) ? current : update, ordered);
            if (!settled && ordered) {
                return;
            }
        }
        if (condemn(set, members, ordered)) {
            return;
        }
        roll(set, members, update);
    }

    /** When to look again because a finished pod has to stay for a while; empty if none has. */
    Optional<Duration> again(StatefulSet set, Members members) {
        return members.replicas().entrySet().stream()
                .filter(member -> Pods.isFinished(member.getValue()) && !Pods.isBeingDeleted(member.getValue()))
                .map(member -> backoff.left(place(set, member.getKey()), members.now()))
                .filter(left -> !left.isZero())
                .min(Comparator.naturalOrder());
    }

    private static String place(StatefulSet set, int ordinal) {
        return set.getMetadata().getUid() + "/" + ordinal;
    }

    private static List<Map.Entry<Integer, Pod>> entries(Members members) {
        List<Map.Entry<Integer, Pod>> entries =
                new ArrayList<>(members.replicas().entrySet());
        entries.addAll(members.condemned().entrySet());
        return entries;
    }

    /** Below the partition a pod comes back as it was. */
    private static boolean isOfCurrent(StatefulSet set, int ordinal) {
        return isRolling(set) && ordinal < Identity.start(set) + partition(set);
    }

    private static boolean isRolling(StatefulSet set) {
        return set.getSpec().getUpdateStrategy() == null
                || !"OnDelete".equals(set.getSpec().getUpdateStrategy().getType());
    }

    private static int partition(StatefulSet set) {
        var strategy = set.getSpec().getUpdateStrategy();
        return strategy == null
                        || strategy.getRollingUpdate() == null
                        || strategy.getRollingUpdate().getPartition() == null
                ? 0
                : strategy.getRollingUpdate().getPartition();
    }

    /** False: not there yet, so that later ordinals must wait. */
    private boolean create(StatefulSet set, int ordinal, ControllerRevision revision, boolean ordered) {
        if (claims.isStale(set, ordinal)) {
            return false;
        }
        claims.create(set, ordinal);
        String what = "create Pod " + Identity.podName(set, ordinal) + " in StatefulSet "
                + set.getMetadata().getName();
        try {
            pods.create(Identity.pod(set, revision, ordinal));
            events.event(set, "Normal", "SuccessfulCreate", what + " successful");
        } catch (ApiException e) {
            if (PodWrites.isNamespaceTerminating(e)) {
                return false;
            }
            if (!e.isAlreadyExists()) {
                events.event(set, "Warning", "FailedCreate", what + " failed error: " + e.getMessage());
            }
            throw e;
        }
        return !ordered;
    }

    private boolean keep(StatefulSet set, Members members, Pod pod, int ordinal, boolean ordered) {
        if (Pods.isFinished(pod)) {
            if (!Pods.isBeingDeleted(pod)
                    && backoff.replace(place(set, ordinal), members.now()).isZero()) {
                delete(set, pod);
            }
            return false;
        }
        if (Pods.phase(pod).equals("Pending") && !Pods.isBeingDeleted(pod)) {
            claims.create(set, ordinal);
        }
        return !ordered || (!Pods.isBeingDeleted(pod) && members.isAvailable(pod));
    }

    /** Removes pods beyond the count, the highest first. True if there is more to wait for. */
    private boolean condemn(StatefulSet set, Members members, boolean ordered) {
        List<Pod> highestFirst = new ArrayList<>(members.condemned().values());
        Collections.reverse(highestFirst);
        Optional<Pod> unhealthy = members.firstUnhealthy();
        for (Pod pod : highestFirst) {
            if (Pods.isBeingDeleted(pod)) {
                if (ordered) {
                    return true;
                }
                continue;
            }
            boolean isFirstUnhealthy = unhealthy
                    .filter(first -> first.getMetadata()
                            .getUid()
                            .equals(pod.getMetadata().getUid()))
                    .isPresent();
            if (ordered && !members.isAvailable(pod) && !isFirstUnhealthy) {
                return true;
            }
            delete(set, pod);
            if (ordered) {
                return true;
            }
        }
        return false;
    }

    /** Replaces the highest pod that is not of the update revision, once all above it are well. */
    private void roll(StatefulSet set, Members members, ControllerRevision update) {
        if (!isRolling(set)) {
            return;
        }
        String wanted = update.getMetadata().getName();
        int start = Identity.start(set);
        for (int ordinal = start + Identity.replicas(set) - 1; ordinal >= start + partition(set); ordinal--) {
            Pod pod = members.replicas().get(ordinal);
            if (pod == null) {
                return;
            }
            if (!wanted.equals(Identity.revision(pod)) && !Pods.isBeingDeleted(pod)) {
                delete(set, pod);
                return;
            }
            if (Pods.isBeingDeleted(pod) || !members.isAvailable(pod)) {
                return;
            }
        }
    }

    private void delete(StatefulSet set, Pod pod) {
        String name = pod.getMetadata().getName();
        String what =
                "delete Pod " + name + " in StatefulSet " + set.getMetadata().getName();
        try {
            pods.delete(
                    pod.getMetadata().getNamespace(),
                    name,
                    DeleteOptions.uid(pod.getMetadata().getUid()));
            events.event(set, "Normal", "SuccessfulDelete", what + " successful");
        } catch (ApiException e) {
            if (e.isNotFound() || e.isConflict()) {
                return;
            }
            events.event(set, "Warning", "FailedDelete", what + " failed error: " + e.getMessage());
            throw e;
        }
    }
}
