package io.coxswain.meta.validation;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.quantity.Quantity;
import io.coxswain.meta.quantity.QuantityFormatException;
import io.coxswain.meta.schema.FieldSchema;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.schema.TypeSchema.Form;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tree as a type, with the outcome that decoding into upstream's Go types and encoding again would have: wrong
 * types are an error, unknown fields are dropped and reported, {@code null} and empty optional values disappear,
 * quantities and times become canonical. Parts that need no change are not copied.
 */
public final class TypedDecoding {
    /** Upstream reports no more for one body. */
    private static final int MAX_STRICT_ERRORS = 100;

    private static final JsonValue EMPTY_TEXT = JsonTrees.text("");
    private static final JsonValue ZERO = JsonTrees.number(0);

    private final Set<String> duplicates;
    private final Set<String> strictErrors = new LinkedHashSet<>();
    /** From the root to here: names of fields and keys as strings, positions in lists as integers. */
    private final ArrayDeque<Object> path = new ArrayDeque<>();
    /** The fields alone: no keys of maps, no positions. */
    private final ArrayDeque<String> fields = new ArrayDeque<>();

    private String struct = "";

    /**
     * The outcome.
     *
     * @param strictErrors what {@link FieldValidation#STRICT} refuses and {@link FieldValidation#WARN} warns of, such as
     *     {@code unknown field "spec.foo"}, in the order of the document
     */
    public record Result(JsonObject object, List<String> strictErrors) {
        public Result {
            strictErrors = List.copyOf(strictErrors);
        }
    }

    private TypedDecoding(Set<String> duplicates) {
        this.duplicates = duplicates;
    }

    /**
     * Reads a tree as a type.
     *
     * @param duplicates paths of fields that the decoder saw twice
     * @throws TypeMismatchException if a value has the wrong type
     */
    public static Result decode(JsonValue tree, TypeSchema type, Set<String> duplicates) {
        TypedDecoding decoding = new TypedDecoding(duplicates);
        JsonValue decoded = decoding.read(tree, type);
        return new Result(
                decoded instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT,
                List.copyOf(decoding.strictErrors));
    }

    /** A tree that is known to be well-formed, such as one that was decoded from protobuf or made by a patch. */
    public static Result decode(JsonValue tree, TypeSchema type) {
        return decode(tree, type, Set.of());
    }

    private JsonValue read(JsonValue value, TypeSchema type) {
        if (value.getValueType() == ValueType.NULL) {
            return zero(type);
        }
        return switch (type.form()) {
            case OBJECT -> readObject(value, type);
            case MAP -> readMap(value, type);
            case ARRAY -> readArray(value, type);
            case STRING -> value instanceof JsonString ? value : mismatch(value, type.goType());
            case BOOLEAN ->
                value.getValueType() == ValueType.TRUE || value.getValueType() == ValueType.FALSE
                        ? value
                        : mismatch(value, type.goType());
            case INT32, INT64 -> readInteger(value, type);
            case DOUBLE -> value instanceof JsonNumber ? value : mismatch(value, type.goType());
            case BYTES -> readBytes(value, type);
            case QUANTITY -> readQuantity(value, false);
            case INT_OR_STRING -> readIntOrString(value);
            case TIME -> value instanceof JsonString text ? Times.second(text) : mismatch(value, "string");
            case MICRO_TIME -> value instanceof JsonString text ? Times.micro(text) : mismatch(value, "string");
            case RAW_OBJECT, RAW -> value;
        };
    }

    private static JsonValue zero(TypeSchema type) {
        return switch (type.form()) {
            case OBJECT -> JsonValue.EMPTY_JSON_OBJECT;
            case STRING -> EMPTY_TEXT;
            case BOOLEAN -> JsonValue.FALSE;
            case INT32, INT64, DOUBLE -> ZERO;
            default -> JsonValue.NULL;
        };
    }

