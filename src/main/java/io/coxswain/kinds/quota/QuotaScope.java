package io.coxswain.kinds.quota;

import io.coxswain.meta.ObjectView;
import java.util.ArrayList;
import java.util.List;

/**
 * One scope of a quota, from {@code spec.scopes} or {@code spec.scopeSelector}.
 *
 * @param operator In, NotIn, Exists or DoesNotExist
 */
public record QuotaScope(String name, String operator, List<String> values) {
    public QuotaScope {
        values = List.copyOf(values);
    }

    /** All scopes of a quota; an object must fall under each. */
    public static List<QuotaScope> of(ObjectView quota) {
        List<QuotaScope> scopes = new ArrayList<>();
        quota.strings("spec", "scopes").forEach(name -> scopes.add(new QuotaScope(name, "Exists", List.of())));
        for (ObjectView expression : quota.items("spec", "scopeSelector", "matchExpressions")) {
            scopes.add(new QuotaScope(
                    expression.text("scopeName"), expression.text("operator"), expression.strings("values")));
        }
        return scopes;
    }

    /** Whether a value, {@code ""} for none, satisfies the operator. */
    boolean accepts(String value) {
        return switch (operator) {
            case "Exists" -> !value.isEmpty();
            case "DoesNotExist" -> value.isEmpty();
            case "In" -> values.contains(value);
            case "NotIn" -> !values.contains(value);
            default -> false;
        };
    }
}
