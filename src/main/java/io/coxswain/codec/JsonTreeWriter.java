package io.coxswain.codec;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Writes compact JSON into a growing array of bytes. Used once, by one thread. */
final class JsonTreeWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[1024];
    private int length;
    private int gap = -1;

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    JsonCodec.Split split() {
        return new JsonCodec.Split(Arrays.copyOf(bytes, gap), Arrays.copyOfRange(bytes, gap, length));
    }

    void value(JsonValue value) {
        switch (value.getValueType()) {
            case OBJECT -> members(value.asJsonObject());
            case ARRAY -> array(value.asJsonArray());
            case STRING -> string(((JsonString) value).getString());
            case NUMBER -> number((JsonNumber) value);
            case TRUE -> raw(TRUE);
            case FALSE -> raw(FALSE);
            case NULL -> raw(NULL);
        }
    }

    /** An API object: its type and metadata first, with a gap for the resource version on demand. */
    void object(JsonObject object, boolean withGap) {
        raw('{');
        boolean first = member(object, "apiVersion", true);
        first = member(object, "kind", first);
        JsonValue metadata = object.get("metadata");
        if (withGap || metadata != null) {
            comma(first);
            first = false;
            string("metadata");
            raw(':');
            if (withGap) {
                metadataWithGap(metadata instanceof JsonObject known ? known : JsonValue.EMPTY_JSON_OBJECT);
            } else if (metadata instanceof JsonObject known) {
                members(known);
            } else if (metadata != null) {
                value(metadata);
            }
        }
        for (Map.Entry<String, JsonValue> member : object.entrySet()) {
            switch (member.getKey()) {
                case "apiVersion", "kind", "metadata" -> {}
                default -> first = member(member, first);
            }
        }
        raw('}');
    }

    private void metadataWithGap(JsonObject metadata) {
        raw('{');
        string("resourceVersion");
        raw(':');
        raw('"');
        gap = length;
        raw('"');
        for (Map.Entry<String, JsonValue> member : metadata.entrySet()) {
            if (!member.getKey().equals("resourceVersion")) {
                member(member, false);
            }
        }
        raw('}');
    }

    private void members(JsonObject object) {
        raw('{');
        boolean first = true;
        for (Map.Entry<String, JsonValue> member : object.entrySet()) {
            first = member(member, first);
        }
        raw('}');
    }

    private boolean member(JsonObject object, String key, boolean first) {
        JsonValue value = object.get(key);
        if (value == null) {
            return first;
        }
        comma(first);
        string(key);
        raw(':');
        value(value);
        return false;
    }

    private boolean member(Map.Entry<String, JsonValue> member, boolean first) {
        comma(first);
        string(member.getKey());
        raw(':');
        value(member.getValue());
        return false;
    }

    private void array(JsonArray array) {
        raw('[');
        boolean first = true;
        for (JsonValue item : array) {
            comma(first);
            first = false;
            value(item);
        }
        raw(']');
    }

    private void number(JsonNumber number) {
        String text = number.toString();
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    void string(String text) {
        int count = text.length();
        room(count + 2);
        bytes[length++] = '"';
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c < 0x80 && c >= 0x20 && c != '"' && c != '\\') {
                bytes[length++] = (byte) c;
            } else {
                special(text, i);
                if (Character.isHighSurrogate(c) && i + 1 < count && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                }
                room(count - i + 1);
            }
        }
        bytes[length++] = '"';
    }

    /** A character that needs an escape or more than one byte. */
    private void special(String text, int index) {
        char c = text.charAt(index);
        room(6);
        if (c >= 0x80) {
            utf8(text, index);
            return;
        }
        bytes[length++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[length++] = (byte) c;
            case '\n' -> bytes[length++] = 'n';
            case '\r' -> bytes[length++] = 'r';
            case '\t' -> bytes[length++] = 't';
            default -> {
                bytes[length++] = 'u';
                bytes[length++] = '0';
                bytes[length++] = '0';
                bytes[length++] = HEX[c >> 4];
                bytes[length++] = HEX[c & 15];
            }
        }
    }

    private void utf8(String text, int index) {
        char c = text.charAt(index);
        if (c < 0x800) {
            bytes[length++] = (byte) (0xC0 | c >> 6);
        } else if (Character.isSurrogate(c)) {
            boolean pair = Character.isHighSurrogate(c)
                    && index + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(index + 1));
            if (!pair) {
                // Half a pair is no character: U+FFFD.
                bytes[length++] = (byte) 0xEF;
                bytes[length++] = (byte) 0xBF;
                bytes[length++] = (byte) 0xBD;
                return;
            }
            int point = Character.toCodePoint(c, text.charAt(index + 1));
            bytes[length++] = (byte) (0xF0 | point >> 18);
            bytes[length++] = (byte) (0x80 | point >> 12 & 0x3F);
            bytes[length++] = (byte) (0x80 | point >> 6 & 0x3F);
            bytes[length++] = (byte) (0x80 | point & 0x3F);
            return;
        } else {
            bytes[length++] = (byte) (0xE0 | c >> 12);
            bytes[length++] = (byte) (0x80 | c >> 6 & 0x3F);
        }
        bytes[length++] = (byte) (0x80 | c & 0x3F);
    }

    private void comma(boolean first) {
        if (!first) {
            raw(',');
        }
    }

    private void raw(char c) {
        room(1);
        bytes[length++] = (byte) c;
    }

    private void raw(byte[] word) {
        room(word.length);
        System.arraycopy(word, 0, bytes, length, word.length);
        length += word.length;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
