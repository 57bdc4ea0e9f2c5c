package io.coxswain.controller.replicaset;

import io.coxswain.client.ApiClient;
import io.coxswain.client.DeleteOptions;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.Selectors;
import io.coxswain.controller.runtime.Claims;
import io.coxswain.controller.runtime.Expectations;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.Status;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ReplicaSet loop: counts the pods a set owns, makes the missing ones in growing batches, deletes the surplus. */
@Dependent
public class ReplicaSetReconciler implements Reconciler {
    /** At most so many pods are made or deleted in one go. */
    private static final int BURST = 500;

    private static final String KIND = "ReplicaSet";
    private static final String BY_OWNER = "owner";

    private final Clock clock;
    private final Expectations expectations;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<ReplicaSet> sets;

    @SuppressWarnings("NullAway.Init")
    private Lister<Pod> pods;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Pod> podClient;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<ReplicaSet> setClient;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @SuppressWarnings("NullAway.Init")
    private ReplicaSetStatusWriter statusWriter;

    @Inject
    public ReplicaSetReconciler(Clock clock) {
        this.clock = clock;
        this.expectations = new Expectations(clock);
    }

    @Override
    public String name() {
        return "replicaset-controller";
    }

    @Override
    public void setUp(Watches watches) {
        ApiClient client = watches.client();
        podClient = client.resource(ResourceTypes.PODS);
        setClient = client.resource(ResourceTypes.REPLICA_SETS);
        events = watches.events();
        var setInformer = watches.primary(ResourceTypes.REPLICA_SETS);
        setInformer.addIndex(BY_OWNER, ReplicaSetReconciler::controllerUid);
        sets = setInformer.lister();
        pods = watches.cache(ResourceTypes.PODS).lister();
        watches.changes(ResourceTypes.PODS, this::podChanged);
        statusWriter = new ReplicaSetStatusWriter(setClient, clock);
    }

    private static Collection<String> controllerUid(ReplicaSet set) {
        return Owners.controllerOf(set).map(OwnerReference::getUid).stream().toList();
    }

    /** Keeps the expectations and tells which sets to look at. */
    private Collection<Key> podChanged(@Nullable Pod old, @Nullable Pod now) {
        List<Key> keys = new ArrayList<>();
        if (old != null) {
            owner(old).ifPresent(key -> {
                keys.add(key);
                if (now == null || (Pods.isBeingDeleted(now) && !Pods.isBeingDeleted(old))) {
                    expectations.deleted(key, old.getMetadata().getUid());
                }
            });
        }
        if (now != null) {
            Optional<Key> owner = owner(now);
            owner.ifPresent(keys::add);
            if (owner.isPresent() && old == null) {
                expectations.created(owner.get());
            }
            if (owner.isEmpty()
                    && !Pods.isBeingDeleted(now)
                    && Owners.controllerOf(now).isEmpty()) {
                keys.addAll(setsThatMightAdopt(now));
            }
        }
        return keys;
    }

    private static Optional<Key> owner(Pod pod) {
        return Owners.controllerOf(pod)
                .filter(reference -> KIND.equals(reference.getKind()))
                .map(reference -> new Key(pod.getMetadata().getNamespace(), reference.getName()));
    }

    private List<Key> setsThatMightAdopt(Pod pod) {
        return sets.list(pod.getMetadata().getNamespace()).stream()
                .filter(set -> Selectors.matches(
                        set.getSpec().getSelector(), pod.getMetadata().getLabels()))
                .map(set -> new Key(
                        set.getMetadata().getNamespace(), set.getMetadata().getName()))
                .toList();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<ReplicaSet> found = sets.get(key.namespace(), key.name());
        if (found.isEmpty()) {
            expectations.forget(key);
            return Result.done();
        }
        ReplicaSet set = found.get();
        boolean cacheIsCurrent = expectations.satisfied(key);
        List<Pod> owned = claim(set).stream().filter(Pods::isActive).toList();
        Optional<ApiException> failure = Optional.empty();
        String failedAction = "FailedCreate";
        int difference = owned.size() - replicas(set);
        if (cacheIsCurrent && set.getMetadata().getDeletionTimestamp() == null && difference != 0) {
            if (difference < 0) {
                failure = create(key, set, Math.min(-difference, BURST));
            } else {
                failedAction = "FailedDelete";
                failure = delete(key, set, owned, Math.min(difference, BURST));
            }
        }
        ReplicaSet written = statusWriter.write(set, owned, failure, failedAction);
        if (failure.isPresent()) {
            throw failure.get();
        }
        return untilAvailable(written, owned);
    }

    private List<Pod> claim(ReplicaSet set) {
        String namespace = set.getMetadata().getNamespace();
        Claims<Pod> claims = new Claims<>(
                podClient,
                set,
                set.getSpec().getSelector(),
                () -> setClient.get(namespace, set.getMetadata().getName()));
        return claims.claim(pods.list(namespace), Pods::isActive);
    }

