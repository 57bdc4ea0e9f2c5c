package io.coxswain.client;

import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** As much of strategic merge as loops use: maps merge, lists of these fields merge by key, {@code $patch: delete} removes. */
final class StrategicPatch {
    private static final JsonProvider JSON = JsonProvider.provider();

    private static final Map<String, String> KEYS =
            Map.of("conditions", "type", "ownerReferences", "uid", "containers", "name", "addresses", "type");
    private static final List<String> SETS = List.of("finalizers");

    private StrategicPatch() {}

    static JsonObject apply(JsonObject old, JsonObject patch) {
        JsonObjectBuilder merged = JSON.createObjectBuilder(old);
        patch.forEach((name, value) -> {
            JsonValue known = old.get(name);
            if (name.startsWith("$deleteFromPrimitiveList/")) {
                String field = name.substring(name.indexOf('/') + 1);
                JsonArrayBuilder rest = JSON.createArrayBuilder();
                old.getJsonArray(field).stream()
                        .filter(item -> !value.asJsonArray().contains(item))
                        .forEach(rest::add);
                merged.add(field, rest);
            } else if (name.startsWith("$")) {
                // $setElementOrder and the like: order does not matter here.
                return;
            } else if (value == JsonValue.NULL) {
                merged.remove(name);
            } else if (value instanceof JsonObject object && known instanceof JsonObject before) {
                merged.add(name, apply(before, object));
            } else if (value instanceof JsonArray list && known instanceof JsonArray before && KEYS.containsKey(name)) {
                merged.add(name, mergeByKey(before, list, KEYS.get(name)));
            } else if (value instanceof JsonArray list && known instanceof JsonArray before && SETS.contains(name)) {
                JsonArrayBuilder all = JSON.createArrayBuilder(before);
                list.stream().filter(item -> !before.contains(item)).forEach(all::add);
                merged.add(name, all);
            } else if (value instanceof JsonArray list) {
                merged.add(name, withoutDirectives(list));
            } else {
                merged.add(name, value);
            }
        });
        return merged.build();
    }

    /** {@code $patch: replace} says what happens to a list anyway that has no key. */
    private static JsonArrayBuilder withoutDirectives(JsonArray list) {
        JsonArrayBuilder items = JSON.createArrayBuilder();
        list.stream()
                .filter(item -> !(item instanceof JsonObject object && object.containsKey("$patch")))
                .forEach(items::add);
        return items;
    }

    private static JsonArrayBuilder mergeByKey(JsonArray old, JsonArray patch, String key) {
        Map<String, JsonObject> items = new LinkedHashMap<>();
        old.getValuesAs(JsonObject.class).forEach(item -> items.put(item.getString(key), item));
        for (JsonObject item : patch.getValuesAs(JsonObject.class)) {
            String id = item.getString(key);
            if ("delete".equals(item.getString("$patch", ""))) {
                items.remove(id);
            } else {
                items.merge(id, item, StrategicPatch::apply);
            }
        }
        JsonArrayBuilder merged = JSON.createArrayBuilder();
        items.values().forEach(merged::add);
        return merged;
    }
}
