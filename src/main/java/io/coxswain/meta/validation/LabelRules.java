package io.coxswain.meta.validation;

import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;

/** Rules for label keys (which are qualified names), label values and label selectors, worded as upstream words them. */
public final class LabelRules {
    private LabelRules() {}

    /** What keeps a text from being a qualified name ({@code name} or {@code prefix/name}); empty if nothing. */
    public static List<String> qualifiedName(String text) {
        return Names.qualifiedName(text);
    }

    /** What keeps a text from being a label's value; empty if nothing. */
    public static List<String> labelValue(String text) {
        return Names.labelValue(text);
    }

    /** Checks a map of labels; every fault is reported at the map itself, as upstream does. */
    public static void checkLabels(Map<String, String> labels, FieldPath path, List<FieldError> errors) {
        labels.forEach((key, value) -> {
            checkKey(key, path, errors);
            labelValue(value).forEach(fault -> errors.add(FieldError.invalid(path, value, fault)));
        });
    }

    public static void checkKey(String key, FieldPath path, List<FieldError> errors) {
        qualifiedName(key).forEach(fault -> errors.add(FieldError.invalid(path, key, fault)));
    }

    /** Checks a {@code metav1.LabelSelector}. */
    public static void checkSelector(ObjectView selector, FieldPath path, List<FieldError> errors) {
        checkLabels(selector.texts("matchLabels"), path.child("matchLabels"), errors);
        int i = 0;
        for (ObjectView requirement : selector.items("matchExpressions")) {
            checkRequirement(requirement, path.child("matchExpressions").index(i++), false, errors);
        }
    }

    /**
     * Checks one requirement of a label selector or node selector.
     *
     * @param withOrder whether {@code Gt} and {@code Lt} are operators, as in node selectors
     */
    public static void checkRequirement(
            ObjectView requirement, FieldPath path, boolean withOrder, List<FieldError> errors) {
        int values = requirement.array("values").size();
        FieldPath valuesPath = path.child("values");
        String operator = requirement.text("operator");
        switch (operator) {
            case "In", "NotIn" -> {
                if (values == 0) {
                    errors.add(FieldError.required(valuesPath, "must be specified when `operator` is 'In' or 'NotIn'"));
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (values > 0) {
                    errors.add(FieldError.forbidden(
                            valuesPath, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
                }
            }
            default -> {
                boolean order = withOrder && (operator.equals("Gt") || operator.equals("Lt"));
                if (!order) {
                    errors.add(FieldError.invalid(path.child("operator"), operator, "not a valid selector operator"));
                } else if (values != 1) {
                    errors.add(FieldError.required(
                            valuesPath, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
                }
            }
        }
        checkKey(requirement.text("key"), path.child("key"), errors);
        int i = 0;
        for (JsonValue value : requirement.array("values")) {
            FieldPath at = valuesPath.index(i++);
            if (value instanceof JsonString text) {
                labelValue(text.getString())
                        .forEach(fault -> errors.add(FieldError.invalid(at, text.getString(), fault)));
            }
        }
    }
}
