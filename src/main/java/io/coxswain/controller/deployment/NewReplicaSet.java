package io.coxswain.controller.deployment;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.ResourceClient;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.PodWrites;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Finds the set with the deployment's template, brings its annotations up to date, and makes it if there is none. */
final class NewReplicaSet {
    private final ResourceClient<ReplicaSet> sets;
    private final DeploymentStatuses statuses;
    private final EventRecorder events;
    private final Clock clock;

    NewReplicaSet(ResourceClient<ReplicaSet> sets, DeploymentStatuses statuses, EventRecorder events, Clock clock) {
        this.sets = sets;
        this.statuses = statuses;
        this.events = events;
        this.clock = clock;
    }

    /** A deployment and its sets after some writes. */
    record State(Deployment deployment, ReplicaSets sets) {}

    /** Gives the current set its revision; makes it only if {@code create}. */
    State sync(Deployment deployment, ReplicaSets found, boolean create) {
        long revision = Revisions.highest(found.old()) + 1;
        if (found.newSet() != null) {
            return adjust(deployment, found, found.newSet(), revision);
        }
        return create ? create(deployment, found, revision) : new State(deployment, found);
    }

    private State adjust(Deployment deployment, ReplicaSets found, ReplicaSet current, long revision) {
        ReplicaSet copy = new ReplicaSetBuilder(current).build();
        boolean changed = Revisions.annotate(copy, deployment, revision, true);
        Integer minReady = deployment.getSpec().getMinReadySeconds();
        if (!Objects.equals(zeroIfNull(minReady), zeroIfNull(copy.getSpec().getMinReadySeconds()))) {
            copy.getSpec().setMinReadySeconds(minReady);
            changed = true;
        }
        ReplicaSet written = changed ? sets.update(copy) : current;
        Deployment copyOfDeployment = new DeploymentBuilder(deployment).build();
        boolean revised = Revisions.setRevision(copyOfDeployment, written);
        boolean unknown = Progress.hasDeadline(deployment)
                && Conditions.find(DeploymentStatuses.statusOf(deployment).getConditions(), Conditions.PROGRESSING)
                        .isEmpty();
        Deployment result = deployment;
        if (revised || unknown) {
            String message = "Found new replica set \"" + written.getMetadata().getName() + "\"";
            result = statuses.writeCondition(
                    copyOfDeployment, unknown ? progressing("True", "FoundNewReplicaSet", message) : null);
        }
        return new State(result, found.withNew(written));
    }

    private static int zeroIfNull(@org.jspecify.annotations.Nullable Integer value) {
        return value == null ? 0 : value;
    }

    private State create(Deployment deployment, ReplicaSets found, long revision) {
        ReplicaSet wanted = describe(deployment, found, revision);
        String name = wanted.getMetadata().getName();
        int size = RolloutMath.replicas(wanted);
        boolean existed = false;
        ReplicaSet created;
        try {
            created = sets.create(wanted);
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw failed(deployment, name, e);
            }
            created = existing(deployment, name, e);
            existed = true;
        }
        if (!existed && size > 0) {
            events.event(
                    deployment, "Normal", "ScalingReplicaSet", "Scaled up replica set " + name + " from 0 to " + size);
        }
        Deployment copy = new DeploymentBuilder(deployment).build();
        boolean revised = Revisions.setRevision(copy, created);
        boolean judged = !existed && Progress.hasDeadline(deployment);
        Deployment result = deployment;
        if (revised || judged) {
            String message = "Created new replica set \"" + name + "\"";
            result =
                    statuses.writeCondition(copy, judged ? progressing("True", "NewReplicaSetCreated", message) : null);
        }
        return new State(result, found.withNew(created));
    }

    private ReplicaSet describe(Deployment deployment, ReplicaSets found, long revision) {
        int collisions =
                RolloutMath.number(DeploymentStatuses.statusOf(deployment).getCollisionCount());
        String hash = PodTemplateHash.of(deployment.getSpec().getTemplate(), collisions);
        PodTemplateSpec template = new PodTemplateSpecBuilder(
                        deployment.getSpec().getTemplate())
                .editOrNewMetadata()
                .addToLabels(PodTemplateHash.LABEL, hash)
                .endMetadata()
                .build();
        ReplicaSet set = new ReplicaSetBuilder()
                .withNewMetadata()
                .withNamespace(deployment.getMetadata().getNamespace())
                .withName(deployment.getMetadata().getName() + "-" + hash)
                .withLabels(template.getMetadata().getLabels())
                .withOwnerReferences(Owners.controllerReference(deployment))
                .endMetadata()
                .withNewSpec()
                .withReplicas(0)
                .withMinReadySeconds(deployment.getSpec().getMinReadySeconds())
                .withSelector(new LabelSelectorBuilder(deployment.getSpec().getSelector())
                        .addToMatchLabels(PodTemplateHash.LABEL, hash)
                        .build())
                .withTemplate(template)
                .endSpec()
                .build();
        List<ReplicaSet> all = new ArrayList<>(found.old());
        all.add(set);
        set.getSpec().setReplicas(RolloutMath.newSetSize(deployment, all, 0));
        Revisions.annotate(set, deployment, revision, false);
        return set;
    }

    /** The set of this name: ours after all (the cache was behind), or a stranger whose name we happened to hit. */
    private ReplicaSet existing(Deployment deployment, String name, ApiException alreadyExists) {
        Optional<ReplicaSet> found = sets.find(deployment.getMetadata().getNamespace(), name);
        boolean ours = found.filter(set -> Owners.isControlledBy(set, deployment)
                        && PodTemplateHash.same(
                                set.getSpec().getTemplate(),
                                deployment.getSpec().getTemplate()))
                .isPresent();
        if (ours) {
            return found.get();
        }
        statuses.writeCollision(deployment);
        throw alreadyExists;
    }

    private ApiException failed(Deployment deployment, String name, ApiException cause) {
        String message = "Failed to create new replica set \"" + name + "\": " + cause.getMessage();
        if (!PodWrites.isNamespaceTerminating(cause)) {
            events.event(deployment, "Warning", "ReplicaSetCreateError", message);
            if (Progress.hasDeadline(deployment)) {
                statuses.writeCondition(deployment, progressing("False", "ReplicaSetCreateError", message));
            }
        }
        return cause;
    }

    private DeploymentCondition progressing(String status, String reason, String message) {
        return Conditions.of(Conditions.PROGRESSING, status, reason, message, clock.instant());
    }
}
