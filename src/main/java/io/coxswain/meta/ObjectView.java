package io.coxswain.meta;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads an object tree by path without ever failing on a wrong type: a field that is absent, {@code null} or of another
 * type than asked for is empty. Immutable and cheap to make.
 */
public record ObjectView(JsonObject json) {

    public String apiVersion() {
        return text("apiVersion");
    }

    public String kind() {
        return text("kind");
    }

    public GroupVersionKind gvk() {
        return GroupVersionKind.of(apiVersion(), kind());
    }

    public String name() {
        return text("metadata", "name");
    }

    public String namespace() {
        return text("metadata", "namespace");
    }

    public String uid() {
        return text("metadata", "uid");
    }

    public String resourceVersion() {
        return text("metadata", "resourceVersion");
    }

    /** {@code metadata.generation}; 0 if absent. */
    public long generation() {
        return number("metadata", "generation").orElse(0L);
    }

    public Map<String, String> labels() {
        return texts("metadata", "labels");
    }

    public Map<String, String> annotations() {
        return texts("metadata", "annotations");
    }

    public List<String> finalizers() {
        return strings("metadata", "finalizers");
    }

    public boolean isBeingDeleted() {
        return !text("metadata", "deletionTimestamp").isEmpty();
    }

    /** The value at a path of object keys; empty if any step is absent or JSON {@code null}. */
    public Optional<JsonValue> at(String... path) {
        JsonValue value = json;
        for (String step : path) {
            if (!(value instanceof JsonObject object)) {
                return Optional.empty();
            }
            JsonValue next = object.get(step);
            if (next == null || next.getValueType() == JsonValue.ValueType.NULL) {
                return Optional.empty();
            }
            value = next;
        }
        return Optional.of(value);
    }

    /** The string at a path; {@code ""} if there is none. */
    public String text(String... path) {
        return at(path).filter(JsonString.class::isInstance)
                .map(value -> ((JsonString) value).getString())
                .orElse("");
    }

    /** The whole number at a path. */
    public Optional<Long> number(String... path) {
        return at(path).filter(JsonNumber.class::isInstance).map(value -> ((JsonNumber) value).longValue());
    }

    /** The boolean at a path. */
    public Optional<Boolean> flag(String... path) {
        return at(path).flatMap(value -> switch (value.getValueType()) {
            case TRUE -> Optional.of(true);
            case FALSE -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    /** The object at a path; the empty object if there is none. */
    public JsonObject object(String... path) {
        return at(path).filter(JsonObject.class::isInstance)
                .map(JsonValue::asJsonObject)
                .orElse(JsonValue.EMPTY_JSON_OBJECT);
    }

    /** The array at a path; the empty array if there is none. */
    public JsonArray array(String... path) {
        return at(path).filter(JsonArray.class::isInstance)
                .map(JsonValue::asJsonArray)
                .orElse(JsonValue.EMPTY_JSON_ARRAY);
    }

    /** The objects in the array at a path; anything else in it is left out. */
    public List<ObjectView> items(String... path) {
        return array(path).stream()
                .filter(JsonObject.class::isInstance)
                .map(value -> new ObjectView(value.asJsonObject()))
                .toList();
    }

    /** The strings in the array at a path. */
    public List<String> strings(String... path) {
        return array(path).stream()
                .filter(JsonString.class::isInstance)
                .map(value -> ((JsonString) value).getString())
                .toList();
    }

    /** The object at a path as a map of strings, in order; values that are no strings are left out. */
    public Map<String, String> texts(String... path) {
        Map<String, String> map = new LinkedHashMap<>();
        object(path).forEach((key, value) -> {
            if (value instanceof JsonString string) {
                map.put(key, string.getString());
            }
        });
        return map;
    }
}
