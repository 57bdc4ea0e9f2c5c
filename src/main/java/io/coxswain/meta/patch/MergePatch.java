package io.coxswain.meta.patch;

import io.coxswain.meta.JsonTrees;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.util.LinkedHashMap;
import java.util.Map;

/** JSON Merge Patch (RFC 7386): objects are merged, {@code null} removes, anything else replaces. */
public final class MergePatch {
    private MergePatch() {}

    public static JsonObject apply(JsonObject original, JsonObject patch) {
        if (patch.isEmpty()) {
            return original;
        }
        Map<String, JsonValue> merged = new LinkedHashMap<>(original);
        patch.forEach((key, value) -> {
            if (value.getValueType() == ValueType.NULL) {
                merged.remove(key);
            } else if (value instanceof JsonObject object) {
                JsonObject inner = merged.get(key) instanceof JsonObject known ? known : JsonValue.EMPTY_JSON_OBJECT;
                merged.put(key, apply(inner, object));
            } else {
                merged.put(key, value);
            }
        });
        return JsonTrees.of(merged);
    }

    /** The merge patch that makes {@code changed} of {@code original}. */
    public static JsonObject diff(JsonObject original, JsonObject changed) {
        Map<String, JsonValue> patch = new LinkedHashMap<>();
        original.forEach((key, was) -> {
            JsonValue is = changed.get(key);
            if (is == null) {
                patch.put(key, JsonValue.NULL);
            } else if (was instanceof JsonObject before && is instanceof JsonObject after) {
                JsonObject inner = diff(before, after);
                if (!inner.isEmpty()) {
                    patch.put(key, inner);
                }
            } else if (!was.equals(is)) {
                patch.put(key, is);
            }
        });
        changed.forEach((key, is) -> {
            if (!original.containsKey(key)) {
                patch.put(key, is);
            }
        });
        return JsonTrees.of(patch);
    }
}
