package io.coxswain.meta;

import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes one immutable object into another; for a single change {@link JsonTrees} is shorter. Nothing is copied until something really changes: {@link #build()} then
 * answers the very object the editor started from, so callers may compare with {@code ==}. A field that is JSON
 * {@code null} counts as absent. Not thread-safe; made for one use.
 */
public final class TreeEditor {
    private final JsonObject base;
    private @Nullable Map<String, JsonValue> changed;

    private TreeEditor(JsonObject base) {
        this.base = base;
    }

    public static TreeEditor of(JsonObject base) {
        return new TreeEditor(base);
    }

    /** Starts from the empty object. */
    public static TreeEditor create() {
        return new TreeEditor(JsonValue.EMPTY_JSON_OBJECT);
    }

    /** Applies an edit to an object and answers the result. */
    public static JsonObject edit(JsonObject base, Consumer<TreeEditor> edit) {
        TreeEditor editor = new TreeEditor(base);
        edit.accept(editor);
        return editor.build();
    }

    /** The field's present value; empty if it is absent or {@code null}. */
    public Optional<JsonValue> get(String key) {
        JsonValue value = changed == null ? base.get(key) : changed.get(key);
        return value == null || value == JsonValue.NULL ? Optional.empty() : Optional.of(value);
    }

    public boolean has(String key) {
        return get(key).isPresent();
    }

    /** The string in a field, {@code ""} if there is none. */
    public String text(String key) {
        return get(key).orElse(null) instanceof JsonString string ? string.getString() : "";
    }

    public JsonObject object(String key) {
        return get(key).orElse(null) instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
    }

    public JsonArray array(String key) {
        return get(key).orElse(null) instanceof JsonArray array ? array : JsonValue.EMPTY_JSON_ARRAY;
    }

    public TreeEditor set(String key, JsonValue value) {
        JsonValue now = changed == null ? base.get(key) : changed.get(key);
        if (now != value && !value.equals(now)) {
            change().put(key, value);
        }
        return this;
    }

    public TreeEditor set(String key, String text) {
        return set(key, JsonTrees.text(text));
    }

    public TreeEditor set(String key, long number) {
        return set(key, JsonTrees.number(number));
    }

    public TreeEditor set(String key, boolean flag) {
        return set(key, JsonTrees.flag(flag));
    }

    /** Sets the field only if it is absent. */
    public TreeEditor setDefault(String key, JsonValue value) {
        return has(key) ? this : set(key, value);
    }

    /** Sets the field only if it is absent or the empty string: what Go's omitted strings mean. */
    public TreeEditor setDefault(String key, String text) {
        JsonValue now = get(key).orElse(null);
        boolean empty = now == null
                || (now instanceof JsonString string && string.getString().isEmpty());
        return empty ? set(key, JsonTrees.text(text)) : this;
    }

    public TreeEditor setDefault(String key, long number) {
        return has(key) ? this : set(key, JsonTrees.number(number));
    }

    public TreeEditor setDefault(String key, boolean flag) {
        return has(key) ? this : set(key, JsonTrees.flag(flag));
    }

    public TreeEditor remove(String key) {
        if (changed == null ? base.containsKey(key) : changed.containsKey(key)) {
            change().remove(key);
        }
        return this;
    }

    /** Edits the object in a field; does nothing if there is none. */
    public TreeEditor editField(String key, Consumer<TreeEditor> edit) {
        if (get(key).orElse(null) instanceof JsonObject object) {
            set(key, edit(object, edit));
        }
        return this;
    }

    /** Edits the object in a field, which is made if it is absent; a field of another type is left alone. */
    public TreeEditor editOrCreate(String key, Consumer<TreeEditor> edit) {
        return setDefault(key, JsonValue.EMPTY_JSON_OBJECT).editField(key, edit);
    }

    /** Edits each object in the array in a field. */
    public TreeEditor editItems(String key, Consumer<TreeEditor> edit) {
        return mapItems(key, item -> edit(item, edit));
    }

    /** Replaces each object in the array in a field. */
    public TreeEditor mapItems(String key, UnaryOperator<JsonObject> change) {
        if (!(get(key).orElse(null) instanceof JsonArray array)) {
            return this;
        }
        JsonArrayBuilder builder = null;
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i) instanceof JsonObject item) {
                JsonObject result = change.apply(item);
                if (result != item) {
                    builder = builder == null ? copy(array) : builder;
                    builder.set(i, result);
                }
            }
        }
        return builder == null ? this : set(key, builder.build());
    }

    /** Adds a value at the end of the array in a field, which is made if it is absent. */
    public TreeEditor append(String key, JsonValue value) {
        return set(key, copy(array(key)).add(value).build());
    }

    public JsonObject build() {
        if (changed == null) {
            return base;
        }
        return JsonTrees.of(changed);
    }

    private static JsonArrayBuilder copy(JsonArray array) {
        JsonArrayBuilder builder = JsonTrees.array();
        array.forEach(builder::add);
        return builder;
    }

    private Map<String, JsonValue> change() {
        Map<String, JsonValue> map = changed;
        if (map == null) {
            map = new LinkedHashMap<>(base);
            changed = map;
        }
        return map;
    }
}
