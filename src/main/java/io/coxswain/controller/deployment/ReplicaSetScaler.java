package io.coxswain.controller.deployment;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.ResourceClient;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Changes the sizes of a deployment's sets, and removes those that history no longer needs. */
final class ReplicaSetScaler {
    private final ResourceClient<ReplicaSet> sets;
    private final EventRecorder events;

    ReplicaSetScaler(ResourceClient<ReplicaSet> sets, EventRecorder events) {
        this.sets = sets;
        this.events = events;
    }

    /** Scales one set and notes for which deployment size; returns its new state, or the set itself if nothing changed. */
    ReplicaSet scale(ReplicaSet set, int size, Deployment deployment) {
        int before = RolloutMath.replicas(set);
        ReplicaSet copy = new ReplicaSetBuilder(set).build();
        boolean annotated = Revisions.rememberSizes(copy, deployment);
        if (before == size && !annotated) {
            return set;
        }
        copy.getSpec().setReplicas(size);
        ReplicaSet written = sets.update(copy);
        if (before != size) {
            String direction = before < size ? "up" : "down";
            events.event(
                    deployment,
                    "Normal",
                    "ScalingReplicaSet",
                    "Scaled " + direction + " replica set " + set.getMetadata().getName() + " from " + before + " to "
                            + size);
        }
        return written;
    }

    /** Follows a change of the deployment's size in the midst of a roll-out or a pause: every set gets its share. */
    ReplicaSets follow(Deployment deployment, ReplicaSets found) {
        Optional<ReplicaSet> only = activeOrLatest(found);
        if (only.isPresent()) {
            return found.with(scale(only.get(), RolloutMath.replicas(deployment), deployment));
        }
        if (isSaturated(deployment, found)) {
            ReplicaSets result = found;
            for (ReplicaSet set : found.activeOld()) {
                result = result.with(scale(set, 0, deployment));
            }
            return result;
        }
        return RolloutMath.isRollingUpdate(deployment) ? scaleProportionally(deployment, found) : found;
    }

    private static Optional<ReplicaSet> activeOrLatest(ReplicaSets found) {
        List<ReplicaSet> active = ReplicaSets.active(found.all());
        if (active.size() == 1) {
            return Optional.of(active.get(0));
        }
        if (active.isEmpty()) {
            return found.newSet() != null
                    ? Optional.of(found.newSet())
                    : found.old().stream().max(ReplicaSets.OLDEST_FIRST);
        }
        return Optional.empty();
    }

    private static boolean isSaturated(Deployment deployment, ReplicaSets found) {
        ReplicaSet set = found.newSet();
        int wanted = RolloutMath.replicas(deployment);
        return set != null
                && Revisions.desiredReplicas(set) == wanted
                && RolloutMath.replicas(set) == wanted
                && RolloutMath.available(set) == wanted;
    }

    private ReplicaSets scaleProportionally(Deployment deployment, ReplicaSets found) {
        int wanted = RolloutMath.replicas(deployment);
        int allowed = wanted > 0 ? wanted + RolloutMath.maxSurge(deployment) : 0;
        List<ReplicaSet> active = new ArrayList<>(ReplicaSets.active(found.all()));
        int toAdd = allowed - RolloutMath.wanted(active);
        // The largest first; of equals the newer when growing and the older when shrinking.
        Comparator<ReplicaSet> largest = Comparator.comparing((ReplicaSet set) -> -RolloutMath.replicas(set));
        active.sort(largest.thenComparing(toAdd > 0 ? ReplicaSets.OLDEST_FIRST.reversed() : ReplicaSets.OLDEST_FIRST));
        int[] sizes = new int[active.size()];
        int added = 0;
        for (int i = 0; i < sizes.length; i++) {
            ReplicaSet set = active.get(i);
            int share = RolloutMath.proportion(set, deployment, toAdd, added, maxBefore(set, deployment));
            sizes[i] = RolloutMath.replicas(set) + share;
            added += share;
        }
        ReplicaSets result = found;
        for (int i = 0; i < sizes.length; i++) {
            int size = i == 0 ? Math.max(0, sizes[0] + toAdd - added) : sizes[i];
            result = result.with(scale(active.get(i), size, deployment));
        }
        return result;
    }

    private static int maxBefore(ReplicaSet set, Deployment deployment) {
        int remembered = Revisions.maxReplicas(set);
        return remembered > 0
                ? remembered
                : RolloutMath.number(DeploymentStatuses.statusOf(deployment).getReplicas());
    }

    /** Removes the oldest sets without pods beyond the history limit. */
    void cleanUp(Deployment deployment, List<ReplicaSet> old) {
        Integer limit = deployment.getSpec().getRevisionHistoryLimit();
        if (limit == null || limit == Integer.MAX_VALUE) {
            return;
        }
        List<ReplicaSet> alive = old.stream()
                .filter(set -> set.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(Revisions::of).thenComparing(ReplicaSets.OLDEST_FIRST))
                .toList();
        for (ReplicaSet set : alive.subList(0, Math.max(0, alive.size() - limit))) {
            if (isIdle(set)) {
                delete(set);
            }
        }
    }

    private static boolean isIdle(ReplicaSet set) {
        Long generation = set.getMetadata().getGeneration();
        Long observed = RolloutMath.status(set).getObservedGeneration();
        return RolloutMath.number(RolloutMath.status(set).getReplicas()) == 0
                && RolloutMath.replicas(set) == 0
                && (generation == null || (observed != null && generation <= observed));
    }

    private void delete(ReplicaSet set) {
        try {
            sets.delete(
                    set.getMetadata().getNamespace(),
                    set.getMetadata().getName(),
                    DeleteOptions.uid(set.getMetadata().getUid()));
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }

    static List<ReplicaSet> oldestFirst(List<ReplicaSet> sets) {
        return sets.stream().sorted(ReplicaSets.OLDEST_FIRST).toList();
    }
}
