package io.coxswain.placement;

import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a node is one that a pod's selector and required node affinity choose. */
public final class NodeSelectors {
    private NodeSelectors() {}

    /**
     * @param node the node's name
     * @param labels the node's
     */
    public static boolean matches(PodSpec pod, String node, Map<String, String> labels) {
        Map<String, String> wanted = pod.getNodeSelector();
        boolean selected = wanted == null
                || wanted.entrySet().stream().allMatch(entry -> entry.getValue().equals(labels.get(entry.getKey())));
        if (!selected || pod.getAffinity() == null || pod.getAffinity().getNodeAffinity() == null) {
            return selected;
        }
        NodeSelector required = pod.getAffinity().getNodeAffinity().getRequiredDuringSchedulingIgnoredDuringExecution();
        return required == null
                || required.getNodeSelectorTerms().stream().anyMatch(term -> matches(term, node, labels));
    }

    /** An empty term chooses nothing. */
    public static boolean matches(NodeSelectorTerm term, String node, Map<String, String> labels) {
        boolean empty =
                term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty();
        return !empty
                && term.getMatchExpressions().stream()
                        .allMatch(requirement -> matches(
                                requirement.getOperator(), labels.get(requirement.getKey()), requirement.getValues()))
                && term.getMatchFields().stream().allMatch(requirement -> matchesField(requirement, node));
    }

    private static boolean matchesField(NodeSelectorRequirement requirement, String node) {
        return "metadata.name".equals(requirement.getKey())
                && matches(requirement.getOperator(), node, requirement.getValues());
    }

    /** One requirement on one value; {@code Gt} and {@code Lt} compare whole numbers. */
    public static boolean matches(String operator, @Nullable String value, List<String> values) {
        return switch (operator) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> value != null && compare(value, values) > 0;
            case "Lt" -> value != null && compare(value, values) < 0;
            default -> false;
        };
    }

    private static int compare(String value, List<String> values) {
        try {
            return values.size() == 1 ? Long.compare(Long.parseLong(value), Long.parseLong(values.get(0))) : 0;
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }
}
