package io.coxswain.controller.runtime;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Optional;

/** What a node's state says, by upstream's rules. */
public final class Nodes {
    private Nodes() {}

    public static Optional<NodeCondition> condition(Node node, String type) {
        return node.getStatus() == null
                ? Optional.empty()
                : node.getStatus().getConditions().stream()
                        .filter(condition -> type.equals(condition.getType()))
                        .findFirst();
    }

    public static boolean isReady(Node node) {
        return condition(node, "Ready")
                .filter(condition -> "True".equals(condition.getStatus()))
                .isPresent();
    }

    /** An administrator has said by a taint that the node is off and will not write to its volumes any more. */
    public static boolean isOutOfService(Node node) {
        return taints(node).stream().anyMatch(taint -> "node.kubernetes.io/out-of-service".equals(taint.getKey()));
    }

    public static List<Taint> taints(Node node) {
        return node.getSpec() == null ? List.of() : node.getSpec().getTaints();
    }
}
