package io.coxswain.meta.patch;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON Patch (RFC 6902) with upstream's bounds and errors. */
public final class JsonPatch {
    private static final int MAX_OPERATIONS = 10_000;
    /** Copies may make an object grow without end: upstream's bound, in values. */
    private static final int MAX_COPIED_VALUES = 1_000_000;

    private int copied;

    private JsonPatch() {}

    /**
     * Applies the operations in order; all of them or none.
     *
     * @throws ApiException 400 if the patch is malformed, 413 if it has too many operations, 422 if an operation fails
     */
    public static JsonObject apply(JsonObject original, JsonValue patch) {
        if (!(patch instanceof JsonArray operations)) {
            throw ApiException.badRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
        }
        if (operations.size() > MAX_OPERATIONS) {
            throw ApiException.tooLarge("The allowed maximum operations in a JSON patch is " + MAX_OPERATIONS + ", got "
                    + operations.size());
        }
        JsonPatch run = new JsonPatch();
        JsonValue document = original;
        for (JsonValue operation : operations) {
            if (!(operation instanceof JsonObject fields)) {
                throw ApiException.badRequest("json: cannot unmarshal value into Go value of type jsonpatch.Operation");
            }
            document = run.apply(document, fields);
        }
        if (document instanceof JsonObject object) {
            return object;
        }
        throw PatchException.unprocessable("the patched document is no object");
    }

    private JsonValue apply(JsonValue document, JsonObject operation) {
        String op = text(operation, "op", "unknown");
        String path = text(operation, "path", null);
        return switch (op) {
            case "add" -> add(document, path, value(operation, path));
            case "remove" -> remove(document, path);
            case "replace" -> replace(document, path, value(operation, path));
            case "move" -> {
                String from = text(operation, "from", null);
                JsonValue moved = get(document, from, "move");
                if (path.startsWith(from + "/")) {
                    throw PatchException.unprocessable("move operation does not apply: '" + from + "' is its parent");
                }
                yield add(remove(document, from), path, moved);
            }
            case "copy" -> {
                JsonValue value = get(document, text(operation, "from", null), "copy");
                copied += count(value);
                if (copied > MAX_COPIED_VALUES) {
                    throw PatchException.unprocessable("the copy operations of the patch copy too much");
                }
                yield add(document, path, value);
            }
            case "test" -> {
                test(document, path, operation.getOrDefault("value", JsonValue.NULL));
                yield document;
            }
            default -> throw PatchException.unprocessable("Unexpected kind: " + op);
        };
    }

    private static String text(JsonObject operation, String name, @Nullable String absent) {
        if (operation.get(name) instanceof JsonString string) {
            return string.getString();
        }
        if (absent != null) {
            return absent;
        }
        throw PatchException.unprocessable("error in operation: " + name + " is missing");
    }

    private static JsonValue value(JsonObject operation, String path) {
        JsonValue value = operation.get("value");
        if (value == null) {
            throw PatchException.unprocessable("error in operation for path: '" + path + "': value is missing");
        }
        return value;
    }

    private static JsonValue add(JsonValue document, String path, JsonValue value) {
        return change(
                document,
                steps(path),
                0,
                path,
                "add",
                (parent, last) -> {
                    if (parent instanceof JsonObject object) {
                        return JsonTrees.with(object, last, value);
                    }
                    List<JsonValue> items = new ArrayList<>(parent.asJsonArray());
                    int index = last.equals("-") ? items.size() : index(last, items.size(), path, "add");
                    items.add(index, value);
                    return JsonTrees.array(items);
                },
                value);
    }

    private static JsonValue replace(JsonValue document, String path, JsonValue value) {
        return change(
                document,
                steps(path),
                0,
                path,
                "replace",
                (parent, last) -> {
                    if (parent instanceof JsonObject object) {
                        require(object.containsKey(last), "replace", path);
                        return JsonTrees.with(object, last, value);
                    }
                    List<JsonValue> items = new ArrayList<>(parent.asJsonArray());
                    items.set(index(last, items.size() - 1, path, "replace"), value);
                    return JsonTrees.array(items);
                },
                value);
    }

    private static JsonValue remove(JsonValue document, String path) {
        return change(
                document,
                steps(path),
                0,
                path,
                "remove",
                (parent, last) -> {
                    if (parent instanceof JsonObject object) {
                        require(object.containsKey(last), "remove", path);
                        Map<String, JsonValue> members = new LinkedHashMap<>(object);
                        members.remove(last);
                        return JsonTrees.of(members);
                    }
                    List<JsonValue> items = new ArrayList<>(parent.asJsonArray());
                    items.remove(index(last, items.size() - 1, path, "remove"));
                    return JsonTrees.array(items);
                },
                JsonValue.NULL);
    }