    private Optional<ApiException> create(Key key, ReplicaSet set, int count) {
        expectations.expectCreations(key, count);
        int made = 0;
        Optional<ApiException> failure = Optional.empty();
        // Batches of 1, 2, 4, ...: a quota or a broken template is found out with few refused requests.
        for (int batch = 1; made < count && failure.isEmpty(); batch *= 2) {
            int end = Math.min(count, made + batch);
            for (; made < end; made++) {
                Optional<ApiException> refused = createOne(key, set);
                failure = refused.isPresent() ? refused : failure;
            }
        }
        for (; made < count; made++) {
            expectations.created(key);
        }
        // In a namespace that is going away nothing can be made, and nothing needs to be.
        return failure.filter(e -> !isNamespaceTerminating(e));
    }

    private Optional<ApiException> createOne(Key key, ReplicaSet set) {
        try {
            Pod created = podClient.create(podOf(set));
            events.event(
                    set,
                    "Normal",
                    "SuccessfulCreate",
                    "Created pod: " + created.getMetadata().getName());
            return Optional.empty();
        } catch (ApiException e) {
            expectations.created(key);
            if (!isNamespaceTerminating(e)) {
                events.event(set, "Warning", "FailedCreate", "Error creating: " + e.getMessage());
            }
            return Optional.of(e);
        }
    }

    private static Pod podOf(ReplicaSet set) {
        PodTemplateSpec template = set.getSpec().getTemplate();
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(set.getMetadata().getNamespace())
                .withGenerateName(set.getMetadata().getName() + "-")
                .withLabels(template.getMetadata().getLabels())
                .withAnnotations(template.getMetadata().getAnnotations())
                .withFinalizers(template.getMetadata().getFinalizers())
                .withOwnerReferences(Owners.controllerReference(set))
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    static boolean isNamespaceTerminating(ApiException e) {
        Status.Details details = e.status().details();
        boolean caused = details != null
                && details.causes().stream().anyMatch(cause -> cause.reason().equals("NamespaceTerminating"));
        return caused || (e.code() == 403 && String.valueOf(e.getMessage()).endsWith("because it is being terminated"));
    }

    private Optional<ApiException> delete(Key key, ReplicaSet set, List<Pod> owned, int count) {
        List<Pod> victims = owned.stream()
                .sorted(DeletionOrder.first(related(set), clock.instant()))
                .limit(count)
                .toList();
        expectations.expectDeletions(
                key, victims.stream().map(pod -> pod.getMetadata().getUid()).toList());
        Optional<ApiException> failure = Optional.empty();
        for (Pod victim : victims) {
            String podName = victim.getMetadata().getName();
            String uid = victim.getMetadata().getUid();
            try {
                podClient.delete(key.namespace(), podName, DeleteOptions.uid(uid));
                events.event(set, "Normal", "SuccessfulDelete", "Deleted pod: " + podName);
            } catch (ApiException e) {
                expectations.deleted(key, uid);
                if (!e.isNotFound() && !e.isConflict()) {
                    events.event(set, "Warning", "FailedDelete", "Error deleting: " + e.getMessage());
                    failure = Optional.of(e);
                }
            }
        }
        return failure;
    }

    /** The pods of all sets with this set's owner, so that a roll-out keeps the whole spread over the nodes. */
    private List<Pod> related(ReplicaSet set) {
        List<ReplicaSet> siblings = Owners.controllerOf(set)
                .map(owner -> sets.byIndex(BY_OWNER, owner.getUid()))
                .orElse(List.of(set));
        return pods.list(set.getMetadata().getNamespace()).stream()
                .filter(pod -> siblings.stream().anyMatch(sibling -> Owners.isControlledBy(pod, sibling)))
                .toList();
    }

    static int replicas(ReplicaSet set) {
        Integer wanted = set.getSpec().getReplicas();
        return wanted == null ? 1 : wanted;
    }

    /** Pods become available by the mere passing of time, which no event tells. */
    private Result untilAvailable(ReplicaSet set, List<Pod> owned) {
        Integer minReady = set.getSpec().getMinReadySeconds();
        if (minReady == null || minReady == 0) {
            return Result.done();
        }
        return owned.stream()
                .filter(pod -> !Pods.isAvailable(pod, minReady, clock.instant()))
                .flatMap(pod -> Pods.readySince(pod).stream())
                .map(since -> Duration.between(clock.instant(), since.plusSeconds(minReady)))
                .min(Duration::compareTo)
                .map(wait -> Result.after(wait.isNegative() ? Duration.ZERO : wait.plusMillis(1)))
                .orElse(Result.done());
    }
}
