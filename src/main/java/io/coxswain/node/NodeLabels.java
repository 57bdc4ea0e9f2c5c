package io.coxswain.node;

import io.fabric8.kubernetes.api.model.Node;

/** Labels of Coxswain's own on Node objects. */
public final class NodeLabels {

    /** On nodes that only exist in the API: {@code node.simulated} plays their kubelets. The value is {@code true}. */
    public static final String SIMULATED = "simulated.coxswain.io/node";

    private NodeLabels() {}

    /** Whether the node is simulated: it has no network, and nothing runs there. */
    public static boolean simulated(Node node) {
        return node.getMetadata().getLabels() != null
                && "true".equals(node.getMetadata().getLabels().get(SIMULATED));
    }
}
