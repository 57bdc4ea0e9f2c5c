package io.coxswain.controller.deployment;

import static io.coxswain.controller.deployment.Conditions.PROGRESSING;
import static io.coxswain.controller.deployment.RolloutMath.number;

import io.coxswain.client.ResourceClient;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Calculates a deployment's status and writes it if it changed. */
final class DeploymentStatuses {
    private final ResourceClient<Deployment> deployments;
    private final Clock clock;

    DeploymentStatuses(ResourceClient<Deployment> deployments, Clock clock) {
        this.deployments = deployments;
        this.clock = clock;
    }

    /** The status after a look at the counts only: for paused, scaled and vanishing deployments. */
    Deployment writeCounts(Deployment deployment, ReplicaSets sets) {
        return write(deployment, calculate(deployment, sets));
    }

    /** The status with a judgement of how the roll-out goes. */
    Deployment writeProgress(Deployment deployment, ReplicaSets sets) {
        DeploymentStatus old = statusOf(deployment);
        DeploymentStatus status = calculate(deployment, sets);
        List<DeploymentCondition> conditions = status.getConditions();
        Optional<DeploymentCondition> current = Conditions.find(old.getConditions(), PROGRESSING);
        if (!Progress.hasDeadline(deployment)) {
            Conditions.remove(conditions, PROGRESSING);
        } else {
            boolean wasComplete = number(status.getReplicas()) == number(status.getUpdatedReplicas())
                    && current.isPresent()
                    && Conditions.NEW_SET_AVAILABLE.equals(current.get().getReason());
            if (!wasComplete) {
                judge(deployment, sets, old, status, current);
            }
        }
        Optional<ReplicaSetCondition> failure = replicaFailure(sets);
        if (failure.isPresent()) {
            Conditions.set(conditions, copy(failure.get()));
        } else {
            Conditions.remove(conditions, Conditions.REPLICA_FAILURE);
        }
        return write(deployment, status);
    }

    private void judge(
            Deployment deployment,
            ReplicaSets sets,
            DeploymentStatus old,
            DeploymentStatus status,
            Optional<DeploymentCondition> current) {
        Instant now = clock.instant();
        List<DeploymentCondition> conditions = status.getConditions();
        String subject = sets.newSet() == null
                ? "Deployment \"" + deployment.getMetadata().getName() + "\""
                : "ReplicaSet \"" + sets.newSet().getMetadata().getName() + "\"";
        if (Progress.isComplete(deployment, status)) {
            Conditions.set(
                    conditions,
                    Conditions.of(
                            PROGRESSING,
                            "True",
                            Conditions.NEW_SET_AVAILABLE,
                            subject + " has successfully progressed.",
                            now));
        } else if (Progress.isMoving(old, status)) {
            DeploymentCondition moving =
                    Conditions.of(PROGRESSING, "True", "ReplicaSetUpdated", subject + " is progressing.", now);
            current.filter(condition -> "True".equals(condition.getStatus()))
                    .ifPresent(condition -> moving.setLastTransitionTime(condition.getLastTransitionTime()));
            // Taken out first so that the update time moves on although nothing else changes: the deadline counts from
            // it.
            Conditions.remove(conditions, PROGRESSING);
            Conditions.set(conditions, moving);
        } else if (Progress.hasTimedOut(deployment, status, now)) {
            Conditions.set(
                    conditions,
                    Conditions.of(
                            PROGRESSING,
                            "False",
                            Conditions.DEADLINE_EXCEEDED,
                            subject + " has timed out progressing.",
                            now));
        }
    }

