package io.coxswain.kinds.rules;

import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import java.util.regex.Pattern;

/** Amounts that are given as a number or as a percentage, such as {@code maxSurge}. */
public final class IntOrPercent {
    private static final Pattern PERCENT = Pattern.compile("[0-9]{1,9}%");
    private static final String RULE =
            "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%',"
                    + " regex used for validation is '[0-9]+%')";

    private IntOrPercent() {}

    /** Checks a field; the number with or without a percent sign, 0 if it is absent, -1 if it is neither, which is reported. */
    public static long check(Check check, ObjectView object, FieldPath path, String field) {
        if (object.at(field).isEmpty()) {
            return 0;
        }
        String text = object.text(field);
        if (text.isEmpty() && object.number(field).isPresent()) {
            check.nonNegative(object, path, field);
            return object.number(field).get();
        }
        if (!PERCENT.matcher(text).matches()) {
            check.invalid(path.child(field), text, RULE);
            return -1;
        }
        return Long.parseLong(text.substring(0, text.length() - 1));
    }

    /** Refuses more than 100 %. */
    public static void atMostAll(Check check, ObjectView object, FieldPath path, String field) {
        String text = object.text(field);
        if (PERCENT.matcher(text).matches() && Long.parseLong(text.substring(0, text.length() - 1)) > 100) {
            check.invalid(path.child(field), text, "must not be greater than 100%");
        }
    }
}
