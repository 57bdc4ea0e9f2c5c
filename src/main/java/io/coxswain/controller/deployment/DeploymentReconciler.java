package io.coxswain.controller.deployment;

import io.coxswain.client.ApiClient;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.Selectors;
import io.coxswain.controller.runtime.Claims;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Deployment loop. */
@Dependent
public class DeploymentReconciler implements Reconciler {
    private static final String KIND = "Deployment";

    private final Clock clock;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Deployment> deployments;

    @SuppressWarnings("NullAway.Init")
    private Lister<ReplicaSet> sets;

    @SuppressWarnings("NullAway.Init")
    private Lister<Pod> pods;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Deployment> deploymentClient;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<ReplicaSet> setClient;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @SuppressWarnings("NullAway.Init")
    private DeploymentStatuses statuses;

    @SuppressWarnings("NullAway.Init")
    private NewReplicaSet newReplicaSet;

    @SuppressWarnings("NullAway.Init")
    private ReplicaSetScaler scaler;

    @SuppressWarnings("NullAway.Init")
    private Rollout rollout;

    @Inject
    public DeploymentReconciler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "deployment-controller";
    }

    @Override
    public String queueName() {
        return "deployment";
    }

    @Override
    public void setUp(Watches watches) {
        ApiClient client = watches.client();
        deploymentClient = client.resource(ResourceTypes.DEPLOYMENTS);
        setClient = client.resource(ResourceTypes.REPLICA_SETS);
        events = watches.events();
        deployments = watches.primary(ResourceTypes.DEPLOYMENTS).lister();
        sets = watches.map(ResourceTypes.REPLICA_SETS, this::interested).lister();
        pods = watches.changes(ResourceTypes.PODS, this::podGone).lister();
        statuses = new DeploymentStatuses(deploymentClient, clock);
        newReplicaSet = new NewReplicaSet(setClient, statuses, events, clock);
        scaler = new ReplicaSetScaler(setClient, events);
        rollout = new Rollout(newReplicaSet, scaler);
    }

    private Collection<Key> interested(ReplicaSet set) {
        String namespace = set.getMetadata().getNamespace();
        var controller = Owners.controllerOf(set);
        if (controller.isPresent()) {
            return KIND.equals(controller.get().getKind())
                    ? List.of(new Key(namespace, controller.get().getName()))
                    : List.of();
        }
        return deployments.list(namespace).stream()
                .filter(deployment -> Selectors.matches(
                        deployment.getSpec().getSelector(), set.getMetadata().getLabels()))
                .map(deployment -> new Key(namespace, deployment.getMetadata().getName()))
                .toList();
    }

    /** Recreate waits until the last old pod is gone; the sets' counts have long been zero by then. */
    private Collection<Key> podGone(@Nullable Pod old, @Nullable Pod now) {
        if (now != null || old == null) {
            return List.of();
        }
        return Owners.controllerOf(old)
                .flatMap(owner -> sets.get(old.getMetadata().getNamespace(), owner.getName()))
                .filter(set -> Owners.isControlledBy(old, set))
                .map(this::interested)
                .orElse(List.of());
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Deployment> found = deployments.get(key.namespace(), key.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        Deployment deployment = found.get();
        if (Selectors.isEmpty(deployment.getSpec().getSelector())) {
            events.event(
                    deployment,
                    "Warning",
                    "SelectingAll",
                    "This deployment is selecting all pods. A non-empty selector is required.");
            statuses.writeObservedGeneration(deployment);
            return Result.done();
        }
        Deployment written = step(deployment);
        return Progress.untilTimeout(written, DeploymentStatuses.statusOf(written), clock.instant())
                .map(Result::after)
                .orElse(Result.done());
    }

    private Deployment step(Deployment found) {
        ReplicaSets owned = ReplicaSets.of(found, claim(found));
        if (found.getMetadata().getDeletionTimestamp() != null) {
            return statuses.writeCounts(found, owned);
        }
        Deployment deployment = notePause(found);
        if (isPaused(deployment) || isScaled(deployment, owned)) {
            return scaleOnly(deployment, owned);
        }
        NewReplicaSet.State state = RolloutMath.isRollingUpdate(deployment)
                ? rollout.roll(deployment, owned)
                : rollout.recreate(deployment, owned, podsBySet(owned));
        if (Progress.isComplete(state.deployment(), DeploymentStatuses.statusOf(state.deployment()))) {
            scaler.cleanUp(state.deployment(), state.sets().old());
        }
        return statuses.writeProgress(state.deployment(), state.sets());
    }

    private Deployment scaleOnly(Deployment deployment, ReplicaSets owned) {
        NewReplicaSet.State state = newReplicaSet.sync(deployment, owned, false);
        ReplicaSets scaled = scaler.follow(state.deployment(), state.sets());
        if (isPaused(state.deployment())) {
            scaler.cleanUp(state.deployment(), scaled.old());
        }
        return statuses.writeCounts(state.deployment(), scaled);
    }

    private List<ReplicaSet> claim(Deployment deployment) {
        String namespace = deployment.getMetadata().getNamespace();
        return new Claims<>(
                        setClient,
                        deployment,
                        deployment.getSpec().getSelector(),
                        () -> deploymentClient.get(
                                namespace, deployment.getMetadata().getName()))
                .claim(sets.list(namespace), set -> true);
    }

    private static boolean isPaused(Deployment deployment) {
        return Boolean.TRUE.equals(deployment.getSpec().getPaused());
    }

    /** The deployment's size was changed: some set that has pods was scaled for another one. */
    private static boolean isScaled(Deployment deployment, ReplicaSets owned) {
        int wanted = RolloutMath.replicas(deployment);
        return ReplicaSets.active(owned.all()).stream()
                .mapToInt(Revisions::desiredReplicas)
                .anyMatch(desired -> desired >= 0 && desired != wanted);
    }

    /** Keeps the deadline's clock from running during a pause. */
    private Deployment notePause(Deployment deployment) {
        if (!Progress.hasDeadline(deployment)) {
            return deployment;
        }
        Optional<DeploymentCondition> current =
                Conditions.find(DeploymentStatuses.statusOf(deployment).getConditions(), Conditions.PROGRESSING);
        String reason = current.map(DeploymentCondition::getReason).orElse("");
        if (Conditions.DEADLINE_EXCEEDED.equals(reason)) {
            return deployment;
        }
        boolean notedPause = Conditions.PAUSED.equals(reason);
        if (isPaused(deployment) == notedPause) {
            return deployment;
        }
        DeploymentCondition condition = isPaused(deployment)
                ? Conditions.of(
                        Conditions.PROGRESSING, "Unknown", Conditions.PAUSED, "Deployment is paused", clock.instant())
                : Conditions.of(
                        Conditions.PROGRESSING,
                        "Unknown",
                        Conditions.RESUMED,
                        "Deployment is resumed",
                        clock.instant());
        try {
            return statuses.writeCondition(deployment, condition);
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return deployment;
            }
            throw e;
        }
    }

    private Map<String, List<Pod>> podsBySet(ReplicaSets owned) {
        Map<String, List<Pod>> bySet = new HashMap<>();
        for (ReplicaSet set : owned.all()) {
            List<Pod> ofSet = new ArrayList<>();
            for (Pod pod : pods.list(set.getMetadata().getNamespace())) {
                if (Owners.isControlledBy(pod, set)) {
                    ofSet.add(pod);
                }
            }
            bySet.put(set.getMetadata().getUid(), ofSet);
        }
        return bySet;
    }
}
