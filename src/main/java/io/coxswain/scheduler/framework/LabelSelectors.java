package io.coxswain.scheduler.framework;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Label selectors and the operators that node selectors share with them. */
public final class LabelSelectors {
    private LabelSelectors() {}

    /** No selector matches nothing, an empty one everything. */
    public static boolean matches(@Nullable LabelSelector selector, Map<String, String> labels) {
        if (selector == null) {
            return false;
        }
        Map<String, String> wanted = selector.getMatchLabels();
        boolean equal = wanted == null
                || wanted.entrySet().stream().allMatch(entry -> entry.getValue().equals(labels.get(entry.getKey())));
        return equal && selector.getMatchExpressions().stream().allMatch(requirement -> matches(requirement, labels));
    }

    private static boolean matches(LabelSelectorRequirement requirement, Map<String, String> labels) {
        return matches(requirement.getOperator(), labels.get(requirement.getKey()), requirement.getValues());
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
