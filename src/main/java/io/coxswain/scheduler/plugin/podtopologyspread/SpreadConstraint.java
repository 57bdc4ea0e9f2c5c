package io.coxswain.scheduler.plugin.podtopologyspread;

import io.coxswain.scheduler.framework.PodInfo;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A constraint ready for use.
 *
 * @param hard {@code DoNotSchedule}
 * @param honorAffinity only nodes that the pod's node affinity chooses are counted
 * @param honorTaints only nodes whose taints the pod tolerates are counted
 */
record SpreadConstraint(
        String topologyKey,
        int maxSkew,
        int minDomains,
        LabelSelector selector,
        boolean hard,
        boolean honorAffinity,
        boolean honorTaints) {

    static List<SpreadConstraint> of(PodInfo pod, boolean hard) {
        return pod.pod().getSpec().getTopologySpreadConstraints().stream()
                .filter(constraint -> "DoNotSchedule".equals(constraint.getWhenUnsatisfiable()) == hard)
                .map(constraint -> of(pod, constraint, hard))
                .toList();
    }

    private static SpreadConstraint of(PodInfo pod, TopologySpreadConstraint constraint, boolean hard) {
        return new SpreadConstraint(
                constraint.getTopologyKey(),
                constraint.getMaxSkew() == null ? 1 : constraint.getMaxSkew(),
                constraint.getMinDomains() == null ? 1 : constraint.getMinDomains(),
                withLabelKeys(constraint, pod.labels()),
                hard,
                !"Ignore".equals(constraint.getNodeAffinityPolicy()),
                "Honor".equals(constraint.getNodeTaintsPolicy()));
    }

    private static LabelSelector withLabelKeys(TopologySpreadConstraint constraint, Map<String, String> labels) {
        LabelSelector selector = constraint.getLabelSelector();
        if (selector == null || constraint.getMatchLabelKeys().isEmpty()) {
            return selector == null ? nothing() : selector;
        }
        Map<String, String> own = new TreeMap<>();
        constraint.getMatchLabelKeys().stream()
                .filter(labels::containsKey)
                .forEach(key -> own.put(key, String.valueOf(labels.get(key))));
        return new LabelSelectorBuilder(selector).addToMatchLabels(own).build();
    }

    /** What an absent selector means: no pod at all. */
    private static LabelSelector nothing() {
        return new LabelSelectorBuilder()
                .addToMatchExpressions(new LabelSelectorRequirement("", "In", List.of()))
                .build();
    }

    boolean selects(PodInfo pod, String namespace) {
        return !pod.isBeingDeleted() && pod.matches(namespace, selector);
    }
}
