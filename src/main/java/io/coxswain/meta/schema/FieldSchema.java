package io.coxswain.meta.schema;

import jakarta.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field of an object type.
 *
 * @param name the JSON name
 * @param required whether OpenAPI lists it as required
 * @param nullable whether absent and zero differ (a pointer in Go): a zero value is then kept
 * @param omitZero whether a zero value is left out when the object is written (Go's {@code omitempty}/{@code omitzero})
 * @param enumValues the values allowed, for a list those of its items; empty if any is
 * @param defaultValue the default that the source states, if any
 * @param patch how strategic merge patch treats the field
 */
public record FieldSchema(
        String name,
        TypeSchema type,
        boolean required,
        boolean nullable,
        boolean omitZero,
        List<String> enumValues,
        @Nullable JsonValue defaultValue,
        Patch patch) {

    public FieldSchema {
        enumValues = List.copyOf(enumValues);
    }

    /** A plain optional field, as custom resources have them. */
    public static FieldSchema optional(String name, TypeSchema type) {
        return new FieldSchema(name, type, false, true, true, List.of(), null, Patch.NONE);
    }

    /**
     * The patch strategies of a field.
     *
     * @param merge lists are merged, not replaced
     * @param retainKeys the patch names all keys that may stay
     * @param mergeKey the key that tells a merged list's items apart; {@code ""} for lists of scalars
     */
    public record Patch(boolean merge, boolean retainKeys, String mergeKey) {
        public static final Patch NONE = new Patch(false, false, "");
    }
}
