package io.coxswain.meta.validation;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupVersionKind;
import java.util.List;

/** What happens to unknown and duplicate fields: the {@code fieldValidation} query parameter. */
public enum FieldValidation {
    /** They are dropped in silence. */
    IGNORE,
    /** They are dropped and each becomes a warning. */
    WARN,
    /** They make the request a 400. */
    STRICT;

    /**
     * Reads the query parameter; an empty one means {@link #WARN}, as upstream.
     *
     * @param options the kind to name in the error: {@code CreateOptions}, {@code UpdateOptions} or {@code PatchOptions}
     * @throws ApiException 422 if it is none of the three
     */
    public static FieldValidation parse(String parameter, String options) {
        return switch (parameter) {
            case "Ignore" -> IGNORE;
            case "", "Warn" -> WARN;
            case "Strict" -> STRICT;
            default ->
                throw ApiException.invalid(
                        new GroupVersionKind("meta.k8s.io", "v1", options),
                        "",
                        List.of(FieldError.notSupported(
                                FieldPath.of("fieldValidation"), parameter, List.of("Ignore", "Strict", "Warn"))));
        };
    }
}
