package io.coxswain.controller.podgc;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Nodes;
import io.coxswain.controller.runtime.PodPatches;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The pod garbage collector: sweeps over all pods now and then, and removes those of nodes that do not exist any more or are
 * marked as out of service, those that were deleted before they had a node, and the oldest finished ones if there are too many.
 */
@Dependent
public class PodGarbageReconciler implements Reconciler {
    private static final Duration PERIOD = Duration.ofSeconds(20);
    /** A node may register after its pods are seen, so its absence is believed only after a while. */
    static final Duration QUARANTINE = Duration.ofSeconds(40);
    /** Upstream's default of {@code --terminated-pod-gc-threshold}. */
    private static final int MOST_FINISHED = 12_500;

    private static final Key SWEEP = new Key("", "sweep");
    private static final PodPatches.Condition NODE_GONE =
            new PodPatches.Condition("DisruptionTarget", "True", "DeletionByPodGC", "PodGC: node no longer exists");

    private final Clock clock;
    private final int mostFinished;
    /** Since when each node that pods name has been missing. Used by the one worker only. */
    private final Map<String, Instant> missing = new HashMap<>();

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Pod> pods;

    @SuppressWarnings("NullAway.Init")
    private Lister<Node> nodes;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Pod> podClient;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Node> nodeClient;

    @Inject
    public PodGarbageReconciler(Clock clock) {
        this(clock, MOST_FINISHED);
    }

    PodGarbageReconciler(Clock clock, int mostFinished) {
        this.clock = clock;
        this.mostFinished = mostFinished;
    }

    @Override
    public String name() {
        return "pod-garbage-collector";
    }

    @Override
    public String queueName() {
        return "orphaned_pods_nodes";
    }

    @Override
    public int workers() {
        return 1;
    }

    @Override
    public void setUp(Watches watches) {
        podClient = watches.client().resource(ResourceTypes.PODS);
        nodeClient = watches.client().resource(ResourceTypes.NODES);
        pods = watches.cache(ResourceTypes.PODS).lister();
        nodes = watches.cache(ResourceTypes.NODES).lister();
        watches.every(PERIOD, () -> List.of(SWEEP));
    }

    /** One failed pod does not keep the others from being removed; the first failure is told at the end. */
    @Override
    public Result reconcile(Key key) {
        List<Pod> all = pods.list("");
        Sweep sweep = new Sweep();
        sweep.removeAll(surplusFinished(all), Optional.empty());
        sweep.removeAll(select(all, this::isOutOfService), Optional.empty());
        Set<String> gone = goneNodes(all);
        sweep.removeAll(select(all, pod -> gone.contains(Pods.nodeName(pod))), Optional.of(NODE_GONE));
        sweep.removeAll(
                select(
                        all,
                        pod -> Pods.isBeingDeleted(pod) && Pods.nodeName(pod).isEmpty()),
                Optional.empty());
        sweep.throwFirst();
        return Result.done();
    }

    private static List<Pod> select(List<Pod> all, Predicate<Pod> which) {
        return all.stream().filter(which).toList();
    }

    private List<Pod> surplusFinished(List<Pod> all) {
        List<Pod> finished = select(all, pod -> Pods.isFinished(pod) && !Pods.isBeingDeleted(pod)).stream()
                .sorted(Comparator.comparing((Pod pod) -> Pods.created(pod.getMetadata()))
                        .thenComparing(pod -> pod.getMetadata().getNamespace())
                        .thenComparing(pod -> pod.getMetadata().getName()))
                .toList();
        return finished.subList(0, Math.max(0, finished.size() - mostFinished));
    }

    private boolean isOutOfService(Pod pod) {
        return Pods.isBeingDeleted(pod)
                && nodes.get("", Pods.nodeName(pod))
                        .filter(node -> !Nodes.isReady(node) && Nodes.isOutOfService(node))
                        .isPresent();
    }

    private Set<String> goneNodes(List<Pod> all) {
        Set<String> absent = all.stream()
                .map(Pods::nodeName)
                .filter(name -> !name.isEmpty() && nodes.get("", name).isEmpty())
                .collect(Collectors.toSet());
        missing.keySet().retainAll(absent);
        Instant now = clock.instant();
        absent.forEach(name -> missing.putIfAbsent(name, now));
        return absent.stream()
                .filter(name ->
                        !missing.getOrDefault(name, now).plus(QUARANTINE).isAfter(now))
                // The cache may be behind.
                .filter(name -> nodeClient.find("", name).isEmpty())
                .collect(Collectors.toSet());
    }

    /** What one round removes, and what went wrong on the way. */
    private final class Sweep {
        private Optional<ApiException> failure = Optional.empty();

        void removeAll(List<Pod> victims, Optional<PodPatches.Condition> why) {
            for (Pod victim : victims) {
                try {
                    remove(victim, why);
                } catch (ApiException e) {
                    if (!e.isNotFound() && !e.isConflict()) {
                        failure = failure.or(() -> Optional.of(e));
                    }
                }
            }
        }

        private void remove(Pod pod, Optional<PodPatches.Condition> why) {
            if (!Pods.isFinished(pod)) {
                // Whoever counts pods by their end, as jobs do, must see one.
                PodPatches.status(podClient, pod, "Failed", why, clock.instant());
            }
            podClient.delete(
                    pod.getMetadata().getNamespace(),
                    pod.getMetadata().getName(),
                    DeleteOptions.now(pod.getMetadata().getUid()));
        }

        void throwFirst() {
            if (failure.isPresent()) {
                throw failure.get();
            }
        }
    }
}
