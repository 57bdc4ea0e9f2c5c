package io.coxswain.meta.fieldset;

import io.coxswain.meta.JsonTrees;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.io.StringReader;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One step of a path into an object: a field or map key by its name, a list item by its keys, by its value (sets) or by
 * its index. Ordered as upstream orders them, which is the order in which {@code fieldsV1} lists them.
 */
public final class PathElement implements Comparable<PathElement> {
    private enum Kind {
        FIELD('f'),
        KEY('k'),
        VALUE('v'),
        INDEX('i');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    /** Looking the provider up costs more than reading a key. */
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private final Kind kind;
    /** The step as a key of {@code fieldsV1}: what two equal steps have in common. */
    private final String text;
    /** The keys of a {@code KEY} as an object with sorted members; the value of a {@code VALUE} or {@code INDEX}. */
    private final JsonValue value;

    private PathElement(Kind kind, String rest, JsonValue value) {
        this.kind = kind;
        this.text = kind.letter + ":" + rest;
        this.value = value;
    }

    public static PathElement field(String name) {
        return new PathElement(Kind.FIELD, name, JsonValue.NULL);
    }

    /** An item of a list that is a map. */
    public static PathElement key(SortedMap<String, JsonValue> keys) {
        JsonObject object = JsonTrees.of(keys);
        return new PathElement(Kind.KEY, object.toString(), object);
    }

    /** An item of a list that is a set. */
    public static PathElement value(JsonValue item) {
        return new PathElement(Kind.VALUE, item.toString(), item);
    }

    /**
     * Reads a key of {@code fieldsV1}.
     *
     * @return empty for a kind of step that is not known, which upstream leaves out too
     * @throws FieldSetException if it is malformed
     */
    static Optional<PathElement> parse(String text) {
        if (text.length() < 2 || text.charAt(1) != ':') {
            throw new FieldSetException("missing colon: \"" + text + "\"");
        }
        String rest = text.substring(2);
        return switch (text.charAt(0)) {
            case 'f' -> Optional.of(field(rest));
            case 'v' -> Optional.of(value(json(rest)));
            case 'k' -> {
                if (!(json(rest) instanceof JsonObject object)) {
                    throw new FieldSetException("not an object: \"" + text + "\"");
                }
                yield Optional.of(key(new TreeMap<>(object)));
            }
            case 'i' -> {
                try {
                    yield Optional.of(new PathElement(
                            Kind.INDEX,
                            Integer.toString(Integer.parseInt(rest)),
                            JsonTrees.number(Integer.parseInt(rest))));
                } catch (NumberFormatException e) {
                    throw new FieldSetException("not an index: \"" + text + "\"", e);
                }
            }
            default -> Optional.empty();
        };
    }

    private static JsonValue json(String text) {
        try (JsonReader reader = READERS.createReader(new StringReader(text))) {
            return reader.readValue();
        } catch (JsonException | IllegalStateException e) {
            throw new FieldSetException("not JSON: \"" + text + "\"", e);
        }
    }

    /** The key in {@code fieldsV1}, such as {@code f:spec} or <code>k:{"name":"web"}</code>. */
    String text() {
        return text;
    }

    boolean isField() {
        return kind == Kind.FIELD;
    }

    boolean isKey() {
        return kind == Kind.KEY;
    }

    /** The name of a field or map key. */
    String fieldName() {
        return text.substring(2);
    }

    @Override
    public int compareTo(PathElement other) {
        if (kind != other.kind) {
            return kind.compareTo(other.kind);
        }
        return switch (kind) {
            case FIELD -> compareTexts(text, other.text);
            case KEY -> compareKeys(value.asJsonObject(), other.value.asJsonObject());
            case VALUE, INDEX -> compareValues(value, other.value);
        };
    }

    private static int compareKeys(JsonObject left, JsonObject right) {
        Iterator<Map.Entry<String, JsonValue>> others = right.entrySet().iterator();
        for (Map.Entry<String, JsonValue> entry : left.entrySet()) {
            if (!others.hasNext()) {
                return 1;
            }
            Map.Entry<String, JsonValue> other = others.next();
            int order = compareTexts(entry.getKey(), other.getKey());
            if (order == 0) {
                order = compareValues(entry.getValue(), other.getValue());
            }
            if (order != 0) {
                return order;
            }
        }
        return others.hasNext() ? -1 : 0;
    }

    /** Numbers come before strings, then booleans, lists, maps and null. */
    private static int compareValues(JsonValue left, JsonValue right) {
        if (left instanceof JsonNumber a && right instanceof JsonNumber b) {
            return a.bigDecimalValue().compareTo(b.bigDecimalValue());
        }
        if (left instanceof JsonString a && right instanceof JsonString b) {
            return compareTexts(a.getString(), b.getString());
        }
        if (rank(left) != rank(right)) {
            return Integer.compare(rank(left), rank(right));
        }
        return compareTexts(left.toString(), right.toString());
    }

    private static int rank(JsonValue value) {
        if (value instanceof JsonArray) {
            return 3;
        }
        ValueType type = value.getValueType();
        return switch (type) {
            case NUMBER -> 0;
            case STRING -> 1;
            case FALSE, TRUE -> 2;
            case ARRAY -> 3;
            case OBJECT -> 4;
            case NULL -> 5;
        };
    }

    /** The order of the UTF-8 bytes, which is Go's; Java's differs for characters beyond the basic plane. */
    private static int compareTexts(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                if (Character.isSurrogate(a) != Character.isSurrogate(b)) {
                    return Character.isSurrogate(a) ? 1 : -1;
                }
                return Character.compare(a, b);
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathElement that && that.kind == kind && that.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The step as messages print it: {@code .spec}, {@code [name="web"]}, {@code [="a"]}, {@code [0]}. */
    @Override
    public String toString() {
        return switch (kind) {
            case FIELD -> "." + fieldName();
            case KEY -> {
                StringBuilder keys = new StringBuilder("[");
                value.asJsonObject()
                        .forEach((name, key) -> keys.append(keys.length() == 1 ? "" : ",")
                                .append(name)
                                .append('=')
                                .append(key));
                yield keys.append(']').toString();
            }
            case VALUE -> "[=" + value + "]";
            case INDEX -> "[" + value + "]";
        };
    }
}
