package io.coxswain.meta.validation;

import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a {@code metav1.LabelSelector} inside an object. */
public final class LabelSelectorValidation {
    private LabelSelectorValidation() {}

    /** @param selector the selector's own object; an empty one is valid */
    public static List<FieldError> validate(ObjectView selector, FieldPath path) {
        List<FieldError> errors = new ArrayList<>(
                ObjectMetaValidation.validateLabels(selector.texts("matchLabels"), path.child("matchLabels")));
        List<ObjectView> expressions = selector.items("matchExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            expression(expressions.get(i), path.child("matchExpressions").index(i), errors);
        }
        return errors;
    }

    private static void expression(ObjectView expression, FieldPath path, List<FieldError> errors) {
        List<String> values = expression.strings("values");
        String operator = expression.text("operator");
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    errors.add(FieldError.required(
                            path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'"));
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    errors.add(FieldError.forbidden(
                            path.child("values"),
                            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
                }
            }
            default ->
                errors.add(FieldError.invalid(path.child("operator"), operator, "not a valid selector operator"));
        }
        String key = expression.text("key");
        Names.qualifiedName(key).forEach(why -> errors.add(FieldError.invalid(path.child("key"), key, why)));
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            FieldPath field = path.child("values").index(i);
            Names.labelValue(value).forEach(why -> errors.add(FieldError.invalid(field, value, why)));
        }
    }
}
