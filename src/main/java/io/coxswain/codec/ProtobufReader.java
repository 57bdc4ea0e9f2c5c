package io.coxswain.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.coxswain.codec.ProtobufPlans.Field;
import io.coxswain.codec.ProtobufPlans.Message;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.schema.FieldSchema;
import io.coxswain.meta.schema.TypeSchema.Form;
import io.coxswain.meta.validation.Times;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one object's message. Used once, by one thread. */
final class ProtobufReader {
    /** Deeper than any kind of ours goes; a custom resource's schema may nest, two messages a level. */
    private static final int MAX_DEPTH = 200;

    private static final JsonString EMPTY_TEXT = JsonTrees.text("");
    private static final JsonValue ZERO = JsonTrees.number(0);

    private final ProtobufCodec codec;
    private final CodedInputStream in;
    private int depth;

    ProtobufReader(ProtobufCodec codec, byte[] raw) {
        this.codec = codec;
        this.in = CodedInputStream.newInstance(raw);
    }

    JsonObject message(Message plan) {
        try {
            return object(plan);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    static CodecException broken(IOException e) {
        boolean truncated = e instanceof InvalidProtocolBufferException
                && e.getMessage() != null
                && e.getMessage().contains("ended unexpectedly");
        return new CodecException(truncated ? "unexpected EOF" : "proto: " + e.getMessage(), e);
    }

    /** Reads fields up to the limit that the caller has set. */
    private JsonObject object(Message plan) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        fields(plan, members);
        if (members.isEmpty()) {
            return JsonValue.EMPTY_JSON_OBJECT;
        }
        JsonObjectBuilder object = JsonTrees.object();
        members.forEach((name, value) -> {
            if (value instanceof JsonValue ready) {
                object.add(name, ready);
            } else if (value instanceof JsonArrayBuilder array) {
                object.add(name, array);
            } else {
                object.add(name, (JsonObjectBuilder) value);
            }
        });
        return object.build();
    }

    private void fields(Message plan, Map<String, Object> members) throws IOException {
        if (++depth > MAX_DEPTH) {
            throw new CodecException("exceeded max depth");
        }
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            Field field = plan.field(WireFormat.getTagFieldNumber(tag));
            if (field == null || !isExpected(tag, field)) {
                in.skipField(tag);
                continue;
            }
            if (field.isEmbedded()) {
                int end = enter();
                fields(messageOf(field), members);
                in.popLimit(end);
                continue;
            }
            FieldSchema schema = field.schema();
            if (schema == null) {
                throw new IllegalStateException("a list's message was read as an object");
            }
            if (field.isMap()) {
                mapEntry(field, (JsonObjectBuilder) members.computeIfAbsent(schema.name(), n -> JsonTrees.object()));
            } else if (field.isRepeated()) {
                repeated(field, tag, (JsonArrayBuilder) members.computeIfAbsent(schema.name(), n -> JsonTrees.array()));
            } else {
                JsonValue value = value(field);
                if (isKept(value, schema)) {
                    members.put(schema.name(), value);
                }
            }
        }
        depth--;
    }

    private static boolean isExpected(int tag, Field field) {
        int wire = WireFormat.getTagWireType(tag);
        boolean delimited = wire == WireFormat.WIRETYPE_LENGTH_DELIMITED;
        if (field.isMap()) {
            return delimited;
        }
        int natural = switch (field.wireType()) {
            case MESSAGE, STRING, BYTES -> WireFormat.WIRETYPE_LENGTH_DELIMITED;
            case DOUBLE, FIXED64, SFIXED64 -> WireFormat.WIRETYPE_FIXED64;
            case FLOAT, FIXED32, SFIXED32 -> WireFormat.WIRETYPE_FIXED32;
            default -> WireFormat.WIRETYPE_VARINT;
        };
        return wire == natural || delimited && field.isRepeated();
    }

