package io.coxswain.kinds.core;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What ConfigMaps and Secrets have in common: a bound on their size, and the switch that freezes them. */
final class DataRules {
    /** The most bytes that all values together may have. */
    static final int MAX_SIZE = 1024 * 1024;

    private static final String FROZEN = "field is immutable when `immutable` is set";

    private DataRules() {}

    static long utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The number of bytes that a base64 text stands for. */
    static long decodedLength(String base64) {
        int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return base64.length() / 4 * 3L - padding;
    }

    static List<FieldError> immutable(ObjectView now, ObjectView old, String... fields) {
        Check check = new Check();
        if (old.flag("immutable").orElse(false)) {
            if (!now.flag("immutable").orElse(false)) {
                check.forbidden(FieldPath.of("immutable"), FROZEN);
            }
            for (String field : fields) {
                if (!now.object(field).equals(old.object(field))) {
                    check.forbidden(FieldPath.of(field), FROZEN);
                }
            }
        }
        return check.errors();
    }
}
