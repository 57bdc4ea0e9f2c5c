package io.coxswain.client;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Label selectors in object form against labels, by upstream's rules: none selects nothing, an empty one everything. */
public final class Selectors {
    private Selectors() {}

    public static boolean matches(@Nullable LabelSelector selector, @Nullable Map<String, String> labels) {
        if (selector == null) {
            return false;
        }
        Map<String, String> given = labels == null ? Map.of() : labels;
        return matches(selector.getMatchLabels(), given)
                && selector.getMatchExpressions().stream().allMatch(requirement -> matches(requirement, given));
    }

    /** Whether all the wanted labels are there with these values. */
    public static boolean matches(@Nullable Map<String, String> wanted, @Nullable Map<String, String> labels) {
        if (wanted == null || wanted.isEmpty()) {
            return true;
        }
        return labels != null
                && wanted.entrySet().stream().allMatch(entry -> entry.getValue().equals(labels.get(entry.getKey())));
    }

    public static boolean isEmpty(LabelSelector selector) {
        return (selector.getMatchLabels() == null || selector.getMatchLabels().isEmpty())
                && selector.getMatchExpressions().isEmpty();
    }

    private static boolean matches(LabelSelectorRequirement requirement, Map<String, String> labels) {
        String value = labels.get(requirement.getKey());
        List<String> values = requirement.getValues();
        return switch (requirement.getOperator()) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }
}
