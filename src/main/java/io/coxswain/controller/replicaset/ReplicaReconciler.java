package io.coxswain.controller.replicaset;

import io.coxswain.client.Key;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Claims;
import io.coxswain.controller.runtime.DeletionOrder;
import io.coxswain.controller.runtime.Expectations;
import io.coxswain.controller.runtime.OwnedPodChanges;
import io.coxswain.controller.runtime.OwnedPods;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.PodWrites;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The loop of ReplicaSets and of what is like them: counts the pods a set owns, makes the missing ones in growing batches,
 * deletes the surplus. Other kinds are seen as ReplicaSets through {@link ReplicaSource}.
 */
abstract class ReplicaReconciler implements Reconciler {
    /** At most so many pods are made or deleted in one go. */
    private static final int BURST = 500;

    private final String kind;
    private final Clock clock;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Expectations expectations;

    @SuppressWarnings("NullAway.Init")
    private ReplicaSource sets;

    @SuppressWarnings("NullAway.Init")
    private OwnedPods pods;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Pod> podClient;

    @SuppressWarnings("NullAway.Init")
    private PodWrites writes;

    @SuppressWarnings("NullAway.Init")
    private ReplicaSetStatusWriter statusWriter;

    ReplicaReconciler(String kind, Clock clock) {
        this.kind = kind;
        this.clock = clock;
    }

    /** Watches this loop's kind. */
    abstract ReplicaSource source(Watches watches);

    @Override
    public void setUp(Watches watches) {
        podClient = watches.client().resource(ResourceTypes.PODS);
        sets = source(watches);
        expectations = new Expectations(watches.steady());
        OwnedPodChanges changes = new OwnedPodChanges(kind, expectations, this::setsThatMightAdopt);
        pods = new OwnedPods(watches.changes(ResourceTypes.PODS, changes::changed));
        writes = new PodWrites(podClient, watches.events(), expectations);
        statusWriter = new ReplicaSetStatusWriter(sets, clock);
    }

    private Collection<Key> setsThatMightAdopt(Pod pod) {
        return OwnedPodChanges.selecting(
                pod,
                sets.list(pod.getMetadata().getNamespace()),
                set -> set.getSpec().getSelector());
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
                Pod pod = PodWrites.podOf(set, set.getSpec().getTemplate());
                failure = writes.create(key, set, Collections.nCopies(Math.min(-difference, BURST), pod))
                        .failure();
            } else {
                failedAction = "FailedDelete";
                List<Pod> victims = owned.stream()
                        .sorted(DeletionOrder.first(related(set), clock.instant()))
                        .limit(Math.min(difference, BURST))
                        .toList();
                failure = writes.delete(key, set, victims).failure();
            }
        }
        Instant now = clock.instant();
        ReplicaSet written = statusWriter.write(set, owned, failure, failedAction);
        if (failure.isPresent()) {
            throw failure.get();
        }
        Integer minReady = written.getSpec().getMinReadySeconds();
        return Pods.untilAvailable(owned, minReady == null ? 0 : minReady, now)
                .map(Result::after)
                .orElse(Result.done());
    }

    private List<Pod> claim(ReplicaSet set) {
        String namespace = set.getMetadata().getNamespace();
        Claims<Pod> claims = new Claims<>(
                podClient,
                set,
                set.getSpec().getSelector(),
                () -> sets.live(namespace, set.getMetadata().getName())
                        .orElseThrow(() -> ApiException.notFound(
                                new GroupResource("", kind), set.getMetadata().getName())));
        return claims.claim(pods.candidates(set), Pods::isActive);
    }

    /** The pods of all sets with this set's owner, so that a roll-out keeps the whole spread over the nodes. */
    private List<Pod> related(ReplicaSet set) {
        List<ReplicaSet> siblings = Owners.controllerOf(set)
                .map(owner -> sets.ownedBy(owner.getUid()))
                .orElse(List.of(set));
        return siblings.stream()
                .flatMap(sibling -> pods.of(sibling.getMetadata().getUid()).stream())
                .toList();
    }

    static int replicas(ReplicaSet set) {
        Integer wanted = set.getSpec().getReplicas();
        return wanted == null ? 1 : wanted;
    }
}
