package io.coxswain.meta.patch;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.schema.FieldSchema;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.schema.TypeSchema.Form;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The patch of a client-side apply: from what was applied last, what is to be applied and what the server has, it makes
 * a patch that sets what is wanted and removes what was wanted before and is no more. What others have set stays.
 */
public final class ThreeWayPatch {
    private ThreeWayPatch() {}

    /**
     * Makes a strategic merge patch.
     *
     * @param original what was applied last; the empty object if nothing was
     * @param modified what is to be applied
     * @param current the object as the server has it
     * @return the patch; empty if there is nothing to do
     */
    public static JsonObject strategic(JsonObject original, JsonObject modified, JsonObject current, TypeSchema type) {
        return objects(original, modified, current, type);
    }

    /** Makes a JSON merge patch, for kinds that take no strategic one: lists are replaced as a whole. */
    public static JsonObject merge(JsonObject original, JsonObject modified, JsonObject current) {
        return objects(original, modified, current, StrategicMergePatch.UNKNOWN);
    }

    private static JsonObject objects(JsonObject original, JsonObject modified, JsonObject current, TypeSchema type) {
        Map<String, JsonValue> patch = new LinkedHashMap<>();
        modified.forEach((key, wanted) -> {
            JsonValue is = current.get(key);
            FieldSchema field = StrategicMergePatch.lookup(type, key);
            if (wanted instanceof JsonObject after && is instanceof JsonObject before) {
                JsonObject inner = objects(objectOf(original.get(key)), after, before, field.type());
                if (!inner.isEmpty()) {
                    patch.put(key, field.patch().retainKeys() ? withRetainedKeys(inner, after) : inner);
                }
            } else if (wanted instanceof JsonArray after
                    && is instanceof JsonArray before
                    && field.patch().merge()) {
                lists(patch, key, arrayOf(original.get(key)), after, before, field);
            } else if (!wanted.equals(is)) {
                patch.put(key, wanted);
            }
        });
        original.forEach((key, was) -> {
            if (!modified.containsKey(key) && current.containsKey(key)) {
                patch.put(key, JsonValue.NULL);
            }
        });
        return JsonTrees.of(patch);
    }

    private static JsonObject withRetainedKeys(JsonObject patch, JsonObject wanted) {
        return JsonTrees.with(patch, StrategicMergePatch.RETAIN_KEYS, JsonTrees.texts(new TreeSet<>(wanted.keySet())));
    }

    private static void lists(
            Map<String, JsonValue> patch,
            String key,
            JsonArray original,
            JsonArray modified,
            JsonArray current,
            FieldSchema field) {
        String mergeKey = field.patch().mergeKey();
        if (mergeKey.isEmpty()) {
            scalars(patch, key, original, modified, current);
            return;
        }
        Map<JsonValue, JsonObject> before = byKey(original, mergeKey);
        Map<JsonValue, JsonObject> wanted = byKey(modified, mergeKey);
        Map<JsonValue, JsonObject> present = byKey(current, mergeKey);
        TypeSchema item = field.type().form() == Form.ARRAY ? field.type().element() : StrategicMergePatch.UNKNOWN;
        List<JsonValue> changes = new ArrayList<>();
        wanted.forEach((id, after) -> {
            JsonObject is = present.get(id);
            if (is == null) {
                changes.add(after);
                return;
            }
            JsonObject inner = objects(before.getOrDefault(id, JsonValue.EMPTY_JSON_OBJECT), after, is, item);
            if (!inner.isEmpty()) {
                JsonObject change = JsonTrees.with(inner, mergeKey, id);
                changes.add(field.patch().retainKeys() ? withRetainedKeys(change, after) : change);
            }
        });
        before.keySet().forEach(id -> {
            if (!wanted.containsKey(id) && present.containsKey(id)) {
                changes.add(JsonTrees.object()
                        .add(StrategicMergePatch.PATCH, "delete")
                        .add(mergeKey, id)
                        .build());
            }
        });
        if (!changes.isEmpty()) {
            patch.put(key, JsonTrees.array(changes));
        }
        if (!changes.isEmpty() || !inOrder(wanted.keySet(), present.keySet())) {
            List<JsonValue> order = new ArrayList<>();
            wanted.keySet()
                    .forEach(
                            id -> order.add(JsonTrees.object().add(mergeKey, id).build()));
            patch.put(StrategicMergePatch.ELEMENT_ORDER + key, JsonTrees.array(order));
        }
    }

    private static void scalars(
            Map<String, JsonValue> patch, String key, JsonArray original, JsonArray modified, JsonArray current) {
        List<JsonValue> added =
                modified.stream().filter(item -> !current.contains(item)).toList();
        List<JsonValue> gone = original.stream()
                .filter(item -> !modified.contains(item) && current.contains(item))
                .toList();
        if (!gone.isEmpty()) {
            patch.put(StrategicMergePatch.DELETE_FROM_LIST + key, JsonTrees.array(gone));
        }
        if (!added.isEmpty()) {
            patch.put(key, JsonTrees.array(added));
        }
        boolean ordered = inOrder(new LinkedHashSet<>(modified), new LinkedHashSet<>(current));
        if (!added.isEmpty() || !gone.isEmpty() || !ordered) {
            patch.put(StrategicMergePatch.ELEMENT_ORDER + key, modified);
        }
    }

    /** Whether the wanted items stand among the present ones in the wanted order. */
    private static boolean inOrder(Set<JsonValue> wanted, Set<JsonValue> present) {
        List<JsonValue> common = present.stream().filter(wanted::contains).toList();
        return common.equals(wanted.stream().filter(present::contains).toList());
    }

    private static Map<JsonValue, JsonObject> byKey(JsonArray list, String mergeKey) {
        Map<JsonValue, JsonObject> items = new LinkedHashMap<>();
        for (JsonValue item : list) {
            if (item instanceof JsonObject object && object.containsKey(mergeKey)) {
                items.put(StrategicMergePatch.idOf(object, mergeKey), object);
            }
        }
        return items;
    }

    private static JsonObject objectOf(@Nullable JsonValue value) {
        return value instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
    }

    private static JsonArray arrayOf(@Nullable JsonValue value) {
        return value instanceof JsonArray array ? array : JsonValue.EMPTY_JSON_ARRAY;
    }
}
