package io.coxswain.controller.deployment;

import io.coxswain.controller.runtime.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.List;
import java.util.Map;

/** One step of a roll-out: RollingUpdate within its limits, or Recreate. */
final class Rollout {
    private final NewReplicaSet newReplicaSet;
    private final ReplicaSetScaler scaler;

    Rollout(NewReplicaSet newReplicaSet, ReplicaSetScaler scaler) {
        this.newReplicaSet = newReplicaSet;
        this.scaler = scaler;
    }

    /** Grows the new set or shrinks the old ones; not both in one step, so that counts are never stale. */
    NewReplicaSet.State roll(Deployment found, ReplicaSets before) {
        NewReplicaSet.State state = newReplicaSet.sync(found, before, true);
        Deployment deployment = state.deployment();
        ReplicaSets sets = state.sets();
        ReplicaSet current = sets.newSet();
        if (current != null) {
            ReplicaSet grown = scaleNew(deployment, sets, current);
            if (RolloutMath.replicas(grown) != RolloutMath.replicas(current)) {
                return new NewReplicaSet.State(deployment, sets.withNew(grown));
            }
            sets = sets.withNew(grown);
        }
        return new NewReplicaSet.State(deployment, shrinkOld(deployment, sets));
    }

    private ReplicaSet scaleNew(Deployment deployment, ReplicaSets sets, ReplicaSet current) {
        int wanted = RolloutMath.replicas(deployment);
        int size = RolloutMath.replicas(current);
        if (size == wanted) {
            return current;
        }
        return scaler.scale(
                current, size > wanted ? wanted : RolloutMath.newSetSize(deployment, sets.all(), size), deployment);
    }

    private ReplicaSets shrinkOld(Deployment deployment, ReplicaSets sets) {
        ReplicaSet current = sets.newSet();
        if (current == null || RolloutMath.wanted(sets.activeOld()) == 0) {
            return sets;
        }
        int newUnavailable = RolloutMath.replicas(current) - RolloutMath.available(current);
        int mayGo = RolloutMath.wanted(sets.all()) - RolloutMath.minAvailable(deployment) - newUnavailable;
        if (mayGo <= 0) {
            return sets;
        }
        ReplicaSets result = shrinkUnhealthy(deployment, sets, mayGo);
        return shrinkHealthy(deployment, result);
    }

    /** Pods that do not serve go first: they count for nothing, and they may be why the roll-out was begun. */
    private ReplicaSets shrinkUnhealthy(Deployment deployment, ReplicaSets sets, int mayGo) {
        ReplicaSets result = sets;
        int gone = 0;
        for (ReplicaSet set : ReplicaSetScaler.oldestFirst(sets.activeOld())) {
            int unhealthy = RolloutMath.replicas(set) - RolloutMath.available(set);
            int count = Math.min(mayGo - gone, unhealthy);
            if (count > 0) {
                result = result.with(scaler.scale(set, RolloutMath.replicas(set) - count, deployment));
                gone += count;
            }
        }
        return result;
    }

    private ReplicaSets shrinkHealthy(Deployment deployment, ReplicaSets sets) {
        int mayGo = RolloutMath.available(sets.all()) - RolloutMath.minAvailable(deployment);
        ReplicaSets result = sets;
        for (ReplicaSet set : ReplicaSetScaler.oldestFirst(sets.activeOld())) {
            int count = Math.min(mayGo, RolloutMath.replicas(set));
            if (count > 0) {
                result = result.with(scaler.scale(set, RolloutMath.replicas(set) - count, deployment));
                mayGo -= count;
            }
        }
        return result;
    }

    /**
     * Removes all old pods, waits until they are gone, then makes the new ones.
     *
     * @param podsBySet every pod of the deployment, finished and terminating ones included, by its set's uid
     */
    NewReplicaSet.State recreate(Deployment found, ReplicaSets before, Map<String, List<Pod>> podsBySet) {
        NewReplicaSet.State state = newReplicaSet.sync(found, before, false);
        Deployment deployment = state.deployment();
        if (!state.sets().activeOld().isEmpty()) {
            ReplicaSets sets = state.sets();
            for (ReplicaSet set : sets.activeOld()) {
                sets = sets.with(scaler.scale(set, 0, deployment));
            }
            return new NewReplicaSet.State(deployment, sets);
        }
        if (oldPodsRun(state.sets(), podsBySet)) {
            return state;
        }
        NewReplicaSet.State created = newReplicaSet.sync(deployment, state.sets(), true);
        ReplicaSet current = created.sets().newSet();
        if (current == null) {
            return created;
        }
        ReplicaSet grown = scaler.scale(current, RolloutMath.replicas(created.deployment()), created.deployment());
        return new NewReplicaSet.State(created.deployment(), created.sets().withNew(grown));
    }

    private static boolean oldPodsRun(ReplicaSets sets, Map<String, List<Pod>> podsBySet) {
        if (RolloutMath.actual(sets.old()) > 0) {
            return true;
        }
        ReplicaSet current = sets.newSet();
        String newUid = current == null ? "" : current.getMetadata().getUid();
        return podsBySet.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(newUid))
                .flatMap(entry -> entry.getValue().stream())
                .anyMatch(pod -> !Pods.isFinished(pod));
    }
}