    private JsonValue readObject(JsonValue value, TypeSchema type) {
        if (!(value instanceof JsonObject object)) {
            return mismatch(value, type.goType());
        }
        String outer = struct;
        struct = type.structName();
        Map<String, JsonValue> changed = null;
        for (Map.Entry<String, JsonValue> member : object.entrySet()) {
            String key = member.getKey();
            FieldSchema field = type.field(key);
            JsonValue was = member.getValue();
            JsonValue now;
            if (field == null) {
                now = type.preservesUnknownFields() ? was : null;
                if (now == null) {
                    report("unknown", key);
                }
            } else {
                path.addLast(key);
                fields.addLast(key);
                now = readField(was, field);
                fields.removeLast();
                path.removeLast();
                reportIfDuplicate(key);
            }
            if (now != was && changed == null) {
                changed = new LinkedHashMap<>(object);
            }
            if (changed != null) {
                if (now == null) {
                    changed.remove(key);
                } else {
                    changed.put(key, now);
                }
            }
        }
        struct = outer;
        return changed == null ? object : JsonTrees.of(changed);
    }

    private @Nullable JsonValue readField(JsonValue value, FieldSchema field) {
        if (value.getValueType() == ValueType.NULL) {
            return null;
        }
        JsonValue now = read(value, field.type());
        // An empty list of managed fields is not an absent one: it asks that they be no longer kept.
        boolean telling = field.name().equals("managedFields") && struct.equals("ObjectMeta");
        boolean leftOut = field.omitZero() && !field.nullable() && !telling && isZero(now, field.type());
        return leftOut || now.getValueType() == ValueType.NULL ? null : now;
    }

    /** What Go's {@code omitempty} leaves out; structs are never empty in its eyes. */
    private static boolean isZero(JsonValue value, TypeSchema type) {
        return switch (type.form()) {
            case STRING, BYTES ->
                value instanceof JsonString text && text.getString().isEmpty();
            case BOOLEAN -> value.getValueType() == ValueType.FALSE;
            case INT32, INT64 -> value instanceof JsonNumber number && number.longValue() == 0;
            case DOUBLE -> value instanceof JsonNumber number && number.doubleValue() == 0;
            case MAP -> value instanceof JsonObject object && object.isEmpty();
            case ARRAY -> value instanceof JsonArray array && array.isEmpty();
            default -> false;
        };
    }

    private JsonValue readMap(JsonValue value, TypeSchema type) {
        if (!(value instanceof JsonObject object)) {
            return mismatch(value, type.goType());
        }
        TypeSchema element = type.element();
        boolean resources = type.goType().equals("v1.ResourceList");
        Map<String, JsonValue> changed = null;
        for (Map.Entry<String, JsonValue> member : object.entrySet()) {
            path.addLast(member.getKey());
            JsonValue was = member.getValue();
            JsonValue now = element.form() == Form.QUANTITY && was.getValueType() != ValueType.NULL
                    ? readQuantity(was, resources)
                    : read(was, element);
            path.removeLast();
            reportIfDuplicate(member.getKey());
            if (now != was) {
                changed = changed == null ? new LinkedHashMap<>(object) : changed;
                changed.put(member.getKey(), now);
            }
        }
        return changed == null ? object : JsonTrees.of(changed);
    }

    private JsonValue readArray(JsonValue value, TypeSchema type) {
        if (!(value instanceof JsonArray array)) {
            return mismatch(value, type.goType());
        }
        TypeSchema element = type.element();
        List<JsonValue> changed = null;
        int index = 0;
        for (JsonValue was : array) {
            path.addLast(index);
            JsonValue now = read(was, element);
            path.removeLast();
            if (now != was && changed == null) {
                changed = new ArrayList<>(array);
            }
            if (changed != null) {
                changed.set(index, now);
            }
            index++;
        }
        return changed == null ? array : JsonTrees.array(changed);
    }

    private JsonValue readInteger(JsonValue value, TypeSchema type) {
        if (!(value instanceof JsonNumber number)) {
            return mismatch(value, type.goType());
        }
        String text = number.toString();
        boolean plain = text.length() <= 20;
        for (int i = 0; plain && i < text.length(); i++) {
            char c = text.charAt(i);
            plain = c >= '0' && c <= '9' || i == 0 && c == '-';
        }
        if (plain) {
            BigInteger big = text.length() > 18 ? number.bigIntegerValue() : null;
            long exact = number.longValue();
            boolean fits = (big == null || big.bitLength() < 64) && (type.form() == Form.INT64 || exact == (int) exact);
            if (fits) {
                return value;
            }
        }
        throw typeError("number " + text, type.goType());
    }

