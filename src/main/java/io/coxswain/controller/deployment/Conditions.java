package io.coxswain.controller.deployment;

import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Reads and changes a list of a deployment's conditions. */
final class Conditions {
    static final String PROGRESSING = "Progressing";
    static final String AVAILABLE = "Available";
    static final String REPLICA_FAILURE = "ReplicaFailure";

    static final String NEW_SET_AVAILABLE = "NewReplicaSetAvailable";
    static final String DEADLINE_EXCEEDED = "ProgressDeadlineExceeded";
    static final String PAUSED = "DeploymentPaused";
    static final String RESUMED = "DeploymentResumed";

    private Conditions() {}

    static Optional<DeploymentCondition> find(List<DeploymentCondition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    static DeploymentCondition of(String type, String status, String reason, String message, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return new DeploymentConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastUpdateTime(time)
                .withLastTransitionTime(time)
                .build();
    }

    /** Puts the condition in; one of the same status and reason stays as it is, times included. */
    static void set(List<DeploymentCondition> conditions, DeploymentCondition condition) {
        Optional<DeploymentCondition> known = find(conditions, condition.getType());
        if (known.isPresent() && known.get().getStatus().equals(condition.getStatus())) {
            if (condition.getReason().equals(known.get().getReason())) {
                return;
            }
            condition.setLastTransitionTime(known.get().getLastTransitionTime());
        }
        remove(conditions, condition.getType());
        conditions.add(condition);
    }

    static void remove(List<DeploymentCondition> conditions, String type) {
        conditions.removeIf(condition -> type.equals(condition.getType()));
    }
}
