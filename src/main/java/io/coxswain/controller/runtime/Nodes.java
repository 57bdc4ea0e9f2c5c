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

    public static List<Taint> taints(Node node) {
        return node.getSpec() == null ? List.of() : node.getSpec().getTaints();
    }
}
