package io.coxswain.meta.selector;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.validation.Names;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One requirement on one label.
 *
 * @param values sorted, without repetitions; exactly one for the comparisons, none for the existence tests
 */
public record LabelRequirement(String key, Operator operator, List<String> values) {

    /** The operators, with the sign that the query parameter has for them. */
    public enum Operator {
        EQUALS("="),
        /** Means the same as {@link #EQUALS} and is kept for its looks. */
        DOUBLE_EQUALS("=="),
        NOT_EQUALS("!="),
        IN(" in "),
        NOT_IN(" notin "),
        EXISTS(""),
        DOES_NOT_EXIST("!"),
        GREATER_THAN(">"),
        LESS_THAN("<");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }
    }

    public LabelRequirement {
        values = List.copyOf(values);
    }

    /** Makes a requirement whose parts have been checked. @throws ApiException 400 with upstream's message */
    public static LabelRequirement of(String key, Operator operator, List<String> values) {
        List<String> keyErrors = Names.qualifiedName(key);
        if (!keyErrors.isEmpty()) {
            throw bad(FieldError.invalid(FieldPath.of("key"), key, String.join("; ", keyErrors)));
        }
        List<String> sorted = List.copyOf(new TreeSet<>(values));
        FieldPath path = FieldPath.of("values");
        switch (operator) {
            case IN, NOT_IN -> {
                if (sorted.isEmpty()) {
                    throw bad(FieldError.invalid(
                            path, JsonTrees.texts(sorted), "for 'in', 'notin' operators, values set can't be empty"));
                }
            }
            case EQUALS, DOUBLE_EQUALS, NOT_EQUALS -> {
                if (sorted.size() != 1) {
                    throw bad(FieldError.invalid(
                            path, JsonTrees.texts(sorted), "exact-match compatibility requires one single value"));
                }
            }
            case EXISTS, DOES_NOT_EXIST -> {
                if (!sorted.isEmpty()) {
                    throw bad(FieldError.invalid(
                            path, JsonTrees.texts(sorted), "values set must be empty for exists and does not exist"));
                }
            }
            case GREATER_THAN, LESS_THAN -> {
                if (sorted.size() != 1) {
                    throw bad(FieldError.invalid(
                            path, JsonTrees.texts(sorted), "for 'Gt', 'Lt' operators, exactly one value is required"));
                }
                if (number(sorted.get(0)).isEmpty()) {
                    throw bad(FieldError.invalid(
                            path.index(0), sorted.get(0), "for 'Gt', 'Lt' operators, the value must be an integer"));
                }
            }
        }
        for (int i = 0; i < sorted.size(); i++) {
            List<String> errors = Names.labelValue(sorted.get(i));
            if (!errors.isEmpty()) {
                throw bad(FieldError.invalid(path.index(i).key(key), sorted.get(i), String.join("; ", errors)));
            }
        }
        return new LabelRequirement(key, operator, sorted);
    }

    private static ApiException bad(FieldError error) {
        return ApiException.badRequest(error.toString());
    }

    /** Whether a label's value, {@code null} if the label is absent, meets the requirement. */
    public boolean matches(@Nullable String value) {
        return switch (operator) {
            case EQUALS, DOUBLE_EQUALS, IN -> value != null && values.contains(value);
            case NOT_EQUALS, NOT_IN -> value == null || !values.contains(value);
            case EXISTS -> value != null;
            case DOES_NOT_EXIST -> value == null;
            case GREATER_THAN ->
                value != null && number(value).isPresent() && number(value).getAsLong() > Long.parseLong(values.get(0));
            case LESS_THAN ->
                value != null && number(value).isPresent() && number(value).getAsLong() < Long.parseLong(values.get(0));
        };
    }

    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public String toString() {
        return switch (operator) {
            case EXISTS -> key;
            case DOES_NOT_EXIST -> "!" + key;
            case IN, NOT_IN -> key + operator.sign + "(" + String.join(",", values) + ")";
            default -> key + operator.sign + values.get(0);
        };
    }
}
