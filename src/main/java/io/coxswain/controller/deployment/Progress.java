package io.coxswain.controller.deployment;

import static io.coxswain.controller.deployment.RolloutMath.number;

import io.coxswain.controller.runtime.Pods;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Whether a roll-out is complete, moving or stuck. */
final class Progress {
    private Progress() {}

    static boolean hasDeadline(Deployment deployment) {
        Integer deadline = deployment.getSpec().getProgressDeadlineSeconds();
        return deadline != null && deadline != Integer.MAX_VALUE;
    }

    static boolean isComplete(Deployment deployment, DeploymentStatus status) {
        int wanted = RolloutMath.replicas(deployment);
        return number(status.getUpdatedReplicas()) == wanted
                && number(status.getReplicas()) == wanted
                && number(status.getAvailableReplicas()) == wanted
                && longs(status.getObservedGeneration())
                        >= longs(deployment.getMetadata().getGeneration());
    }

    /** Whether the new counts are nearer to the goal than those stored. */
    static boolean isMoving(DeploymentStatus old, DeploymentStatus now) {
        int oldPodsBefore = number(old.getReplicas()) - number(old.getUpdatedReplicas());
        int oldPodsNow = number(now.getReplicas()) - number(now.getUpdatedReplicas());
        return number(now.getUpdatedReplicas()) > number(old.getUpdatedReplicas())
                || oldPodsNow < oldPodsBefore
                || number(now.getReadyReplicas()) > number(old.getReadyReplicas())
                || number(now.getAvailableReplicas()) > number(old.getAvailableReplicas());
    }

    static boolean hasTimedOut(Deployment deployment, DeploymentStatus now, Instant instant) {
        Optional<DeploymentCondition> condition = Conditions.find(now.getConditions(), Conditions.PROGRESSING);
        if (!hasDeadline(deployment) || condition.isEmpty()) {
            return false;
        }
        String reason = condition.get().getReason();
        if (Conditions.NEW_SET_AVAILABLE.equals(reason)) {
            return false;
        }
        return Conditions.DEADLINE_EXCEEDED.equals(reason)
                || deadline(deployment, condition.get()).isBefore(instant);
    }

    /** How long until a roll-out that does not move has timed out; empty if that cannot happen. */
    static Optional<Duration> untilTimeout(Deployment deployment, DeploymentStatus status, Instant now) {
        Optional<DeploymentCondition> condition = Conditions.find(status.getConditions(), Conditions.PROGRESSING);
        if (!hasDeadline(deployment)
                || condition.isEmpty()
                || isComplete(deployment, status)
                || Objects.equals(condition.get().getReason(), Conditions.DEADLINE_EXCEEDED)
                || Boolean.TRUE.equals(deployment.getSpec().getPaused())) {
            return Optional.empty();
        }
        Duration rest = Duration.between(now, deadline(deployment, condition.get()));
        return Optional.of(rest.isNegative() ? Duration.ofSeconds(1) : rest.plusSeconds(1));
    }

    private static Instant deadline(Deployment deployment, DeploymentCondition condition) {
        Instant from = Pods.time(condition.getLastUpdateTime()).orElse(Instant.EPOCH);
        return from.plusSeconds(deployment.getSpec().getProgressDeadlineSeconds());
    }

    private static long longs(@org.jspecify.annotations.Nullable Long value) {
        return value == null ? 0 : value;
    }
}