    /** What Go's encoder writes: {@code null} never, zero if the field tells it from absence or always shows it. */
    private static boolean isKept(JsonValue value, FieldSchema schema) {
        if (value.getValueType() == ValueType.NULL) {
            return false;
        }
        if (schema.nullable() || !schema.omitZero()) {
            return true;
        }
        return switch (schema.type().form()) {
            case STRING, BYTES -> !EMPTY_TEXT.equals(value);
            case INT32, INT64, DOUBLE, INT_OR_STRING -> !isZero(value);
            case BOOLEAN -> value.getValueType() == ValueType.TRUE;
            default -> true;
        };
    }

    private static boolean isZero(JsonValue value) {
        return value instanceof jakarta.json.JsonNumber number && number.doubleValue() == 0;
    }

    private void repeated(Field field, int tag, JsonArrayBuilder array) throws IOException {
        boolean packed = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED
                && switch (field.wireType()) {
                    case MESSAGE, STRING, BYTES -> false;
                    default -> true;
                };
        if (!packed) {
            array.add(value(field));
            return;
        }
        int end = enter();
        while (in.getBytesUntilLimit() > 0) {
            array.add(value(field));
        }
        in.popLimit(end);
    }

    private void mapEntry(Field field, JsonObjectBuilder map) throws IOException {
        int end = enter();
        String key = "";
        JsonValue value = null;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> key = in.readString();
                case 2 -> value = value(field);
                default -> in.skipField(tag);
            }
        }
        in.popLimit(end);
        map.add(key, value == null ? absent(field) : value);
    }

    /** The value of a map's entry that the wire leaves out. */
    private static JsonValue absent(Field field) {
        return switch (field.item().form()) {
            case STRING, BYTES -> EMPTY_TEXT;
            case INT32, INT64, DOUBLE -> ZERO;
            case BOOLEAN -> JsonValue.FALSE;
            case ARRAY -> JsonValue.EMPTY_JSON_ARRAY;
            case QUANTITY -> JsonTrees.text("0");
            default -> JsonValue.EMPTY_JSON_OBJECT;
        };
    }

    private JsonValue value(Field field) throws IOException {
        return switch (field.wireType()) {
            case STRING -> text(in.readString());
            case BOOL -> JsonTrees.flag(in.readBool());
            case INT32, SINT32, UINT32, ENUM -> JsonTrees.number(in.readInt32());
            case INT64, SINT64, UINT64 -> JsonTrees.number(in.readInt64());
            case DOUBLE -> number(in.readDouble());
            case FLOAT -> number(in.readFloat());
            case BYTES ->
                field.item().form() == Form.BYTES
                        ? text(Base64.getEncoder().encodeToString(in.readByteArray()))
                        : text(in.readString());
            case MESSAGE -> nested(messageOf(field));
            default -> throw new IllegalStateException("no kind has fields of the type " + field.wireType());
        };
    }

    private static JsonValue number(double value) {
        if (!Double.isFinite(value)) {
            throw new CodecException("json: unsupported value: " + value);
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? JsonTrees.number((long) value)
                : JsonTrees.number(value);
    }

    private static JsonValue text(String value) {
        return value.isEmpty() ? EMPTY_TEXT : JsonTrees.text(value);
    }

    private JsonValue nested(Message plan) throws IOException {
        int end = enter();
        JsonValue value = switch (plan.special()) {
            case NONE -> object(plan);
            case QUANTITY -> quantity();
            case INT_OR_STRING -> intOrString();
            case TIME, MICRO_TIME -> time(plan.special() == ProtobufPlans.Special.MICRO_TIME);
            case RAW -> raw();
            case LIST -> list(plan);
            case SCHEMA_OR_ARRAY -> schemaOrArray(plan.schemaProps());
            case SCHEMA_OR_BOOL -> schemaOrBool(plan.schemaProps());
            case SCHEMA_OR_STRINGS -> schemaOrStrings(plan.schemaProps());
        };
        in.popLimit(end);
        return value;
    }

    private JsonValue quantity() throws IOException {
        String text = "0";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                text = in.readString();
            } else {
                in.skipField(tag);
            }
        }
        return JsonTrees.text(text);
    }

    private JsonValue intOrString() throws IOException {
        long type = 0;
        int number = 0;
        String text = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> type = in.readInt64();
                case 2 -> number = in.readInt32();
                case 3 -> text = in.readString();
                default -> in.skipField(tag);
            }
        }
        return type == 0 ? JsonTrees.number(number) : text(text);
    }

    /** A message without fields is Go's zero time, which JSON shows as {@code null}. */
    private JsonValue time(boolean micro) throws IOException {
        long seconds = 0;
        int nanos = 0;
        boolean present = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            present = true;
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> seconds = in.readInt64();
                case 2 -> nanos = in.readInt32();
                default -> in.skipField(tag);
            }
        }
        if (!present) {
            return JsonValue.NULL;
        }
        try {
            Instant instant = Instant.ofEpochSecond(seconds, nanos);
            int year = instant.atOffset(java.time.ZoneOffset.UTC).getYear();
            if (year < 0 || year > 9999) {
                throw new CodecException("Time.MarshalJSON: year outside of range [0,9999]");
            }
            return JsonTrees.text(micro ? Times.formatMicro(instant) : Times.format(instant));
        } catch (DateTimeException | ArithmeticException e) {
            throw new CodecException("Time.MarshalJSON: year outside of range [0,9999]", e);
        }
    }

    private JsonValue raw() throws IOException {
        byte[] bytes = {};
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                bytes = in.readByteArray();
            } else {
                in.skipField(tag);
            }
        }
        if (bytes.length == 0) {
            return JsonValue.NULL;
        }
        // An object inside an object (a List's items) comes with an envelope of its own.
        if (ProtobufCodec.hasPrefix(bytes)) {
            if (depth > 4) {
                throw new CodecException("exceeded max depth");
            }
            return codec.decode(bytes);
        }
        return JsonCodec.parse(bytes).value();
    }

    private JsonValue list(Message plan) throws IOException {
        JsonArrayBuilder array = JsonTrees.array();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            Field field = plan.field(WireFormat.getTagFieldNumber(tag));
            if (field == null || !isExpected(tag, field)) {
                in.skipField(tag);
            } else {
                repeated(field, tag, array);
            }
        }
        return array.build();
    }

    private JsonValue schemaOrArray(Message props) throws IOException {
        JsonValue schema = JsonValue.NULL;
        JsonArrayBuilder many = null;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> schema = nested(props);
                case 2 -> {
                    many = many == null ? JsonTrees.array() : many;
                    many.add(nested(props));
                }
                default -> in.skipField(tag);
            }
        }
        return many == null ? schema : many.build();
    }

    private JsonValue schemaOrBool(Message props) throws IOException {
        JsonValue schema = null;
        boolean allows = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> allows = in.readBool();
                case 2 -> schema = nested(props);
                default -> in.skipField(tag);
            }
        }
        return schema == null ? JsonTrees.flag(allows) : schema;
    }

    private JsonValue schemaOrStrings(Message props) throws IOException {
        JsonValue schema = JsonValue.NULL;
        JsonArrayBuilder strings = null;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> schema = nested(props);
                case 2 -> {
                    strings = strings == null ? JsonTrees.array() : strings;
                    strings.add(in.readString());
                }
                default -> in.skipField(tag);
            }
        }
        return strings == null ? schema : strings.build();
    }

    private int enter() throws IOException {
        return in.pushLimit(in.readRawVarint32());
    }

    private static Message messageOf(Field field) {
        @Nullable Message message = field.message();
        if (message == null) {
            throw new IllegalStateException(field.descriptor().getFullName() + " is no message");
        }
        return message;
    }
}
