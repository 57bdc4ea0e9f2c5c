package io.coxswain.meta.patch;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON Patch (RFC 6902) with upstream's bounds and errors. Containers that an operation changes are thawed into plain
 * maps and lists for the time of the patch, so that thousands of operations on a large object stay cheap.
 */
public final class JsonPatch {
    private static final int MAX_OPERATIONS = 10_000;
    /** Copies may make an object grow without end; no object that may be stored holds as many values. */
    private static final int MAX_COPIED_VALUES = 1_000_000;

    /** A {@link JsonValue}, or a thawed object ({@code Map<String, Object>}) or array ({@code List<Object>}). */
    private Object document;

    private int copied;

    private JsonPatch(JsonObject original) {
        this.document = original;
    }

    /**
     * Applies the operations in order; all of them or none.
     *
     * @throws ApiException 400 if the patch is malformed, 413 if it has too many operations, 422 if an operation fails
     */
    public static JsonObject apply(JsonObject original, JsonValue patch) {
        if (!(patch instanceof JsonArray operations)) {
            throw ApiException.badRequest("json: cannot unmarshal " + (patch instanceof JsonObject ? "object" : "value")
                    + " into Go value of type jsonpatch.Patch");
        }
        if (operations.size() > MAX_OPERATIONS) {
            throw ApiException.tooLarge("The allowed maximum operations in a JSON patch is " + MAX_OPERATIONS + ", got "
                    + operations.size());
        }
        JsonPatch run = new JsonPatch(original);
        for (JsonValue operation : operations) {
            if (!(operation instanceof JsonObject fields)) {
                throw ApiException.badRequest("json: cannot unmarshal value into Go value of type jsonpatch.Operation");
            }
            run.apply(fields);
        }
        if (freeze(run.document) instanceof JsonObject object) {
            return object;
        }
        throw PatchException.unprocessable("the patched document is no object");
    }

    private void apply(JsonObject operation) {
        String op = operation.get("op") instanceof JsonString name ? name.getString() : "unknown";
        String path = text(operation, "path");
        switch (op) {
            case "add" -> add(path, value(operation, path));
            case "remove" -> remove(path);
            case "replace" -> replace(path, value(operation, path));
            case "move" -> {
                String from = text(operation, "from");
                if (path.startsWith(from + "/")) {
                    throw PatchException.unprocessable("move operation does not apply: '" + from + "' is its parent");
                }
                Object moved = get(from, "move");
                remove(from);
                add(path, moved);
            }
            case "copy" -> {
                JsonValue value = freeze(get(text(operation, "from"), "copy"));
                copied += count(value);
                if (copied > MAX_COPIED_VALUES) {
                    throw PatchException.unprocessable("the copy operations of the patch copy too much");
                }
                add(path, value);
            }
            case "test" -> test(path, operation.getOrDefault("value", JsonValue.NULL));
            default -> throw PatchException.unprocessable("Unexpected kind: " + op);
        }
    }

    private static String text(JsonObject operation, String name) {
        if (operation.get(name) instanceof JsonString string) {
            return string.getString();
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

    private void add(String path, Object value) {
        List<String> steps = steps(path);
        if (steps.isEmpty()) {
            document = value;
            return;
        }
        Object parent = thawedParent(steps, path, "add");
        String last = steps.get(steps.size() - 1);
        if (parent instanceof ThawedObject object) {
            object.members.put(last, value);
        } else if (parent instanceof ThawedArray array) {
            int index = last.equals("-") ? array.items.size() : index(last, array.items.size(), path, "add");
            array.items.add(index, value);
        }
    }

    private void replace(String path, JsonValue value) {
        List<String> steps = steps(path);
        if (steps.isEmpty()) {
            document = value;
            return;
        }
        Object parent = thawedParent(steps, path, "replace");
        String last = steps.get(steps.size() - 1);
        if (parent instanceof ThawedObject object) {
            require(object.members.containsKey(last), "replace", path);
            object.members.put(last, value);
        } else if (parent instanceof ThawedArray array) {
            array.items.set(index(last, array.items.size() - 1, path, "replace"), value);
        }
    }

    private void remove(String path) {
        List<String> steps = steps(path);
        if (steps.isEmpty()) {
            document = JsonValue.NULL;
            return;
        }
        Object parent = thawedParent(steps, path, "remove");
        String last = steps.get(steps.size() - 1);
        if (parent instanceof ThawedObject object) {
            require(object.members.containsKey(last), "remove", path);
            object.members.remove(last);
        } else if (parent instanceof ThawedArray array) {
            array.items.remove(index(last, array.items.size() - 1, path, "remove"));
        }
    }

    private void test(String path, JsonValue expected) {
        JsonValue found = JsonValue.NULL;
        try {
            found = freeze(get(path, "test"));
        } catch (ApiException e) {
            // An absent value equals null, as in upstream's library.
            if (expected.getValueType() != JsonValue.ValueType.NULL) {
                throw e;
            }
        }
        if (!isEqual(found, expected)) {
            throw PatchException.unprocessable("testing value " + path + " failed: test failed");
        }
    }

    private record ThawedObject(Map<String, Object> members) {}

    private record ThawedArray(List<Object> items) {}

    private static Object thaw(Object value) {
        if (value instanceof JsonObject object) {
            return new ThawedObject(new LinkedHashMap<>(object));
        }
        return value instanceof JsonArray array ? new ThawedArray(new ArrayList<>(array)) : value;
    }

    private static JsonValue freeze(Object value) {
        if (value instanceof ThawedObject object) {
            JsonObjectBuilder builder = JsonTrees.object();
            object.members.forEach((key, member) -> builder.add(key, freeze(member)));
            return builder.build();
        }
        if (value instanceof ThawedArray array) {
            JsonArrayBuilder builder = JsonTrees.array();
            array.items.forEach(item -> builder.add(freeze(item)));
            return builder.build();
        }
        return (JsonValue) value;
    }

    /** The container that holds the last step's value, ready to be changed. */
    private Object thawedParent(List<String> steps, String path, String op) {
        document = thaw(document);
        Object parent = document;
        for (String step : steps.subList(0, steps.size() - 1)) {
            Object child = thaw(child(parent, step, path, op));
            if (parent instanceof ThawedObject object) {
                object.members.put(step, child);
            } else if (parent instanceof ThawedArray array) {
                array.items.set(index(step, array.items.size() - 1, path, op), child);
            }
            parent = child;
        }
        if (!(parent instanceof ThawedObject) && !(parent instanceof ThawedArray)) {
            throw doesNotApply(op, path);
        }
        return parent;
    }

    private Object get(String path, String op) {
        Object value = document;
        for (String step : steps(path)) {
            value = child(value, step, path, op);
        }
        return value;
    }

    private static Object child(Object value, String step, String path, String op) {
        Object child = null;
        if (value instanceof ThawedObject object) {
            child = object.members.get(step);
        } else if (value instanceof JsonObject object) {
            child = object.get(step);
        } else if (value instanceof ThawedArray array) {
            return array.items.get(index(step, array.items.size() - 1, path, op));
        } else if (value instanceof JsonArray array) {
            return array.get(index(step, array.size() - 1, path, op));
        }
        if (child == null) {
            throw doesNotApply(op, path);
        }
        return child;
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
            throw doesNotApply(op, path);
        }
        return Integer.parseInt(step);
    }

    private static void require(boolean present, String op, String path) {
        if (!present) {
            throw doesNotApply(op, path);
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