    private DeploymentStatus calculate(Deployment deployment, ReplicaSets sets) {
        int available = RolloutMath.available(sets.all());
        int unavailable = Math.max(0, RolloutMath.wanted(sets.all()) - available);
        DeploymentStatus old = statusOf(deployment);
        List<DeploymentCondition> conditions = new ArrayList<>(old.getConditions());
        Instant now = clock.instant();
        Conditions.set(
                conditions,
                available >= RolloutMath.minAvailable(deployment)
                        ? Conditions.of(
                                Conditions.AVAILABLE,
                                "True",
                                "MinimumReplicasAvailable",
                                "Deployment has minimum availability.",
                                now)
                        : Conditions.of(
                                Conditions.AVAILABLE,
                                "False",
                                "MinimumReplicasUnavailable",
                                "Deployment does not have minimum availability.",
                                now));
        DeploymentStatus status = new DeploymentStatusBuilder(old)
                .withObservedGeneration(deployment.getMetadata().getGeneration())
                .withReplicas(orNull(RolloutMath.actual(sets.all())))
                .withUpdatedReplicas(orNull(sets.newSet() == null ? 0 : RolloutMath.actual(List.of(sets.newSet()))))
                .withReadyReplicas(orNull(RolloutMath.ready(sets.all())))
                .withAvailableReplicas(orNull(available))
                .withUnavailableReplicas(orNull(unavailable))
                .build();
        status.setConditions(conditions);
        return status;
    }

    @SuppressWarnings(
            "NullAway") // the builder's fields are boxed; counts of zero are left out, as upstream leaves them out
    private static Integer orNull(int count) {
        return count == 0 ? null : count;
    }

    private static Optional<ReplicaSetCondition> replicaFailure(ReplicaSets sets) {
        if (sets.newSet() != null) {
            Optional<ReplicaSetCondition> ofNew = failure(sets.newSet());
            if (ofNew.isPresent()) {
                return ofNew;
            }
        }
        return sets.all().stream().flatMap(set -> failure(set).stream()).findFirst();
    }

    private static Optional<ReplicaSetCondition> failure(ReplicaSet set) {
        return RolloutMath.status(set).getConditions().stream()
                .filter(condition -> Conditions.REPLICA_FAILURE.equals(condition.getType()))
                .findFirst();
    }

    private static DeploymentCondition copy(ReplicaSetCondition condition) {
        return new DeploymentConditionBuilder()
                .withType(condition.getType())
                .withStatus(condition.getStatus())
                .withReason(condition.getReason())
                .withMessage(condition.getMessage())
                .withLastUpdateTime(condition.getLastTransitionTime())
                .withLastTransitionTime(condition.getLastTransitionTime())
                .build();
    }

    /** Sets one condition on the stored status, and writes the deployment's annotations along with it. */
    Deployment writeCondition(Deployment deployment, @Nullable DeploymentCondition condition) {
        DeploymentStatus status = new DeploymentStatusBuilder(statusOf(deployment)).build();
        List<DeploymentCondition> conditions = new ArrayList<>(status.getConditions());
        if (condition != null) {
            Conditions.set(conditions, condition);
        }
        status.setConditions(conditions);
        return deployments.updateStatus(
                new DeploymentBuilder(deployment).withStatus(status).build());
    }

    /** Counts one more collision of names. */
    Deployment writeCollision(Deployment deployment) {
        DeploymentStatus status = new DeploymentStatusBuilder(statusOf(deployment)).build();
        status.setCollisionCount(number(status.getCollisionCount()) + 1);
        return deployments.updateStatus(
                new DeploymentBuilder(deployment).withStatus(status).build());
    }

    Deployment writeObservedGeneration(Deployment deployment) {
        DeploymentStatus status = new DeploymentStatusBuilder(statusOf(deployment)).build();
        status.setObservedGeneration(deployment.getMetadata().getGeneration());
        return write(deployment, status);
    }

    private Deployment write(Deployment deployment, DeploymentStatus status) {
        return status.equals(deployment.getStatus())
                ? deployment
                : deployments.updateStatus(
                        new DeploymentBuilder(deployment).withStatus(status).build());
    }

    static DeploymentStatus statusOf(Deployment deployment) {
        return deployment.getStatus() == null ? new DeploymentStatus() : deployment.getStatus();
    }
}
