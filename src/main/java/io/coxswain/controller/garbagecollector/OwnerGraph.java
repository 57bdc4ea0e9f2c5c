package io.coxswain.controller.garbagecollector;

import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who owns whom, by uid. Each change tells which objects are worth a look. Owners that were never seen are virtual nodes,
 * to be verified; they vanish with their last dependent. Thread-safe.
 */
final class OwnerGraph {
    private final Map<String, GraphNode> nodes = new HashMap<>();
    private final Map<String, Set<String>> dependents = new HashMap<>();

    /** Puts in an object's new state; returns the uids to look at. */
    synchronized Set<String> put(GraphNode now) {
        GraphNode known = nodes.put(now.uid(), now);
        Optional<GraphNode> old = Optional.ofNullable(known).filter(GraphNode::observed);
        Set<String> look = new LinkedHashSet<>();
        Set<String> oldOwners = uids(old.map(GraphNode::owners).orElse(List.of()));
        for (OwnerReference owner : now.owners()) {
            oldOwners.remove(owner.getUid());
            dependents
                    .computeIfAbsent(owner.getUid(), uid -> new LinkedHashSet<>())
                    .add(now.uid());
            GraphNode ownerNode = nodes.get(owner.getUid());
            if (ownerNode == null) {
                nodes.put(
                        owner.getUid(), GraphNode.virtual(owner, now.reference().namespace()));
                look.add(owner.getUid());
            } else if (isSomethingElse(owner, ownerNode, now)) {
                // The reference names another object than the one that has this uid: it points nowhere.
                look.add(now.uid());
            } else if (ownerNode.isDeletingDependents()) {
                look.add(now.uid());
                look.add(ownerNode.uid());
            }
        }
        oldOwners.forEach(owner -> {
            unlink(owner, now.uid());
            addIfDeletingDependents(owner, look);
        });
        if (now.isDeletingDependents()
                && !old.map(GraphNode::isDeletingDependents).orElse(false)) {
            look.addAll(dependentUids(now.uid()));
            look.add(now.uid());
        }
        if (now.isOrphaningDependents()
                && !old.map(GraphNode::isOrphaningDependents).orElse(false)) {
            look.add(now.uid());
        }
        if (now.isDeletingDependents() || now.isOrphaningDependents()) {
            look.add(now.uid());
        }
        return look;
    }

    private static boolean isSomethingElse(OwnerReference owner, GraphNode known, GraphNode dependent) {
        GraphNode.Reference meant =
                GraphNode.virtual(owner, dependent.reference().namespace()).reference();
        GraphNode.Reference actual = known.reference();
        boolean sameName = meant.name().equals(actual.name())
                && meant.kind().equals(actual.kind())
                && meant.group().equals(actual.group());
        boolean reachable = !known.observed()
                || actual.namespace().isEmpty()
                || actual.namespace().equals(meant.namespace());
        return !sameName || !reachable;
    }

    /** The object is gone (or a virtual one turned out not to exist); returns the uids to look at. */
    synchronized Set<String> remove(String uid) {
        Set<String> look = new LinkedHashSet<>();
        GraphNode old = nodes.remove(uid);
        if (old == null) {
            return look;
        }
        look.addAll(dependentUids(uid));
        for (OwnerReference owner : old.owners()) {
            unlink(owner.getUid(), uid);
            addIfDeletingDependents(owner.getUid(), look);
        }
        return look;
    }

    private void addIfDeletingDependents(String uid, Set<String> look) {
        GraphNode node = nodes.get(uid);
        if (node != null && node.isDeletingDependents()) {
            look.add(uid);
        }
    }

    private void unlink(String owner, String dependent) {
        Set<String> of = dependents.get(owner);
        if (of != null && of.remove(dependent) && of.isEmpty()) {
            dependents.remove(owner);
            GraphNode node = nodes.get(owner);
            if (node != null && !node.observed()) {
                nodes.remove(owner);
            }
        }
    }

    private static Set<String> uids(List<OwnerReference> owners) {
        Set<String> uids = new LinkedHashSet<>();
        owners.forEach(owner -> uids.add(owner.getUid()));
        return uids;
    }

    private Set<String> dependentUids(String uid) {
        return new LinkedHashSet<>(dependents.getOrDefault(uid, Set.of()));
    }

    synchronized Optional<GraphNode> get(String uid) {
        return Optional.ofNullable(nodes.get(uid));
    }

    synchronized List<GraphNode> dependentsOf(String uid) {
        return dependentUids(uid).stream()
                .flatMap(dependent -> Optional.ofNullable(nodes.get(dependent)).stream())
                .toList();
    }

    /** All virtual nodes: they are worth another look now and then. */
    synchronized List<String> unverified() {
        return nodes.values().stream()
                .filter(node -> !node.observed())
                .map(GraphNode::uid)
                .toList();
    }

    synchronized int size() {
        return nodes.size();
    }
}
