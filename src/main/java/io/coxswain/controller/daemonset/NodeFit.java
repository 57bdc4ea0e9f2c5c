package io.coxswain.controller.daemonset;

import io.coxswain.client.Selectors;
import io.coxswain.controller.runtime.Nodes;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a DaemonSet's pod belongs on a node: by name, selector, required affinity and taints. Resources do not matter: the
 * pod waits for them.
 *
 * @param starts a pod should be there
 * @param stays a pod that is there may go on
 */
record NodeFit(boolean starts, boolean stays) {
    static NodeFit of(DaemonSet set, Node node) {
        PodSpec spec = set.getSpec().getTemplate().getSpec();
        String name = node.getMetadata().getName();
        boolean named = spec.getNodeName() == null
                || spec.getNodeName().isEmpty()
                || spec.getNodeName().equals(name);
        if (!named
                || !Selectors.matches(spec.getNodeSelector(), node.getMetadata().getLabels())
                || !hasAffinity(spec, node)) {
            return new NodeFit(false, false);
        }
        List<Toleration> tolerations = DaemonPods.tolerations(spec);
        boolean fits = Nodes.taints(node).stream()
                .filter(taint -> List.of("NoSchedule", "NoExecute").contains(taint.getEffect()))
                .allMatch(taint -> isTolerated(taint, tolerations));
        boolean stays = Nodes.taints(node).stream()
                .filter(taint -> "NoExecute".equals(taint.getEffect()))
                .allMatch(taint -> isTolerated(taint, tolerations));
        return new NodeFit(fits, stays);
    }

    private static boolean isTolerated(Taint taint, List<Toleration> tolerations) {
        return tolerations.stream().anyMatch(toleration -> tolerates(toleration, taint));
    }

    private static boolean tolerates(Toleration toleration, Taint taint) {
        boolean effect =
                isEmpty(toleration.getEffect()) || toleration.getEffect().equals(taint.getEffect());
        boolean key = isEmpty(toleration.getKey()) || toleration.getKey().equals(taint.getKey());
        boolean value = "Exists".equals(toleration.getOperator())
                || text(toleration.getValue()).equals(text(taint.getValue()));
        return effect && key && value;
    }

    private static boolean hasAffinity(PodSpec spec, Node node) {
        if (spec.getAffinity() == null || spec.getAffinity().getNodeAffinity() == null) {
            return true;
        }
        NodeSelector required =
                spec.getAffinity().getNodeAffinity().getRequiredDuringSchedulingIgnoredDuringExecution();
        return required == null || required.getNodeSelectorTerms().stream().anyMatch(term -> matches(term, node));
    }

    /** A term without requirements matches nothing. */
    private static boolean matches(NodeSelectorTerm term, Node node) {
        if (term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty()) {
            return false;
        }
        Map<String, String> labels = node.getMetadata().getLabels() == null
                ? Map.of()
                : node.getMetadata().getLabels();
        Map<String, String> fields = Map.of("metadata.name", node.getMetadata().getName());
        return term.getMatchExpressions().stream().allMatch(requirement -> matches(requirement, labels))
                && term.getMatchFields().stream().allMatch(requirement -> matches(requirement, fields));
    }

    private static boolean matches(NodeSelectorRequirement requirement, Map<String, String> values) {
        String value = values.get(requirement.getKey());
        List<String> wanted = requirement.getValues();
        return switch (requirement.getOperator()) {
            case "In" -> value != null && wanted.contains(value);
            case "NotIn" -> value == null || !wanted.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> compares(value, wanted, 1);
            case "Lt" -> compares(value, wanted, -1);
            default -> false;
        };
    }

    private static boolean compares(@Nullable String value, List<String> wanted, int sign) {
        if (value == null || wanted.size() != 1) {
            return false;
        }
        try {
            return Integer.signum(Long.compare(Long.parseLong(value), Long.parseLong(wanted.get(0)))) == sign;
        } catch (NumberFormatException noNumber) {
            return false;
        }
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
