package io.coxswain.scheduler.framework;

import io.coxswain.placement.NodeSelectors;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Label selectors in object form. */
public final class LabelSelectors {
    private LabelSelectors() {}

    /** No selector matches nothing, an empty one everything. */
    public static boolean matches(@Nullable LabelSelector selector, Map<String, String> labels) {
        if (selector == null) {
            return false;
        }
        // Plain loops: cycles ask this of every pod.
        Map<String, String> wanted = selector.getMatchLabels();
        if (wanted != null) {
            for (Map.Entry<String, String> entry : wanted.entrySet()) {
                if (!entry.getValue().equals(labels.get(entry.getKey()))) {
                    return false;
                }
            }
        }
        for (LabelSelectorRequirement requirement : selector.getMatchExpressions()) {
            if (!matches(requirement, labels)) {
                return false;
            }
        }
        return true;
    }

    /** Whether it says nothing and so matches everything. */
    public static boolean isEmpty(LabelSelector selector) {
        return (selector.getMatchLabels() == null || selector.getMatchLabels().isEmpty())
                && selector.getMatchExpressions().isEmpty();
    }

    private static boolean matches(LabelSelectorRequirement requirement, Map<String, String> labels) {
        return NodeSelectors.matches(
                requirement.getOperator(), labels.get(requirement.getKey()), requirement.getValues());
    }
}
