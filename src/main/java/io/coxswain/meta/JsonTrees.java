package io.coxswain.meta;

import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.util.Collection;
import java.util.Map;

/**
 * Makes JSON values, and changed copies of immutable trees. Unlike {@code jakarta.json.Json}, which looks its provider up
 * through the service loader on every call, it holds the provider: use it wherever values are made by the thousand.
 */
public final class JsonTrees {
    private static final JsonProvider PROVIDER = JsonProvider.provider();

    private JsonTrees() {}

    public static JsonObjectBuilder object() {
        return PROVIDER.createObjectBuilder();
    }

    /** A builder that starts with the members of an object. */
    public static JsonObjectBuilder object(JsonObject start) {
        JsonObjectBuilder builder = PROVIDER.createObjectBuilder();
        start.forEach(builder::add);
        return builder;
    }

    public static JsonArrayBuilder array() {
        return PROVIDER.createArrayBuilder();
    }

    public static JsonArray array(Collection<? extends JsonValue> items) {
        JsonArrayBuilder builder = PROVIDER.createArrayBuilder();
        items.forEach(builder::add);
        return builder.build();
    }

    public static JsonArray texts(Collection<String> items) {
        JsonArrayBuilder builder = PROVIDER.createArrayBuilder();
        items.forEach(builder::add);
        return builder.build();
    }

    /** An object of strings, such as labels. */
    public static JsonObject texts(Map<String, String> map) {
        JsonObjectBuilder builder = PROVIDER.createObjectBuilder();
        map.forEach(builder::add);
        return builder.build();
    }

    public static JsonObject of(Map<String, ? extends JsonValue> members) {
        JsonObjectBuilder builder = PROVIDER.createObjectBuilder();
        members.forEach(builder::add);
        return builder.build();
    }

    public static JsonString text(String value) {
        return PROVIDER.createValue(value);
    }

    public static JsonNumber number(int value) {
        return PROVIDER.createValue(value);
    }

    public static JsonNumber number(long value) {
        return PROVIDER.createValue(value);
    }

    public static JsonNumber number(double value) {
        return PROVIDER.createValue(value);
    }

    public static JsonNumber number(java.math.BigInteger value) {
        return PROVIDER.createValue(value);
    }

    public static JsonNumber number(java.math.BigDecimal value) {
        return PROVIDER.createValue(value);
    }

    public static JsonValue flag(boolean value) {
        return value ? JsonValue.TRUE : JsonValue.FALSE;
    }

    /** The object with one member set; a member that exists keeps its place. */
    public static JsonObject with(JsonObject object, String key, JsonValue value) {
        return object(object).add(key, value).build();
    }

    /** The object without a member; the same object if it has none such. */
    public static JsonObject without(JsonObject object, String key) {
        return object.containsKey(key) ? object(object).remove(key).build() : object;
    }

    /**
     * The object with the value set at a path of keys. Steps that are absent, or are no objects, become objects.
     *
     * @param path at least one key
     */
    public static JsonObject set(JsonObject object, JsonValue value, String... path) {
        return set(object, value, 0, path);
    }

    /** The object without the value at a path; the same object if nothing is there. Emptied parents stay. */
    public static JsonObject remove(JsonObject object, String... path) {
        return remove(object, 0, path);
    }

    private static JsonObject set(JsonObject object, JsonValue value, int depth, String[] path) {
        if (depth == path.length - 1) {
            return with(object, path[depth], value);
        }
        JsonObject child = object.get(path[depth]) instanceof JsonObject found ? found : JsonValue.EMPTY_JSON_OBJECT;
        return with(object, path[depth], set(child, value, depth + 1, path));
    }

    private static JsonObject remove(JsonObject object, int depth, String[] path) {
        if (depth == path.length - 1) {
            return without(object, path[depth]);
        }
        if (!(object.get(path[depth]) instanceof JsonObject child)) {
            return object;
        }
        JsonObject changed = remove(child, depth + 1, path);
        return changed == child ? object : with(object, path[depth], changed);
    }
}
