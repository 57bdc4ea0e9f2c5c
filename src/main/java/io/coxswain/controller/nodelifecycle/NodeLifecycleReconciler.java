package io.coxswain.controller.nodelifecycle;

import io.coxswain.bootstrap.config.ControllersConfig;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.PatchType;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.WriteOptions;
import io.coxswain.controller.runtime.Nodes;
import io.coxswain.controller.runtime.PodPatches;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The node lifecycle loop. A node of which nothing is heard for the grace period becomes Ready=Unknown; taints follow the
 * conditions; pods on a node that is not ready are not ready either, so that services stop sending to them.
 *
 * <p>While no node at all is ready the fault is rather on our side: then no pod is driven off its node, and for one more grace
 * period after the first node came back neither.
 */
@Dependent
public class NodeLifecycleReconciler implements Reconciler {
    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final Duration STARTUP_GRACE_PERIOD = Duration.ofSeconds(60);
    private static final String LEASE_NAMESPACE = "kube-node-lease";
    private static final String BY_NODE = "node";
    private static final List<String> REPORTED = List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");

    private final Clock clock;
    private final Duration gracePeriod;
    /** Each node's readiness when it was last looked at. */
    private final Map<String, Boolean> wasReady = new ConcurrentHashMap<>();

    /** Nodes whose pods still have to be told that they are not ready: once, since a node that is there after all says so again. */
    private final Set<String> unmarked = ConcurrentHashMap.newKeySet();

    private volatile Instant noNodeReady = Instant.MIN;

    /** By which silence is measured: when the machine's time is set forwards, no node has been silent for longer. */
    @SuppressWarnings("NullAway.Init") // set by setUp
    private Clock steady;

    @SuppressWarnings("NullAway.Init")
    private Heartbeats heartbeats;

    @SuppressWarnings("NullAway.Init")
    private Lister<Node> nodes;

    @SuppressWarnings("NullAway.Init")
    private Lister<Lease> leases;

    @SuppressWarnings("NullAway.Init")
    private Lister<Pod> pods;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Node> nodeClient;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Pod> podClient;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @Inject
    public NodeLifecycleReconciler(ControllersConfig settings, Clock clock) {
        this.clock = clock;
        this.gracePeriod = settings.nodeMonitorGracePeriod();
    }

    /** The name of upstream's service account, to which the default ClusterRole is bound, and of its events' source. */
    @Override
    public String name() {
        return "node-controller";
    }

    @Override
    public String queueName() {
        return "node_lifecycle_controller";
    }

    @Override
    public int workers() {
        return 4;
    }

    @Override
    public void setUp(Watches watches) {
        nodeClient = watches.client().resource(ResourceTypes.NODES);
        podClient = watches.client().resource(ResourceTypes.PODS);
        events = watches.events();
        steady = watches.steady();
        heartbeats = new Heartbeats(steady);
        nodes = watches.primary(ResourceTypes.NODES).lister();
        leases = watches.map(
                        ResourceTypes.LEASES,
                        lease -> LEASE_NAMESPACE.equals(lease.getMetadata().getNamespace())
                                ? List.of(new Key("", lease.getMetadata().getName()))
                                : List.of())
                .lister();
        var podInformer = watches.cache(ResourceTypes.PODS);
        podInformer.addIndex(BY_NODE, pod -> List.of(Pods.nodeName(pod)));
        pods = podInformer.lister();
        watches.every(PERIOD, this::allNodes);
    }

