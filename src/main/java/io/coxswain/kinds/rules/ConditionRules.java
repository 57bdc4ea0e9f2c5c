package io.coxswain.kinds.rules;

import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks {@code conditions} of the common type {@code metav1.Condition}. */
public final class ConditionRules {
    private static final Pattern REASON = Pattern.compile("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?");
    private static final String REASON_RULE =
            "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric"
                    + " characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or"
                    + " 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation"
                    + " is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')";
    private static final int MAX_REASON = 1024;
    private static final int MAX_MESSAGE = 32 * 1024;

    private ConditionRules() {}

    public static void check(Check check, ObjectView status, FieldPath path) {
        Set<String> types = new HashSet<>();
        check.each(status, path, "conditions", (condition, at) -> {
            String type = condition.text("type");
            if (!types.add(type)) {
                check.duplicate(at.child("type"), type);
            }
            check.qualifiedName(at.child("type"), type);
            check.oneOf(condition, at, "status", List.of("False", "True", "Unknown"));
            check.nonNegative(condition, at, "observedGeneration");
            if (condition.text("lastTransitionTime").isEmpty()) {
                check.required(at.child("lastTransitionTime"), "must be set");
            }
            reason(check, condition.text("reason"), at.child("reason"));
            if (condition.text("message").length() > MAX_MESSAGE) {
                check.add(FieldError.tooLong(at.child("message"), MAX_MESSAGE));
            }
        });
    }

    private static void reason(Check check, String reason, FieldPath path) {
        if (reason.isEmpty()) {
            check.required(path, "must be set");
        } else if (reason.length() > MAX_REASON) {
            check.add(FieldError.tooLong(path, MAX_REASON));
        } else if (!REASON.matcher(reason).matches()) {
            check.invalid(path, reason, REASON_RULE);
        }
    }
}
