package io.coxswain.meta.patch;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.schema.FieldSchema;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.schema.TypeSchema.Form;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Strategic Merge Patch: a merge patch that merges lists too, as the schema's patch strategies say, and that obeys the
 * directives {@code $patch}, {@code $retainKeys}, {@code $setElementOrder} and {@code $deleteFromPrimitiveList}.
 */
public final class StrategicMergePatch {
    static final String PATCH = "$patch";
    static final String RETAIN_KEYS = "$retainKeys";
    static final String ELEMENT_ORDER = "$setElementOrder/";
    static final String DELETE_FROM_LIST = "$deleteFromPrimitiveList/";

    static final TypeSchema UNKNOWN =
            TypeSchema.builder(Form.RAW, "", "interface {}").type();
    static final FieldSchema UNKNOWN_FIELD = FieldSchema.optional("", UNKNOWN);

    private StrategicMergePatch() {}

    /**
     * Applies a patch.
     *
     * @param type the schema of the object
     * @throws io.coxswain.meta.ApiException 400 if the patch is malformed, 422 if it cannot be applied
     */
    public static JsonObject apply(JsonObject original, JsonObject patch, TypeSchema type) {
        return mergeMap(original, patch, type);
    }

    private static JsonObject mergeMap(JsonObject original, JsonObject patch, TypeSchema type) {
        JsonValue directive = patch.get(PATCH);
        if (directive != null) {
            return switch (textOf(directive)) {
                case "replace" -> JsonTrees.without(patch, PATCH);
                case "delete" -> JsonValue.EMPTY_JSON_OBJECT;
                default -> throw PatchException.unprocessable("unknown patch type: " + directive);
            };
        }
        Map<String, JsonValue> merged = new LinkedHashMap<>(original);
        Map<String, JsonValue> rest = new LinkedHashMap<>(patch);
        retainKeys(merged, rest);
        for (String key : patch.keySet()) {
            if (key.startsWith(ELEMENT_ORDER)) {
                mergeInOrder(merged, rest, key, type);
            }
        }
        rest.forEach((key, value) -> mergeMember(merged, key, value, type));
        return JsonTrees.of(merged);
    }

    private static void mergeMember(Map<String, JsonValue> merged, String patchKey, JsonValue value, TypeSchema type) {
        boolean deletes = patchKey.startsWith(DELETE_FROM_LIST);
        String key = deletes ? patchKey.substring(DELETE_FROM_LIST.length()) : patchKey;
        if (value.getValueType() == ValueType.NULL) {
            merged.remove(key);
            return;
        }
        JsonValue was = merged.get(key);
        if (deletes) {
            if (!(value instanceof JsonArray gone)) {
                throw PatchException.malformed(PatchException.BAD_PRIMITIVE_LIST);
            }
            if (was instanceof JsonArray list) {
                merged.put(key, deleteFrom(list, gone));
            }
            return;
        }
        FieldSchema field = lookup(type, key);
        if (was instanceof JsonObject before && value instanceof JsonObject change) {
            merged.put(key, mergeMap(before, change, field.type()));
        } else if (was instanceof JsonArray before && value instanceof JsonArray change) {
            merged.put(key, mergeField(before, change, field));
        } else {
            JsonValue plain = withoutDirectives(value);
            if (plain != null) {
                merged.put(key, plain);
            }
        }
    }

    /** {@code $retainKeys}: of the keys that the object has, only the listed ones stay. */
    private static void retainKeys(Map<String, JsonValue> merged, Map<String, JsonValue> patch) {
        JsonValue directive = patch.remove(RETAIN_KEYS);
        if (directive == null) {
            return;
        }
        if (!(directive instanceof JsonArray list)) {
            throw PatchException.malformed(PatchException.BAD_RETAIN_KEYS);
        }
        Set<String> retained = new HashSet<>();
        list.forEach(key -> retained.add(textOf(key)));
        patch.forEach((key, value) -> {
            boolean setsNothing = value.getValueType() == ValueType.NULL
                    || key.startsWith(DELETE_FROM_LIST)
                    || key.startsWith(ELEMENT_ORDER);
            if (!setsNothing && !retained.contains(key)) {
                throw PatchException.malformed(PatchException.BAD_RETAIN_KEYS);
            }
        });
        merged.keySet().retainAll(retained);
    }

