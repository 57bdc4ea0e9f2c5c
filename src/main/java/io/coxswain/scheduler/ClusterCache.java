package io.coxswain.scheduler;

import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.fabric8.kubernetes.api.model.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which pods are on which node. A pod counts from the moment it is assumed there, before its binding is written; the
 * informer's word replaces the assumption. Thread-safe.
 */
final class ClusterCache {
    private final Map<String, Node> nodes = new TreeMap<>();
    /** Node name → pods by uid; also for nodes not known yet. */
    private final Map<String, LinkedHashMap<String, PodInfo>> podsByNode = new HashMap<>();

    private final Map<String, Placement> placements = new HashMap<>();
    /** Calculated when first needed after a change. */
    private final Map<String, NodeInfo> calculated = new HashMap<>();

    /** Which of all nodes are not calculated as they are now; nothing of what they were is kept. */
    private final Set<String> changed = new HashSet<>();

    /** All nodes in their order, without those that have changed, and where each is. */
    private @Nullable NodeInfo[] ordered = {};

    private final Map<String, Integer> positions = new HashMap<>();

    private record Placement(String node, boolean assumed) {}

    synchronized void setNode(Node node) {
        String name = node.getMetadata().getName();
        if (nodes.put(name, node) == null) {
            reorder();
        }
        touch(name);
    }

    synchronized void removeNode(String name) {
        nodes.remove(name);
        reorder();
        touch(name);
    }

    /** A pod that the API shows on a node. */
    synchronized void setPod(PodInfo pod, String node) {
        place(pod, node, false);
    }

    /** A pod about to be bound. */
    synchronized void assume(PodInfo pod, String node) {
        place(pod, node, true);
    }

    private void place(PodInfo pod, String node, boolean assumed) {
        remove(pod.uid());
        placements.put(pod.uid(), new Placement(node, assumed));
        podsByNode.computeIfAbsent(node, n -> new LinkedHashMap<>()).put(pod.uid(), pod);
        NodeInfo known = calculated.get(node);
        if (known != null) {
            touch(node);
            calculated.put(node, known.with(pod));
        }
    }

    /** The binding failed. A pod that the API shows as bound by now stays. */
    synchronized void forget(String uid) {
        Placement placement = placements.get(uid);
        if (placement != null && placement.assumed()) {
            remove(uid);
        }
    }

    synchronized void removePod(String uid) {
        remove(uid);
    }

    private void remove(String uid) {
        Placement placement = placements.remove(uid);
        if (placement != null) {
            LinkedHashMap<String, PodInfo> pods = podsByNode.get(placement.node());
            if (pods != null) {
                pods.remove(uid);
                if (pods.isEmpty()) {
                    podsByNode.remove(placement.node());
                }
            }
            touch(placement.node());
        }
    }

    private void reorder() {
        positions.clear();
        ordered = new NodeInfo[0];
    }

    private void touch(String node) {
        calculated.remove(node);
        changed.add(node);
        Integer position = positions.get(node);
        if (position != null) {
            ordered[position] = null;
        }
    }

    synchronized boolean isPlaced(String uid) {
        return placements.containsKey(uid);
    }

    synchronized @Nullable PodInfo pod(String uid) {
        Placement placement = placements.get(uid);
        LinkedHashMap<String, PodInfo> pods = placement == null ? null : podsByNode.get(placement.node());
        return pods == null ? null : pods.get(uid);
    }

    /** What has not changed since the last one is taken from it. */
    synchronized Snapshot snapshot(Map<String, Map<String, String>> namespaceLabels) {
        if (positions.isEmpty()) {
            ordered = new NodeInfo[nodes.size()];
            nodes.keySet().forEach(name -> positions.put(name, positions.size()));
            changed.addAll(nodes.keySet());
        }
        for (String name : changed) {
            Node node = nodes.get(name);
            Integer position = positions.get(name);
            if (node != null && position != null) {
                ordered[position] = info(name, node);
            }
        }
        changed.clear();
        return new Snapshot(List.of(ordered), namespaceLabels);
    }

    private NodeInfo info(String name, Node node) {
        return calculated.computeIfAbsent(name, n -> calculate(n, node));
    }

    private NodeInfo calculate(String name, Node node) {
        LinkedHashMap<String, PodInfo> pods = podsByNode.get(name);
        return NodeInfo.of(node, pods == null ? List.of() : List.copyOf(pods.values()));
    }
}
