package io.coxswain.controller.nodeipam;

import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.PatchType;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.WriteOptions;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.fabric8.kubernetes.api.model.Node;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The node address loop: writes {@code spec.podCIDR} of nodes that have none. A block is given once: there is one worker, and
 * what it gave counts as taken before the cache shows it.
 */
@Dependent
public class NodeIpamReconciler implements Reconciler {
    private static final Duration RETRY_WHEN_FULL = Duration.ofMinutes(1);

    private final ClusterConfig cluster;
    /** Blocks on their way into a node, by the node's uid. Used by the one worker only. */
    private final Map<String, String> given = new HashMap<>();

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Node> nodes;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Node> client;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @Inject
    public NodeIpamReconciler(ClusterConfig cluster) {
        this.cluster = cluster;
    }

    @Override
    public String name() {
        return "node-ipam-controller";
    }

    @Override
    public String queueName() {
        return "cidrallocator_node";
    }

    @Override
    public int workers() {
        return 1;
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client().resource(ResourceTypes.NODES);
        events = watches.events();
        nodes = watches.changes(ResourceTypes.NODES, this::nodeChanged).lister();
    }

    /**
     * A node that goes leaves its block to those that wait for one. A node that waits is not looked at whenever it reports
     * its status: when there is room it is told, and a look from time to time is agreed upon.
     */
    private Collection<Key> nodeChanged(@Nullable Node old, @Nullable Node now) {
        List<Key> keys = new ArrayList<>();
        if (now != null) {
            if (old == null || !blocks(old).equals(blocks(now))) {
                keys.add(key(now));
            }
        } else {
            nodes.list("").stream().filter(node -> blocks(node).isEmpty()).forEach(node -> keys.add(key(node)));
        }
        return keys;
    }

    private static Key key(Node node) {
        return new Key("", node.getMetadata().getName());
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Node> node = nodes.get("", key.name());
        if (node.isEmpty() || node.get().getMetadata().getDeletionTimestamp() != null) {
            return Result.done();
        }
        String uid = node.get().getMetadata().getUid();
        if (!blocks(node.get()).isEmpty()) {
            given.remove(uid);
            return Result.done();
        }
        List<Node> all = nodes.list("");
        forgetKnown(all);
        // A write whose answer was lost is repeated with the same block.
        Optional<String> block = Optional.ofNullable(given.get(uid)).or(() -> lowestFree(all));
        if (block.isEmpty()) {
            events.event(
                    node.get(),
                    "Warning",
                    "CIDRNotAvailable",
                    "Node " + key.name() + " status is now: CIDRNotAvailable");
            return Result.after(RETRY_WHEN_FULL);
        }
        given.put(uid, block.get());
        client.patch("", key.name(), PatchType.STRATEGIC, patch(uid, block.get()), "", WriteOptions.DEFAULT);
        return Result.done();
    }

    /** What the lister shows, or whose node is gone, need not be remembered. */
    private void forgetKnown(List<Node> all) {
        Set<String> waiting = all.stream()
                .filter(node -> blocks(node).isEmpty())
                .map(node -> node.getMetadata().getUid())
                .collect(Collectors.toSet());
        given.keySet().retainAll(waiting);
    }

    private Optional<String> lowestFree(List<Node> all) {
        NodeBlocks blocks = new NodeBlocks(cluster.podCidr(), cluster.nodeCidrPrefix());
        Stream.concat(all.stream().flatMap(node -> blocks(node).stream()), given.values().stream())
                .forEach(blocks::take);
        return blocks.lowestFree();
    }

    private static List<String> blocks(Node node) {
        if (node.getSpec() == null) {
            return List.of();
        }
        return Stream.concat(Stream.ofNullable(node.getSpec().getPodCIDR()), node.getSpec().getPodCIDRs().stream())
                .filter(block -> !block.isEmpty())
                .distinct()
                .toList();
    }

    private static JsonObject patch(String uid, String block) {
        return Json.createObjectBuilder()
                .add("metadata", Json.createObjectBuilder().add("uid", uid))
                .add(
                        "spec",
                        Json.createObjectBuilder()
                                .add("podCIDR", block)
                                .add("podCIDRs", Json.createArrayBuilder().add(block)))
                .build();
    }
}