    private static void test(JsonValue document, String path, JsonValue expected) {
        JsonValue found = JsonValue.NULL;
        try {
            found = get(document, path, "test");
        } catch (ApiException e) {
            // An absent value equals null, as in upstream's library; anything else fails below.
            if (expected.getValueType() != JsonValue.ValueType.NULL) {
                throw e;
            }
        }
        if (!isEqual(found, expected)) {
            throw PatchException.unprocessable("testing value " + path + " failed: test failed");
        }
    }

    /** Equality of JSON values; numbers are equal if their values are. */
    private static boolean isEqual(JsonValue one, JsonValue other) {
        if (one instanceof JsonNumber a && other instanceof JsonNumber b) {
            return a.bigDecimalValue().compareTo(b.bigDecimalValue()) == 0;
        }
        if (one instanceof JsonObject a && other instanceof JsonObject b) {
            return a.keySet().equals(b.keySet())
                    && a.entrySet().stream()
                            .allMatch(
                                    entry -> isEqual(entry.getValue(), b.getOrDefault(entry.getKey(), JsonValue.NULL)));
        }
        if (one instanceof JsonArray a && other instanceof JsonArray b) {
            if (a.size() != b.size()) {
                return false;
            }
            for (int i = 0; i < a.size(); i++) {
                if (!isEqual(a.get(i), b.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return one.equals(other);
    }

    private static JsonValue get(JsonValue document, String path, String op) {
        JsonValue value = document;
        for (String step : steps(path)) {
            value = child(value, step, path, op);
        }
        return value;
    }

    private static JsonValue child(JsonValue value, String step, String path, String op) {
        if (value instanceof JsonObject object) {
            JsonValue child = object.get(step);
            require(child != null, op, path);
            return child == null ? JsonValue.NULL : child;
        }
        if (value instanceof JsonArray array) {
            return array.get(index(step, array.size() - 1, path, op));
        }
        throw doesNotApply(op, path);
    }

    /** What becomes of the parent of the value that a path names. */
    private interface Change {
        JsonValue of(JsonValue parent, String last);
    }

    private static JsonValue change(
            JsonValue value, List<String> steps, int at, String path, String op, Change change, JsonValue whole) {
        if (steps.isEmpty()) {
            return whole;
        }
        String step = steps.get(at);
        if (at == steps.size() - 1) {
            if (!(value instanceof JsonObject) && !(value instanceof JsonArray)) {
                throw doesNotApply(op, path);
            }
            return change.of(value, step);
        }
        JsonValue child = change(child(value, step, path, op), steps, at + 1, path, op, change, whole);
        if (value instanceof JsonObject object) {
            return JsonTrees.with(object, step, child);
        }
        List<JsonValue> items = new ArrayList<>(value.asJsonArray());
        items.set(index(step, items.size() - 1, path, op), child);
        return JsonTrees.array(items);
    }

    private static List<String> steps(String path) {
        if (path.isEmpty()) {
            return List.of();
        }
        if (path.charAt(0) != '/') {
            throw PatchException.unprocessable("the path '" + path + "' does not start with a slash");
        }
        List<String> steps = new ArrayList<>();
        for (String step : path.substring(1).split("/", -1)) {
            steps.add(step.indexOf('~') < 0 ? step : step.replace("~1", "/").replace("~0", "~"));
        }
        return steps;
    }

    private static int index(String step, int highest, String path, String op) {
        boolean digits = !step.isEmpty() && step.length() <= 9;
        for (int i = 0; digits && i < step.length(); i++) {
            digits = step.charAt(i) >= '0' && step.charAt(i) <= '9';
        }
        if (!digits || step.length() > 1 && step.charAt(0) == '0' || Integer.parseInt(step) > highest) {
            throw PatchException.unprocessable(
                    op + " operation does not apply: doc is missing path: \"" + path + "\": invalid index referenced");
        }
        return Integer.parseInt(step);
    }

    private static void require(boolean present, String op, String path) {
        if (!present) {
            throw PatchException.unprocessable(
                    op + " operation does not apply: doc is missing key: " + path + ": missing value");
        }
    }

    private static ApiException doesNotApply(String op, String path) {
        return PatchException.unprocessable(op + " operation does not apply: doc is missing path: \"" + path + "\"");
    }

    private static int count(JsonValue value) {
        int count = 1;
        if (value instanceof JsonObject object) {
            for (JsonValue member : object.values()) {
                count += count(member);
            }
        } else if (value instanceof JsonArray array) {
            for (JsonValue item : array) {
                count += count(item);
            }
        }
        return count;
    }
}