    /** {@code $setElementOrder/x} and the list {@code x} beside it, which it uses up. */
    private static void mergeInOrder(
            Map<String, JsonValue> merged, Map<String, JsonValue> patch, String directive, TypeSchema type) {
        JsonValue orderValue = patch.remove(directive);
        String key = directive.substring(ELEMENT_ORDER.length());
        if (!(orderValue instanceof JsonArray order)) {
            throw PatchException.malformed(PatchException.BAD_ELEMENT_ORDER);
        }
        JsonValue was = merged.get(key);
        JsonValue change = patch.get(key);
        if (was != null && !(was instanceof JsonArray) || change != null && !(change instanceof JsonArray)) {
            if (change != null && change.getValueType() == ValueType.NULL) {
                return;
            }
            throw PatchException.malformed(PatchException.BAD_ELEMENT_ORDER);
        }
        FieldSchema field = lookup(type, key);
        String mergeKey = field.patch().mergeKey();
        JsonArray additions = change == null ? JsonValue.EMPTY_JSON_ARRAY : change.asJsonArray();
        checkOrder(additions, order, mergeKey);
        JsonArray before = was == null ? JsonValue.EMPTY_JSON_ARRAY : was.asJsonArray();
        JsonArray all;
        if (was == null && change == null) {
            return;
        } else if (was == null) {
            all = withoutDirectives(additions) instanceof JsonArray plain ? plain : JsonValue.EMPTY_JSON_ARRAY;
        } else if (change == null) {
            all = before;
        } else {
            all = mergeField(before, additions, field);
        }
        merged.put(key, ordered(all, order, before, mergeKey));
        patch.remove(key);
    }

    /** The items of a patched list must stand in the order that the directive gives. */
    private static void checkOrder(JsonArray patch, JsonArray order, String mergeKey) {
        int next = 0;
        for (JsonValue item : patch) {
            if (item instanceof JsonObject object && object.containsKey(PATCH)) {
                continue;
            }
            JsonValue id = idOf(item, mergeKey);
            while (next < order.size() && !idOf(order.get(next), mergeKey).equals(id)) {
                next++;
            }
            if (next == order.size()) {
                throw PatchException.unprocessable(
                        "The order in patch list:\n" + patch + "\n doesn't match $setElementOrder list:\n" + order);
            }
            next++;
        }
    }

    private static JsonArray mergeField(JsonArray original, JsonArray patch, FieldSchema field) {
        if (!field.patch().merge()) {
            return patch;
        }
        TypeSchema item = field.type().form() == Form.ARRAY ? field.type().element() : UNKNOWN;
        return mergeList(original, patch, field.patch().mergeKey(), item);
    }

    private static JsonArray mergeList(JsonArray original, JsonArray patch, String mergeKey, TypeSchema item) {
        if (original.isEmpty() && patch.isEmpty()) {
            return original;
        }
        boolean objects = areObjects(original, patch);
        if (!objects) {
            Set<JsonValue> merged = new LinkedHashSet<>(original);
            merged.addAll(patch);
            return ordered(JsonTrees.array(merged), patch, original, "");
        }
        if (mergeKey.isEmpty()) {
            throw PatchException.unprocessable("cannot merge lists without merge key for " + item.structName());
        }
        List<JsonValue> base = new ArrayList<>(original);
        List<JsonValue> additions = new ArrayList<>();
        boolean replace = false;
        for (JsonValue value : patch) {
            JsonObject change = value.asJsonObject();
            JsonValue directive = change.get(PATCH);
            if (directive == null) {
                additions.add(change);
                continue;
            }
            switch (textOf(directive)) {
                case "delete" -> {
                    JsonValue id = requiredKey(change, mergeKey);
                    base.removeIf(entry -> id.equals(entry.asJsonObject().get(mergeKey)));
                }
                case "replace" -> replace = true;
                case "merge" ->
                    throw PatchException.unprocessable("merging lists cannot yet be specified in the patch");
                default -> throw PatchException.unprocessable("unknown patch type: " + directive);
            }
        }
        if (replace) {
            return JsonTrees.array(additions);
        }
        Map<JsonValue, Integer> places = new HashMap<>();
        for (int i = 0; i < base.size(); i++) {
            JsonValue id = base.get(i).asJsonObject().get(mergeKey);
            if (id != null) {
                places.putIfAbsent(id, i);
            }
        }
        List<JsonValue> merged = new ArrayList<>(base);
        for (JsonValue value : additions) {
            JsonObject change = value.asJsonObject();
            JsonValue id = requiredKey(change, mergeKey);
            Integer place = places.get(id);
            if (place != null) {
                merged.set(place, mergeMap(merged.get(place).asJsonObject(), change, item));
            } else {
                places.put(id, merged.size());
                JsonValue plain = withoutDirectives(change);
                merged.add(plain == null ? JsonValue.EMPTY_JSON_OBJECT : plain);
            }
        }
        return ordered(JsonTrees.array(merged), JsonTrees.array(additions), JsonTrees.array(base), mergeKey);
    }

    private static boolean areObjects(JsonArray original, JsonArray patch) {
        ValueType found = null;
        for (JsonArray list : List.of(original, patch)) {
            for (JsonValue item : list) {
                if (item.getValueType() == ValueType.ARRAY) {
                    throw PatchException.unprocessable(PatchException.LIST_OF_LISTS);
                }
                boolean object = item.getValueType() == ValueType.OBJECT;
                if (found != null && (found == ValueType.OBJECT) != object) {
                    throw PatchException.unprocessable("list element types are not identical");
                }
                found = item.getValueType();
            }
        }
        return found == ValueType.OBJECT;
    }

