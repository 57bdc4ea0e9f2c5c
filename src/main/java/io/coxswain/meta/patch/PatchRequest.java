package io.coxswain.meta.patch;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.validation.FieldValidation;
import io.coxswain.meta.validation.TypeMismatchException;
import io.coxswain.meta.validation.TypedDecoding;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A decoded patch, ready to be applied as often as optimistic locking asks for.
 *
 * @param duplicates the paths of fields that the patch's body holds twice
 */
public record PatchRequest(PatchType type, JsonValue patch, Set<String> duplicates) {
    public PatchRequest {
        duplicates = Set.copyOf(duplicates);
    }

    /**
     * Applies the patch and reads the outcome as the object's type.
     *
     * @return the new object and, with {@link FieldValidation#WARN}, the warnings
     * @throws ApiException 400, 413 or 422 with upstream's message
     */
    public TypedDecoding.Result apply(JsonObject current, TypeSchema schema, FieldValidation validation) {
        JsonObject patched = switch (type) {
            case JSON -> JsonPatch.apply(current, patch);
            case MERGE -> MergePatch.apply(current, object());
            case STRATEGIC_MERGE -> StrategicMergePatch.apply(current, object(), schema);
            case APPLY -> throw new IllegalArgumentException("server-side apply is no plain patch");
        };
        List<String> strict = new ArrayList<>();
        if (validation != FieldValidation.IGNORE) {
            String prefix = type == PatchType.JSON ? "json patch " : "";
            new TreeSet<>(duplicates)
                    .forEach(path -> strict.add(prefix + "duplicate field " + io.coxswain.meta.JsonTrees.text(path)));
        }
        try {
            TypedDecoding.Result result = TypedDecoding.decode(patched, schema);
            if (validation == FieldValidation.IGNORE) {
                return new TypedDecoding.Result(result.object(), List.of());
            }
            strict.addAll(result.strictErrors());
            if (validation == FieldValidation.STRICT && !strict.isEmpty()) {
                throw invalid(patched, "strict decoding error: " + String.join(", ", strict));
            }
            return new TypedDecoding.Result(result.object(), strict);
        } catch (TypeMismatchException e) {
            throw invalid(patched, type == PatchType.STRATEGIC_MERGE ? e.conversion() : e.getMessage());
        }
    }

    private JsonObject object() {
        if (patch instanceof JsonObject object) {
            return object;
        }
        throw ApiException.badRequest("error decoding patch: json: cannot unmarshal "
                + (patch instanceof JsonArray ? "array" : "value") + " into Go value of type map[string]interface {}");
    }

    /** Upstream names no kind here, and shows the patched object, or the patch as Go prints maps. */
    private ApiException invalid(JsonObject patched, String detail) {
        String shown = type == PatchType.STRATEGIC_MERGE ? asGo(patch) : patched.toString();
        return ApiException.invalid(
                new GroupVersionKind("", "", ""),
                "",
                List.of(FieldError.invalid(FieldPath.of("patch"), shown, detail)));
    }

    private static String asGo(JsonValue value) {
        if (value instanceof JsonObject object) {
            List<String> members = new ArrayList<>();
            new TreeMap<>(object).forEach((key, member) -> members.add(key + ":" + asGo(member)));
            return "map[" + String.join(" ", members) + "]";
        }
        if (value instanceof JsonArray array) {
            return "[" + String.join(" ", array.stream().map(PatchRequest::asGo).toList()) + "]";
        }
        if (value instanceof JsonString string) {
            return string.getString();
        }
        return value.getValueType() == JsonValue.ValueType.NULL ? "<nil>" : value.toString();
    }
}
