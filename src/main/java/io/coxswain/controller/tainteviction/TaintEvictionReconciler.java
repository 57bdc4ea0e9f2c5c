package io.coxswain.controller.tainteviction;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.EventRecorder;
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
import io.fabric8.kubernetes.api.model.Taint;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The taint eviction loop: deletes pods whose node has a NoExecute taint that they do not tolerate, or not any longer. */
@Dependent
public class TaintEvictionReconciler implements Reconciler {
    private static final String BY_NODE = "node";
    private static final PodPatches.Condition EVICTED = new PodPatches.Condition(
            "DisruptionTarget", "True", "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint");

    private final Clock clock;
    /** Pods that will have to go, and since when they are under a taint. */
    private final Map<Key, Doomed> doomed = new ConcurrentHashMap<>();

    private record Doomed(String uid, Instant since) {}

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Pod> pods;

    @SuppressWarnings("NullAway.Init")
    private Lister<Node> nodes;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Pod> client;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @Inject
    public TaintEvictionReconciler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "taint-eviction-controller";
    }

    @Override
    public String queueName() {
        return "noexec_taint_pod";
    }

    @Override
    public int workers() {
        return 4;
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client().resource(ResourceTypes.PODS);
        events = watches.events();
        var podInformer = watches.changes(ResourceTypes.PODS, TaintEvictionReconciler::podChanged);
        podInformer.addIndex(BY_NODE, pod -> List.of(Pods.nodeName(pod)));
        pods = podInformer.lister();
        nodes = watches.changes(ResourceTypes.NODES, this::nodeChanged).lister();
    }

    private static Collection<Key> podChanged(@Nullable Pod old, @Nullable Pod now) {
        if (old != null && now != null && sameForEviction(old, now)) {
            return List.of();
        }
        return List.of(key(Objects.requireNonNull(now == null ? old : now)));
    }

    private static boolean sameForEviction(Pod old, Pod now) {
        return Pods.nodeName(old).equals(Pods.nodeName(now))
                && Pods.isBeingDeleted(old) == Pods.isBeingDeleted(now)
                && old.getMetadata().getUid().equals(now.getMetadata().getUid())
                && old.getSpec().getTolerations().equals(now.getSpec().getTolerations());
    }

    private Collection<Key> nodeChanged(@Nullable Node old, @Nullable Node now) {
        if (old != null && now != null && Nodes.taints(old).equals(Nodes.taints(now))) {
            return List.of();
        }
        Node node = Objects.requireNonNull(now == null ? old : now);
        return pods.byIndex(BY_NODE, node.getMetadata().getName()).stream()
                .map(TaintEvictionReconciler::key)
                .toList();
    }

    private static Key key(Pod pod) {
        return new Key(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Pod> found = pods.get(key.namespace(), key.name());
        if (found.isEmpty() || Pods.isBeingDeleted(found.get())) {
            doomed.remove(key);
            return Result.done();
        }
        Pod pod = found.get();
        Instant now = clock.instant();
        Instant since = Optional.ofNullable(doomed.get(key))
                .filter(known -> known.uid().equals(pod.getMetadata().getUid()))
                .map(Doomed::since)
                .orElse(now);
        List<Taint> taints =
                nodes.get("", Pods.nodeName(pod)).map(Nodes::taints).orElse(List.of());
        Optional<Instant> end = Tolerance.end(taints, pod.getSpec().getTolerations(), since);
        if (end.isEmpty()) {
            if (doomed.remove(key) != null) {
                events.event(pod, "Normal", "TaintManagerEviction", "Cancelling deletion of Pod " + key);
            }
            return Result.done();
        }
        doomed.put(key, new Doomed(pod.getMetadata().getUid(), since));
        if (end.get().isAfter(now)) {
            return Result.after(Duration.between(now, end.get()));
        }
        evict(key, pod, now);
        return Result.done();
    }

    private void evict(Key key, Pod pod, Instant now) {
        events.event(pod, "Normal", "TaintManagerEviction", "Marking for deletion Pod " + key);
        try {
            PodPatches.status(client, pod, "", Optional.of(EVICTED), now);
            client.delete(
                    key.namespace(),
                    key.name(),
                    DeleteOptions.uid(pod.getMetadata().getUid()));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
        doomed.remove(key);
    }
}
