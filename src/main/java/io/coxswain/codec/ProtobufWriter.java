package io.coxswain.codec;

import io.coxswain.codec.ProtobufPlans.Field;
import io.coxswain.codec.ProtobufPlans.Message;
import io.coxswain.meta.validation.Times;
import io.coxswain.meta.validation.TypeMismatchException;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** Writes messages into a growing array of bytes. What has the wrong type for its field is left out. */
final class ProtobufWriter {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int DELIMITED = 2;

    private byte[] bytes = new byte[256];
    private int length;

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    void raw(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    void bytes(int number, byte[] value) {
        varint(number << 3 | DELIMITED);
        varint(value.length);
        raw(value);
    }

    void message(JsonObject object, Message plan) {
        for (Field field : plan.fields()) {
            if (field == null) {
                continue;
            }
            if (field.isEmbedded()) {
                ProtobufWriter embedded = new ProtobufWriter();
                embedded.message(object, messageOf(field));
                if (embedded.length > 0) {
                    nested(field.number(), embedded);
                }
                continue;
            }
            JsonValue value =
                    field.schema() == null ? null : object.get(field.schema().name());
            if (value != null && value.getValueType() != ValueType.NULL) {
                field(field, value);
            }
        }
    }

    private void field(Field field, JsonValue value) {
        if (field.isMap()) {
            if (value instanceof JsonObject map) {
                for (Map.Entry<String, JsonValue> entry : map.entrySet()) {
                    ProtobufWriter pair = new ProtobufWriter();
                    pair.bytes(1, entry.getKey().getBytes(StandardCharsets.UTF_8));
                    pair.value(2, field, entry.getValue());
                    nested(field.number(), pair);
                }
            }
        } else if (field.isRepeated()) {
            if (value instanceof JsonArray array) {
                array.forEach(item -> value(field.number(), field, item));
            }
        } else {
            value(field.number(), field, value);
        }
    }

    private void value(int number, Field field, JsonValue value) {
        switch (field.wireType()) {
            case STRING -> {
                if (value instanceof JsonString string) {
                    bytes(number, string.getString().getBytes(StandardCharsets.UTF_8));
                }
            }
            case BYTES -> {
                if (value instanceof JsonString string) {
                    bytes(number, Base64.getMimeDecoder().decode(string.getString()));
                }
            }
            case BOOL -> {
                varint(number << 3 | VARINT);
                varint(value.getValueType() == ValueType.TRUE ? 1 : 0);
            }
            case INT32, INT64, UINT32, UINT64, ENUM -> {
                if (value instanceof JsonNumber digits) {
                    varint(number << 3 | VARINT);
                    varint(digits.longValue());
                }
            }
            case DOUBLE -> {
                if (value instanceof JsonNumber digits) {
                    varint(number << 3 | FIXED64);
                    long bits = Double.doubleToRawLongBits(digits.doubleValue());
                    room(8);
                    for (int i = 0; i < 8; i++) {
                        bytes[length++] = (byte) (bits >>> 8 * i);
                    }
                }
            }
            case MESSAGE -> {
                ProtobufWriter inner = new ProtobufWriter();
                if (value.getValueType() != ValueType.NULL) {
                    inner.special(messageOf(field), value);
                }
                nested(number, inner);
            }
            default -> throw new IllegalStateException("no kind has fields of the type " + field.wireType());
        }
    }

    private void special(Message plan, JsonValue value) {
        switch (plan.special()) {
            case NONE -> {
                if (value instanceof JsonObject object) {
                    message(object, plan);
                }
            }
            case QUANTITY -> bytes(1, textOf(value).getBytes(StandardCharsets.UTF_8));
            case INT_OR_STRING -> intOrString(value);
            case TIME, MICRO_TIME -> time(value);
            case RAW -> bytes(1, JsonCodec.encode(value));
            case LIST -> {
                Field items = plan.field(1);
                if (items != null) {
                    field(items, value);
                }
            }
            case SCHEMA_OR_ARRAY, SCHEMA_OR_STRINGS -> schemaOrList(plan, value);
            case SCHEMA_OR_BOOL -> {
                varint(1 << 3 | VARINT);
                varint(value.getValueType() == ValueType.FALSE ? 0 : 1);
                if (value instanceof JsonObject schema) {
                    schema(2, plan, schema);
                }
            }
        }
    }

    private void schemaOrList(Message plan, JsonValue value) {
        if (value instanceof JsonObject schema) {
            schema(1, plan, schema);
        } else if (value instanceof JsonArray array) {
            for (JsonValue item : array) {
                if (item instanceof JsonObject schema) {
                    schema(2, plan, schema);
                } else {
                    bytes(2, textOf(item).getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }

    private void schema(int number, Message plan, JsonObject schema) {
        ProtobufWriter inner = new ProtobufWriter();
        inner.message(schema, plan.schemaProps());
        nested(number, inner);
    }

    private void intOrString(JsonValue value) {
        boolean text = value instanceof JsonString;
        varint(1 << 3 | VARINT);
        varint(text ? 1 : 0);
        varint(2 << 3 | VARINT);
        varint(value instanceof JsonNumber number ? number.intValue() : 0);
        bytes(3, text ? textOf(value).getBytes(StandardCharsets.UTF_8) : new byte[0]);
    }

    private void time(JsonValue value) {
        try {
            Instant instant = Times.parse(textOf(value));
            varint(1 << 3 | VARINT);
            varint(instant.getEpochSecond());
            varint(2 << 3 | VARINT);
            varint(instant.getNano());
        } catch (TypeMismatchException e) {
            throw new CodecException(e.getMessage(), e);
        }
    }

    private static String textOf(JsonValue value) {
        return value instanceof JsonString string ? string.getString() : value.toString();
    }

    private void nested(int number, ProtobufWriter inner) {
        varint(number << 3 | DELIMITED);
        varint(inner.length);
        room(inner.length);
        System.arraycopy(inner.bytes, 0, bytes, length, inner.length);
        length += inner.length;
    }

    private void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    private static Message messageOf(Field field) {
        Message message = field.message();
        if (message == null) {
            throw new IllegalStateException(field.descriptor().getFullName() + " is no message");
        }
        return message;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
