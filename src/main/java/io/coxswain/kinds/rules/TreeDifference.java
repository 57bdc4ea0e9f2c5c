package io.coxswain.kinds.rules;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The fields in which two trees differ, as lines for people: {@code - path: before}, {@code + path: after}. */
public final class TreeDifference {
    private static final int MOST_LINES = 40;

    private final List<String> lines = new ArrayList<>();

    private TreeDifference() {}

    public static List<String> lines(String path, JsonValue before, JsonValue after) {
        TreeDifference difference = new TreeDifference();
        difference.compare(path, before, after);
        return difference.lines;
    }

    private void compare(String path, @Nullable JsonValue before, @Nullable JsonValue after) {
        if (lines.size() >= MOST_LINES || isSame(before, after)) {
            return;
        }
        if (before instanceof JsonObject one && after instanceof JsonObject other) {
            TreeSet<String> keys = new TreeSet<>(one.keySet());
            keys.addAll(other.keySet());
            keys.forEach(key -> compare(path + "." + key, one.get(key), other.get(key)));
        } else if (before instanceof JsonArray one && after instanceof JsonArray other) {
            for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
                compare(
                        path + "[" + i + "]",
                        i < one.size() ? one.get(i) : null,
                        i < other.size() ? other.get(i) : null);
            }
        } else {
            if (before != null) {
                lines.add("- " + path + ": " + before);
            }
            if (after != null) {
                lines.add("+ " + path + ": " + after);
            }
        }
    }

    /** Whether two trees mean the same: absent, null and empty are one. */
    public static boolean isNone(JsonValue before, JsonValue after) {
        return lines("", before, after).isEmpty();
    }

    /** Absent, null and empty mean the same. */
    private static boolean isSame(@Nullable JsonValue one, @Nullable JsonValue other) {
        return isEmpty(one) ? isEmpty(other) : one != null && one.equals(other);
    }

    private static boolean isEmpty(@Nullable JsonValue value) {
        return value == null
                || value == JsonValue.NULL
                || (value instanceof JsonObject object && object.isEmpty())
                || (value instanceof JsonArray array && array.isEmpty());
    }
}
