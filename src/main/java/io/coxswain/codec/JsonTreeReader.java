package io.coxswain.codec;

import io.coxswain.meta.JsonTrees;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One pass over JSON bytes. Recursive, within {@link JsonCodec#MAX_DEPTH}. Used once. */
final class JsonTreeReader {
    /** Upstream reports no more strict errors than this for one body. */
    private static final int MAX_DUPLICATES = 100;
    /** Longer numbers, or larger exponents, mean nothing to any client and cost time when they are calculated with. */
    private static final int MAX_NUMBER_LENGTH = 400;

    private static final int MAX_EXPONENT = 400;

    private final byte[] json;
    private int at;
    private int depth;
    private final Set<String> duplicates = new LinkedHashSet<>();
    private final Object[] path = new Object[JsonCodec.MAX_DEPTH + 1];

    JsonTreeReader(byte[] json) {
        this.json = json;
    }

    Parsed read() {
        skipSpace();
        JsonValue value = value();
        skipSpace();
        if (at < json.length) {
            throw unexpected("after top-level value");
        }
        return new Parsed(value, duplicates, "");
    }

    private JsonValue value() {
        if (at >= json.length) {
            throw endOfInput();
        }
        return switch (json[at]) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> JsonTrees.text(string());
            case 't' -> literal("true", JsonValue.TRUE);
            case 'f' -> literal("false", JsonValue.FALSE);
            case 'n' -> literal("null", JsonValue.NULL);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw unexpected("looking for beginning of value");
        };
    }

    private void enter() {
        if (++depth > JsonCodec.MAX_DEPTH) {
            throw new CodecException("exceeded max depth");
        }
        at++;
        skipSpace();
    }

    private JsonValue object() {
        enter();
        if (peek() == '}') {
            at++;
            depth--;
            return JsonValue.EMPTY_JSON_OBJECT;
        }
        JsonObjectBuilder builder = JsonTrees.object();
        List<String> keys = new ArrayList<>();
        while (true) {
            if (peek() != '"') {
                throw unexpected("looking for beginning of object key string");
            }
            String key = string();
            skipSpace();
            if (peek() != ':') {
                throw unexpected("after object key");
            }
            at++;
            skipSpace();
            path[depth] = key;
            keys.add(key);
            builder.add(key, value());
            skipSpace();
            byte next = peek();
            if (next == '}') {
                break;
            }
            if (next != ',') {
                throw unexpected("after object key:value pair");
            }
            at++;
            skipSpace();
        }
        at++;
        depth--;
        JsonObject object = builder.build();
        if (object.size() < keys.size()) {
            noteDuplicates(keys);
        }
        return object;
    }

    private JsonValue array() {
        enter();
        if (peek() == ']') {
            at++;
            depth--;
            return JsonValue.EMPTY_JSON_ARRAY;
        }
        JsonArrayBuilder builder = JsonTrees.array();
        for (int index = 0; ; index++) {
            path[depth] = index;
            builder.add(value());
            skipSpace();
            byte next = peek();
            if (next == ']') {
                break;
            }
            if (next != ',') {
                throw unexpected("after array element");
            }
            at++;
            skipSpace();
        }
        at++;
        depth--;
        return builder.build();
    }

    private void noteDuplicates(List<String> keys) {
        StringBuilder parent = new StringBuilder();
        for (int i = 1; i <= depth; i++) {
            if (path[i] instanceof Integer index) {
                parent.append('[').append(index).append(']');
            } else {
                parent.append(parent.isEmpty() ? "" : ".").append(path[i]);
            }
        }
        Set<String> seen = new HashSet<>();
        for (String key : keys) {
            if (!seen.add(key) && duplicates.size() < MAX_DUPLICATES) {
                duplicates.add(parent.isEmpty() ? key : parent + "." + key);
            }
        }
    }

    private String string() {
        int start = ++at;
        boolean ascii = true;
        while (at < json.length) {
            byte c = json[at];
            if (c == '"') {
                String text = new String(
                        json, start, at - start, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
                at++;
                return text;
            }
            if (c == '\\') {
                return escapedString(start);
            }
            if (c < 0) {
                ascii = false;
            } else if (c < 0x20) {
                throw unexpected("in string literal");
            }
            at++;
        }
        throw endOfInput();
    }

    /** Goes on with a string at its first backslash. */
    private String escapedString(int start) {
        StringBuilder text = new StringBuilder(new String(json, start, at - start, StandardCharsets.UTF_8));
        int plain = at;
        while (at < json.length) {
            byte c = json[at];
            if (c == '"') {
                text.append(new String(json, plain, at - plain, StandardCharsets.UTF_8));
                at++;
                return text.toString();
            }
            if (c == '\\') {
                text.append(new String(json, plain, at - plain, StandardCharsets.UTF_8));
                at++;
                escape(text);
                plain = at;
            } else if (c >= 0 && c < 0x20) {
                throw unexpected("in string literal");
            } else {
                at++;
            }
        }
        throw endOfInput();
    }

    private void escape(StringBuilder text) {
        byte c = peek();
        switch (c) {
            case '"', '\\', '/' -> text.append((char) c);
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'n' -> text.append('\n');
            case 'r' -> text.append('\r');
            case 't' -> text.append('\t');
            case 'u' -> {
                unicode(text);
                return;
            }
            default -> throw unexpected("in string escape code");
        }
        at++;
    }

    /** A {@code \}{@code uXXXX}; half a surrogate pair becomes U+FFFD, as in Go. */
    private void unicode(StringBuilder text) {
        char first = hex();
        if (!Character.isSurrogate(first)) {
            text.append(first);
            return;
        }
        if (Character.isHighSurrogate(first) && at + 1 < json.length && json[at] == '\\' && json[at + 1] == 'u') {
            int rewind = at;
            at++;
            char second = hex();
            if (Character.isLowSurrogate(second)) {
                text.append(first).append(second);
                return;
            }
            at = rewind;
        }
        text.append('\uFFFD');
    }

    private char hex() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            at++;
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw unexpected("in \\u hexadecimal character escape");
            }
            value = value << 4 | digit;
        }
        at++;
        return (char) value;
    }

    private JsonValue literal(String word, JsonValue value) {
        for (int i = 1; i < word.length(); i++) {
            at++;
            if (peek() != word.charAt(i)) {
                throw unexpected("in literal " + word + " (expecting '" + word.charAt(i) + "')");
            }
        }
        at++;
        return value;
    }

    private JsonValue number() {
        int start = at;
        if (json[at] == '-') {
            at++;
            if (peek() < '0' || peek() > '9') {
                throw unexpected("in numeric literal");
            }
        }
        if (json[at] == '0') {
            at++;
        } else {
            digits();
        }
        boolean whole = true;
        if (at < json.length && json[at] == '.') {
            whole = false;
            at++;
            if (peek() < '0' || peek() > '9') {
                throw unexpected("after decimal point in numeric literal");
            }
            digits();
        }
        if (at < json.length && (json[at] == 'e' || json[at] == 'E')) {
            whole = false;
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            if (peek() < '0' || peek() > '9') {
                throw unexpected("in exponent of numeric literal");
            }
            digits();
        }
        return number(start, whole);
    }

    private JsonValue number(int start, boolean whole) {
        int length = at - start;
        if (whole && length <= 18) {
            boolean negative = json[start] == '-';
            long value = 0;
            for (int i = negative ? start + 1 : start; i < at; i++) {
                value = value * 10 + (json[i] - '0');
            }
            value = negative ? -value : value;
            return value == (int) value ? JsonTrees.number((int) value) : JsonTrees.number(value);
        }
        String text = new String(json, start, length, StandardCharsets.US_ASCII);
        if (length > MAX_NUMBER_LENGTH) {
            throw new CodecException(
                    "json: cannot unmarshal number " + text.substring(0, 40) + "... into Go value of type float64");
        }
        if (whole) {
            BigInteger value = new BigInteger(text);
            return value.bitLength() < 64 ? JsonTrees.number(value.longValue()) : JsonTrees.number(value);
        }
        try {
            BigDecimal value = new BigDecimal(text);
            if (Math.abs((long) value.scale()) <= MAX_EXPONENT + MAX_NUMBER_LENGTH) {
                return JsonTrees.number(value);
            }
        } catch (NumberFormatException e) {
            // An exponent beyond int: told like the others that no float64 can hold.
        }
        throw new CodecException("json: cannot unmarshal number " + text + " into Go value of type float64");
    }

    private void digits() {
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
    }

    private byte peek() {
        if (at >= json.length) {
            throw endOfInput();
        }
        return json[at];
    }

    private void skipSpace() {
        while (at < json.length) {
            switch (json[at]) {
                case ' ', '\t', '\n', '\r' -> at++;
                default -> {
                    return;
                }
            }
        }
    }

    private static CodecException endOfInput() {
        return new CodecException("unexpected end of JSON input");
    }

    private CodecException unexpected(String where) {
        return at >= json.length
                ? endOfInput()
                : new CodecException("invalid character " + quote(json[at] & 0xFF) + " " + where);
    }

    private static String quote(int c) {
        return switch (c) {
            case '\'' -> "'\\''";
            case '"' -> "'\"'";
            case '\n' -> "'\\n'";
            case '\r' -> "'\\r'";
            case '\t' -> "'\\t'";
            case '\b' -> "'\\b'";
            case '\f' -> "'\\f'";
            case '\\' -> "'\\\\'";
            default ->
                c < 0x20 || c == 0x7F
                        ? String.format("'\\x%02x'", c)
                        : c >= 0x80 && c < 0xA1 || c == 0xAD ? String.format("'\\u%04x'", c) : "'" + (char) c + "'";
        };
    }
}
