package io.coxswain.controller.replicaset;

import io.coxswain.client.Selectors;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts a set's pods into its status and writes it if it changed. */
final class ReplicaSetStatusWriter {
    private static final String FAILURE = "ReplicaFailure";

    private final ReplicaSource sets;
    private final Clock clock;

    ReplicaSetStatusWriter(ReplicaSource sets, Clock clock) {
        this.sets = sets;
        this.clock = clock;
    }

    /** Returns the set with its new status. A lost race is tried once more on the newest state. */
    ReplicaSet write(ReplicaSet set, List<Pod> owned, Optional<ApiException> failure, String failedAction) {
        ReplicaSetStatus status = status(set, owned, failure, failedAction);
        if (status.equals(set.getStatus())) {
            return set;
        }
        try {
            return sets.updateStatus(
                    new ReplicaSetBuilder(set).withStatus(status).build());
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return set;
            }
            if (!e.isConflict()) {
                throw e;
            }
        }
        Optional<ReplicaSet> live =
                sets.live(set.getMetadata().getNamespace(), set.getMetadata().getName());
        return live.filter(now ->
                        now.getMetadata().getUid().equals(set.getMetadata().getUid()))
                .map(now -> sets.updateStatus(
                        new ReplicaSetBuilder(now).withStatus(status).build()))
                .orElse(set);
    }

    private ReplicaSetStatus status(
            ReplicaSet set, List<Pod> owned, Optional<ApiException> failure, String failedAction) {
        Instant now = clock.instant();
        Integer minReady = set.getSpec().getMinReadySeconds();
        int minReadySeconds = minReady == null ? 0 : minReady;
        var templateLabels = set.getSpec().getTemplate().getMetadata().getLabels();
        int labeled = count(
                owned,
                pod -> Selectors.matches(templateLabels, pod.getMetadata().getLabels()));
        int ready = count(owned, Pods::isReady);
        int available = count(owned, pod -> Pods.isAvailable(pod, minReadySeconds, now));
        ReplicaSetStatus old = set.getStatus() == null ? new ReplicaSetStatus() : set.getStatus();
        return new ReplicaSetStatusBuilder(old)
                .withReplicas(owned.size())
                .withFullyLabeledReplicas(orNull(labeled))
                .withReadyReplicas(orNull(ready))
                .withAvailableReplicas(orNull(available))
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withConditions(conditions(old, failure, failedAction, now))
                .build();
    }

    /** Counts of zero are left out of the stored status, as upstream leaves them out. */
    @SuppressWarnings("NullAway") // the builder's fields are boxed and may be absent
    private static Integer orNull(int count) {
        return count == 0 ? null : count;
    }

    private static int count(List<Pod> pods, java.util.function.Predicate<Pod> rule) {
        return (int) pods.stream().filter(rule).count();
    }

    private static List<ReplicaSetCondition> conditions(
            ReplicaSetStatus old, Optional<ApiException> failure, String failedAction, Instant now) {
        List<ReplicaSetCondition> conditions = new ArrayList<>(old.getConditions());
        Optional<ReplicaSetCondition> known =
                conditions.stream().filter(c -> FAILURE.equals(c.getType())).findFirst();
        if (failure.isPresent() && known.isEmpty()) {
            conditions.add(new ReplicaSetConditionBuilder()
                    .withType(FAILURE)
                    .withStatus("True")
                    .withReason(failedAction)
                    .withMessage(failure.get().getMessage())
                    .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS).toString())
                    .build());
        } else if (failure.isEmpty()) {
            known.ifPresent(conditions::remove);
        }
        return conditions;
    }
}
