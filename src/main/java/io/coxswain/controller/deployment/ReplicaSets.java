package io.coxswain.controller.deployment;

import io.coxswain.controller.runtime.Pods;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A deployment's sets: the one with its current template, if there is one, and all others. */
record ReplicaSets(@Nullable ReplicaSet newSet, List<ReplicaSet> old) {
    static final Comparator<ReplicaSet> OLDEST_FIRST = Comparator.comparing(
                    (ReplicaSet set) -> Pods.created(set.getMetadata()))
            .thenComparing(set -> set.getMetadata().getName());

    ReplicaSets {
        old = List.copyOf(old);
    }

    /** If several sets have the template, the oldest is the new one: anything else would move with every creation. */
    static ReplicaSets of(Deployment deployment, List<ReplicaSet> owned) {
        Optional<ReplicaSet> current = owned.stream()
                .filter(set -> PodTemplateHash.same(
                        set.getSpec().getTemplate(), deployment.getSpec().getTemplate()))
                .min(OLDEST_FIRST);
        List<ReplicaSet> others =
                owned.stream().filter(set -> set != current.orElse(null)).toList();
        return new ReplicaSets(current.orElse(null), others);
    }

    List<ReplicaSet> all() {
        List<ReplicaSet> all = new ArrayList<>(old);
        if (newSet != null) {
            all.add(newSet);
        }
        return all;
    }

    /** The others that still want pods. */
    List<ReplicaSet> activeOld() {
        return active(old);
    }

    static List<ReplicaSet> active(List<ReplicaSet> sets) {
        return sets.stream().filter(set -> RolloutMath.replicas(set) > 0).toList();
    }

    ReplicaSets withNew(ReplicaSet changed) {
        return new ReplicaSets(changed, old);
    }

    /** These sets with one of them in its new state. */
    ReplicaSets with(ReplicaSet changed) {
        String uid = changed.getMetadata().getUid();
        boolean isNew = newSet != null && newSet.getMetadata().getUid().equals(uid);
        return isNew
                ? withNew(changed)
                : new ReplicaSets(
                        newSet,
                        old.stream()
                                .map(set -> set.getMetadata().getUid().equals(uid) ? changed : set)
                                .toList());
    }
}
