package io.coxswain.console.apply;

import io.coxswain.codec.CodecException;
import io.coxswain.codec.JsonCodec;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.schema.FieldSchema;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The patch of {@code kubectl apply}: everything that the manifest says is set, everything that the manifest said when it was
 * applied last and says no more is removed, and what others have set meanwhile stays. A strategic merge patch for kinds
 * whose schema is known, a merge patch for others. Immutable.
 */
final class ApplyPatch {
    /** Where kubectl keeps what was applied last. */
    static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final SchemaCatalog catalog;

    ApplyPatch(SchemaCatalog catalog) {
        this.catalog = catalog;
    }

    /** Whether the patch of such an object is strategic. */
    boolean isStrategic(JsonObject object) {
        return schema(object).isPresent();
    }

    /** @param original what was applied last, empty if that is unknown */
    JsonObject between(JsonObject original, JsonObject modified) {
        return merge(original, modified, schema(modified).orElse(null));
    }

    private Optional<TypeSchema> schema(JsonObject object) {
        return catalog.byKind(new ObjectView(object).gvk());
    }

    private JsonObject merge(JsonObject original, JsonObject modified, @Nullable TypeSchema type) {
        JsonObjectBuilder patch = JsonTrees.object();
        for (Map.Entry<String, JsonValue> field : modified.entrySet()) {
            set(patch, field.getKey(), original.get(field.getKey()), field.getValue(), field(type, field.getKey()));
        }
        for (String name : original.keySet()) {
            if (!modified.containsKey(name)) {
                patch.add(name, JsonValue.NULL);
            }
        }
        return patch.build();
    }

    private void set(
            JsonObjectBuilder patch,
            String name,
            @Nullable JsonValue before,
            JsonValue now,
            @Nullable FieldSchema field) {
        if (now instanceof JsonObject object) {
            JsonObject old = before instanceof JsonObject known ? known : JsonValue.EMPTY_JSON_OBJECT;
            JsonObject merged = merge(old, object, field == null ? null : field.type());
            patch.add(name, field != null && field.patch().retainKeys() ? retaining(merged, object) : merged);
        } else if (now instanceof JsonArray array
                && field != null
                && field.patch().merge()) {
            JsonArray old = before instanceof JsonArray known ? known : JsonValue.EMPTY_JSON_ARRAY;
            if (field.patch().mergeKey().isEmpty()) {
                scalars(patch, name, old, array);
            } else {
                patch.add(name, items(old, array, field));
            }
        } else {
            patch.add(name, now);
        }
    }

    private static @Nullable FieldSchema field(@Nullable TypeSchema type, String name) {
        return type == null ? null : type.field(name);
    }

    private static void scalars(JsonObjectBuilder patch, String name, JsonArray old, JsonArray now) {
        JsonArrayBuilder gone = JsonTrees.array();
        old.stream().filter(item -> !now.contains(item)).forEach(gone::add);
        JsonArray removed = gone.build();
        if (!removed.isEmpty()) {
            patch.add("$deleteFromPrimitiveList/" + name, removed);
        }
        patch.add(name, now);
    }

    private JsonArray items(JsonArray old, JsonArray now, FieldSchema field) {
        String key = field.patch().mergeKey();
        JsonArrayBuilder items = JsonTrees.array();
        for (JsonValue item : now) {
            if (item instanceof JsonObject object) {
                JsonObject merged = merge(
                        withKey(old, key, object.get(key)).orElse(JsonValue.EMPTY_JSON_OBJECT),
                        object,
                        field.type().element());
                items.add(field.patch().retainKeys() ? retaining(merged, object) : merged);
            } else {
                items.add(item); // the server says what is wrong with it
            }
        }
        for (JsonValue item : old) {
            JsonValue value = item instanceof JsonObject object ? object.get(key) : null;
            if (value != null && withKey(now, key, value).isEmpty()) {
                items.add(JsonTrees.object().add("$patch", "delete").add(key, value));
            }
        }
        return items.build();
    }

    private static Optional<JsonObject> withKey(JsonArray items, String key, @Nullable JsonValue value) {
        return items.stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonValue::asJsonObject)
                .filter(item -> value != null && value.equals(item.get(key)))
                .findFirst();
    }

    private static JsonObject retaining(JsonObject patch, JsonObject modified) {
        return JsonTrees.with(patch, "$retainKeys", JsonTrees.texts(modified.keySet()));
    }

    /** What was applied last according to an object's annotation; empty if nothing readable is there. */
    static JsonObject lastApplied(ObjectView live) {
        String text = live.annotations().getOrDefault(LAST_APPLIED, "");
        if (text.isEmpty()) {
            return JsonValue.EMPTY_JSON_OBJECT;
        }
        try {
            return JsonCodec.parseObject(text.getBytes(StandardCharsets.UTF_8));
        } catch (CodecException unreadable) {
            return JsonValue.EMPTY_JSON_OBJECT;
        }
    }

    /** The object with itself in the annotation, so that the next apply, ours or kubectl's, knows what it said. */
    static JsonObject remember(JsonObject object) {
        JsonObject plain = JsonTrees.remove(object, "metadata", "annotations", LAST_APPLIED);
        if (new ObjectView(plain).object("metadata", "annotations").isEmpty()) {
            plain = JsonTrees.remove(plain, "metadata", "annotations");
        }
        JsonString text = JsonTrees.text(plain + "\n");
        return JsonTrees.set(plain, text, "metadata", "annotations", LAST_APPLIED);
    }
}