    private List<Key> allNodes() {
        List<String> names = nodes.list("").stream()
                .map(node -> node.getMetadata().getName())
                .toList();
        heartbeats.retain(names);
        wasReady.keySet().retainAll(names);
        unmarked.retainAll(names);
        return names.stream().map(name -> new Key("", name)).toList();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Node> found = nodes.get("", key.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        Node node = found.get();
        Instant now = clock.instant();
        Instant heard = heartbeats.look(node, leases.get(LEASE_NAMESPACE, key.name()));
        Duration grace = Nodes.condition(node, "Ready").isPresent() ? gracePeriod : STARTUP_GRACE_PERIOD;
        if (!heard.plus(grace).isAfter(steady.instant())) {
            node = markSilent(node, now);
        }
        Optional<NodeCondition> ready = Nodes.condition(node, "Ready");
        if (ready.isPresent()) {
            tellChange(node);
        }
        writeTaints(node, mayEvict(node), now);
        if (unmarked.contains(key.name())) {
            markPodsNotReady(key.name(), now);
            unmarked.remove(key.name());
        }
        return Result.done();
    }

    /** Writes Unknown over all that the node last said about itself. */
    private Node markSilent(Node node, Instant now) {
        JsonArrayBuilder conditions = Json.createArrayBuilder();
        boolean any = false;
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        for (String type : REPORTED) {
            Optional<NodeCondition> known = Nodes.condition(node, type);
            if (known.isPresent() && "Unknown".equals(known.get().getStatus())) {
                continue;
            }
            any = true;
            JsonObjectBuilder condition = Json.createObjectBuilder()
                    .add("type", type)
                    .add("status", "Unknown")
                    .add("reason", known.isPresent() ? Heartbeats.SILENT : Heartbeats.NEVER_HEARD)
                    .add(
                            "message",
                            known.isPresent()
                                    ? "Kubelet stopped posting node status."
                                    : "Kubelet never posted node status.")
                    .add("lastTransitionTime", time);
            if (known.isEmpty()) {
                condition.add("lastHeartbeatTime", node.getMetadata().getCreationTimestamp());
            }
            conditions.add(condition);
        }
        return any
                ? patch(
                        node,
                        "status",
                        PatchType.STRATEGIC,
                        Json.createObjectBuilder().add("conditions", conditions).build())
                : node;
    }

    /** Refused if the node changed meanwhile: then it may have spoken. */
    private Node patch(Node node, String part, PatchType type, JsonObject content) {
        JsonObject patch = Json.createObjectBuilder()
                .add(
                        "metadata",
                        Json.createObjectBuilder()
                                .add("resourceVersion", node.getMetadata().getResourceVersion()))
                .add(part, content)
                .build();
        return nodeClient.patch(
                "", node.getMetadata().getName(), type, patch, part.equals("status") ? part : "", WriteOptions.DEFAULT);
    }

    private void tellChange(Node node) {
        boolean ready = Nodes.isReady(node);
        String name = node.getMetadata().getName();
        Boolean before = wasReady.put(name, ready);
        if (ready) {
            unmarked.remove(name);
        } else if (!Boolean.FALSE.equals(before)) {
            unmarked.add(name);
        }
        if (Boolean.TRUE.equals(before) && !ready) {
            events.event(node, "Normal", "NodeNotReady", "Node " + name + " status is now: NodeNotReady");
        }
    }

    private boolean mayEvict(Node node) {
        Instant now = steady.instant();
        boolean anyReady = Nodes.isReady(node)
                || nodes.list("").stream()
                        .anyMatch(other -> Nodes.isReady(other)
                                && !other.getMetadata()
                                        .getName()
                                        .equals(node.getMetadata().getName()));
        if (!anyReady) {
            noNodeReady = now;
            return false;
        }
        return noNodeReady.equals(Instant.MIN) || !noNodeReady.plus(gracePeriod).isAfter(now);
    }

    private void writeTaints(Node node, boolean evict, Instant now) {
        List<Taint> wanted = NodeTaints.of(node, evict, now);
        if (!wanted.equals(Nodes.taints(node))) {
            JsonArrayBuilder taints = Json.createArrayBuilder();
            wanted.forEach(taint -> taints.add(tree(taint)));
            patch(
                    node,
                    "spec",
                    PatchType.MERGE,
                    Json.createObjectBuilder().add("taints", taints).build());
        }
    }

    private static JsonObject tree(Taint taint) {
        JsonObjectBuilder tree =
                Json.createObjectBuilder().add("key", taint.getKey()).add("effect", taint.getEffect());
        Stream.ofNullable(taint.getValue()).forEach(value -> tree.add("value", value));
        Stream.ofNullable(taint.getTimeAdded()).forEach(time -> tree.add("timeAdded", time));
        return tree.build();
    }

    private void markPodsNotReady(String node, Instant now) {
        Optional<ApiException> failure = Optional.empty();
        for (Pod pod : pods.byIndex(BY_NODE, node)) {
            if (!Pods.isReady(pod)) {
                continue;
            }
            try {
                PodPatches.status(
                        podClient, pod, "", Optional.of(new PodPatches.Condition("Ready", "False", "", "")), now);
                events.event(pod, "Warning", "NodeNotReady", "Node is not ready");
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    failure = failure.or(() -> Optional.of(e));
                }
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }
}