    private JsonValue readBytes(JsonValue value, TypeSchema type) {
        if (!(value instanceof JsonString string)) {
            return mismatch(value, type.goType());
        }
        String text = string.getString();
        String plain = text.indexOf('\n') < 0 && text.indexOf('\r') < 0
                ? text
                : text.replace("\n", "").replace("\r", "");
        int bad = Base64Text.firstBadByte(plain);
        if (bad >= 0) {
            throw new TypeMismatchException("illegal base64 data at input byte " + bad);
        }
        return plain.equals(text) ? value : JsonTrees.text(plain);
    }

    private static JsonValue readQuantity(JsonValue value, boolean roundToMillis) {
        String text = value instanceof JsonString string ? string.getString().strip() : value.toString();
        try {
            Quantity quantity = Quantity.parse(text);
            String canonical = (roundToMillis ? quantity.roundUpToMillis() : quantity).toString();
            return value instanceof JsonString string && string.getString().equals(canonical)
                    ? value
                    : JsonTrees.text(canonical);
        } catch (QuantityFormatException e) {
            throw new TypeMismatchException(e.getMessage());
        }
    }

    private JsonValue readIntOrString(JsonValue value) {
        if (value instanceof JsonString) {
            return value;
        }
        return value instanceof JsonNumber ? readInteger(value, INT32) : mismatch(value, INT32.goType());
    }

    private static final TypeSchema INT32 =
            TypeSchema.builder(Form.INT32, "", "int32").type();

    private JsonValue mismatch(JsonValue value, String goType) {
        String words = switch (value.getValueType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case NUMBER -> "number";
            case TRUE, FALSE -> "bool";
            case NULL -> "null";
        };
        throw typeError(words, goType);
    }

    /** Go's name for the kind of value that a JSON value becomes, and what its converter says of it. */
    private static String conversion(String words, String goType) {
        String from = switch (words) {
            case "object" -> "map";
            case "array" -> "slice";
            case "number" -> "int64";
            default -> words;
        };
        if (goType.startsWith("[]")) {
            return "cannot restore slice from " + from;
        }
        if (goType.startsWith("map[") || goType.equals("v1.ResourceList")) {
            return "cannot restore map from " + from;
        }
        return switch (goType) {
            case "int32", "int64", "string", "bool", "float64" -> "unrecognized type: " + goType;
            default ->
                words.equals("string") || words.startsWith("number") || words.equals("bool")
                        ? "cannot restore struct from: " + from
                        : "unrecognized type: string";
        };
    }

    private TypeMismatchException typeError(String words, String goType) {
        String where = fields.isEmpty() ? "Go value" : "Go struct field " + struct + "." + String.join(".", fields);
        return new TypeMismatchException(
                "json: cannot unmarshal " + words + " into " + where + " of type " + goType, conversion(words, goType));
    }

    private void reportIfDuplicate(String key) {
        if (!duplicates.isEmpty() && duplicates.contains(pathTo(key))) {
            report("duplicate", key);
        }
    }

    private void report(String what, String key) {
        if (strictErrors.size() < MAX_STRICT_ERRORS) {
            strictErrors.add(what + " field " + JsonTrees.text(pathTo(key)));
        }
    }

    private String pathTo(String key) {
        StringBuilder text = new StringBuilder();
        Iterator<Object> steps = path.iterator();
        while (steps.hasNext()) {
            Object step = steps.next();
            if (step instanceof Integer index) {
                text.append('[').append(index).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(step);
            }
        }
        return text.append(text.isEmpty() ? "" : ".").append(key).toString();
    }

    /** Base64 as Go's decoder judges it. */
    private static final class Base64Text {
        private static final Base64.Decoder STRICT = Base64.getDecoder();

        private Base64Text() {}

        /** The position of the first byte that does not belong, -1 if all is well. */
        static int firstBadByte(String text) {
            int end = text.length();
            while (end > 0 && text.charAt(end - 1) == '=' && text.length() - end < 2) {
                end--;
            }
            for (int i = 0; i < end; i++) {
                char c = text.charAt(i);
                boolean known =
                        c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/';
                if (!known) {
                    return i;
                }
            }
            if (text.length() % 4 != 0) {
                return end;
            }
            try {
                STRICT.decode(text);
                return -1;
            } catch (IllegalArgumentException e) {
                return end;
            }
        }
    }
}
