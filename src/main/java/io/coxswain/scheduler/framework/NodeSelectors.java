package io.coxswain.scheduler.framework;

import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;

/** Whether a node is one that a pod's selector and required node affinity choose. */
public final class NodeSelectors {
    private NodeSelectors() {}

    public static boolean matches(Pod pod, NodeInfo node) {
        Map<String, String> wanted = pod.getSpec().getNodeSelector();
        boolean selected = wanted == null
                || wanted.entrySet().stream()
                        .allMatch(entry -> entry.getValue().equals(node.labels().get(entry.getKey())));
        if (!selected
                || pod.getSpec().getAffinity() == null
                || pod.getSpec().getAffinity().getNodeAffinity() == null) {
            return selected;
        }
        NodeSelector required =
                pod.getSpec().getAffinity().getNodeAffinity().getRequiredDuringSchedulingIgnoredDuringExecution();
        return required == null || required.getNodeSelectorTerms().stream().anyMatch(term -> matches(term, node));
    }

    /** An empty term chooses nothing. */
    public static boolean matches(NodeSelectorTerm term, NodeInfo node) {
        boolean empty =
                term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty();
        return !empty
                && term.getMatchExpressions().stream()
                        .allMatch(requirement -> LabelSelectors.matches(
                                requirement.getOperator(),
                                node.labels().get(requirement.getKey()),
                                requirement.getValues()))
                && term.getMatchFields().stream().allMatch(requirement -> matchesField(requirement, node));
    }

    private static boolean matchesField(NodeSelectorRequirement requirement, NodeInfo node) {
        return "metadata.name".equals(requirement.getKey())
                && LabelSelectors.matches(requirement.getOperator(), node.name(), requirement.getValues());
    }
}