    private static JsonValue requiredKey(JsonObject item, String mergeKey) {
        JsonValue id = item.get(mergeKey);
        if (id == null) {
            throw PatchException.unprocessable("map: " + item + " does not contain declared merge key: " + mergeKey);
        }
        return id;
    }

    /**
     * Orders a merged list: items that {@code wanted} names in its order, the others in the order they had, the two
     * woven together so that what stood before something stays before it.
     */
    static JsonArray ordered(JsonArray merged, JsonArray wanted, JsonArray before, String mergeKey) {
        Map<JsonValue, Integer> wantedPlaces = places(wanted, mergeKey);
        Map<JsonValue, Integer> oldPlaces = places(before, mergeKey);
        List<JsonValue> named = new ArrayList<>();
        List<JsonValue> others = new ArrayList<>();
        for (JsonValue item : merged) {
            (wantedPlaces.containsKey(idOf(item, mergeKey)) ? named : others).add(item);
        }
        named.sort((a, b) -> Integer.compare(
                wantedPlaces.getOrDefault(idOf(a, mergeKey), 0), wantedPlaces.getOrDefault(idOf(b, mergeKey), 0)));
        others.sort((a, b) -> Integer.compare(
                oldPlaces.getOrDefault(idOf(a, mergeKey), Integer.MAX_VALUE),
                oldPlaces.getOrDefault(idOf(b, mergeKey), Integer.MAX_VALUE)));
        List<JsonValue> woven = new ArrayList<>(merged.size());
        int i = 0;
        int j = 0;
        while (i < others.size() || j < named.size()) {
            boolean otherFirst;
            if (i == others.size() || j == named.size()) {
                otherFirst = j == named.size();
            } else {
                Integer other = oldPlaces.get(idOf(others.get(i), mergeKey));
                Integer name = oldPlaces.get(idOf(named.get(j), mergeKey));
                otherFirst = other != null && name != null && other < name;
            }
            woven.add(otherFirst ? others.get(i++) : named.get(j++));
        }
        return JsonTrees.array(woven);
    }

    private static Map<JsonValue, Integer> places(JsonArray list, String mergeKey) {
        Map<JsonValue, Integer> places = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            places.putIfAbsent(idOf(list.get(i), mergeKey), i);
        }
        return places;
    }

    static JsonValue idOf(JsonValue item, String mergeKey) {
        if (!mergeKey.isEmpty() && item instanceof JsonObject object) {
            JsonValue id = object.get(mergeKey);
            return id == null ? JsonValue.NULL : id;
        }
        return item;
    }

    private static JsonArray deleteFrom(JsonArray list, JsonArray gone) {
        Set<JsonValue> set = new HashSet<>(gone);
        return JsonTrees.array(list.stream().filter(item -> !set.contains(item)).toList());
    }

    /** A value that the object lacked so far, without what only patches have; {@code null} if it is a deletion. */
    private static @Nullable JsonValue withoutDirectives(JsonValue value) {
        if (value instanceof JsonObject object) {
            if ("delete".equals(textOf(object.getOrDefault(PATCH, JsonValue.NULL)))) {
                return null;
            }
            Map<String, JsonValue> plain = new LinkedHashMap<>();
            object.forEach((key, member) -> {
                boolean directive = key.equals(PATCH)
                        || key.equals(RETAIN_KEYS)
                        || key.startsWith(ELEMENT_ORDER)
                        || key.startsWith(DELETE_FROM_LIST);
                JsonValue inner =
                        directive || member.getValueType() == ValueType.NULL ? null : withoutDirectives(member);
                if (inner != null) {
                    plain.put(key, inner);
                }
            });
            return JsonTrees.of(plain);
        }
        if (value instanceof JsonArray array) {
            List<JsonValue> plain = new ArrayList<>();
            for (JsonValue item : array) {
                // An item with a directive says something about the list and is none of its items.
                boolean directive = item instanceof JsonObject object && object.containsKey(PATCH);
                JsonValue inner = directive ? null : withoutDirectives(item);
                if (inner != null) {
                    plain.add(inner);
                }
            }
            return JsonTrees.array(plain);
        }
        return value;
    }

    /** What the schema says of a member, a map's value included; nothing in particular if it does not know it. */
    static FieldSchema lookup(TypeSchema type, String key) {
        if (type.form() == Form.OBJECT) {
            FieldSchema field = type.field(key);
            return field == null ? UNKNOWN_FIELD : field;
        }
        return type.form() == Form.MAP ? FieldSchema.optional(key, type.element()) : UNKNOWN_FIELD;
    }

    private static String textOf(JsonValue value) {
        return value instanceof JsonString string ? string.getString() : "";
    }
}
