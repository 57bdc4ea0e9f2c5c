package io.coxswain.controller.runtime;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** Short hashes for names: FNV-32a over a canonical form, in upstream's alphabet. */
public final class SafeHash {
    /** No vowels and none of 0, 1, 3, so that no words come out. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private SafeHash() {}

    /** @param collisions leads away from a name that is taken */
    public static String of(JsonValue value, int collisions) {
        StringBuilder text = new StringBuilder();
        canonical(value, text);
        if (collisions > 0) {
            text.append('#').append(collisions);
        }
        int hash = 0x811c9dc5;
        for (byte b : text.toString().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x01000193;
        }
        StringBuilder name = new StringBuilder();
        Integer.toUnsignedString(hash).chars().forEach(c -> name.append(ALPHABET.charAt(c % ALPHABET.length())));
        return name.toString();
    }

    private static void canonical(JsonValue value, StringBuilder text) {
        if (value instanceof JsonObject object) {
            text.append('{');
            new TreeMap<>(object).forEach((name, item) -> {
                text.append(name).append(':');
                canonical(item, text);
                text.append(',');
            });
            text.append('}');
        } else if (value.getValueType() == JsonValue.ValueType.ARRAY) {
            text.append('[');
            value.asJsonArray().forEach(item -> {
                canonical(item, text);
                text.append(',');
            });
            text.append(']');
        } else {
            text.append(value);
        }
    }
}
