package io.coxswain.apiserver.openapi;

import com.google.protobuf.CodedOutputStream;
import io.coxswain.codec.JsonCodec;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An OpenAPI v2 document in the protobuf form of {@code github.com/google/gnostic-models/openapiv2}, the only one that
 * client-go asks for. The numbers are those of {@code OpenAPIv2.proto}; only what {@link SwaggerDocument} makes is written.
 */
final class SwaggerBinary {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    private SwaggerBinary() {}

    /** Writes the fields of one message. */
    private interface Fields {
        void write(SwaggerBinary message) throws IOException;
    }

    static byte[] encode(JsonObject document) {
        try {
            return message(root -> {
                root.text(1, document.get("swagger"));
                root.nested(2, info -> {
                    info.text(1, document.getJsonObject("info").get("title"));
                    info.text(2, document.getJsonObject("info").get("version"));
                });
                root.nested(8, paths -> {
                    for (Map.Entry<String, JsonValue> path :
                            document.getJsonObject("paths").entrySet()) {
                        paths.named(2, path.getKey(), item -> pathItem(item, path.getValue()));
                    }
                });
                root.nested(9, definitions -> {
                    for (Map.Entry<String, JsonValue> definition :
                            document.getJsonObject("definitions").entrySet()) {
                        definitions.named(1, definition.getKey(), schema -> schema(schema, definition.getValue()));
                    }
                });
            });
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    private static void pathItem(SwaggerBinary item, JsonValue json) throws IOException {
        JsonObject object = json.asJsonObject();
        Map<String, Integer> methods = Map.of("get", 2, "put", 3, "post", 4, "delete", 5, "patch", 8);
        for (Map.Entry<String, JsonValue> member : object.entrySet()) {
            Integer number = methods.get(member.getKey());
            if (number != null) {
                item.nested(
                        number,
                        operation -> operation(operation, member.getValue().asJsonObject()));
            }
        }
        for (JsonValue parameter : array(object, "parameters")) {
            item.nested(9, choice -> parameter(choice, parameter.asJsonObject()));
        }
    }

    private static void operation(SwaggerBinary operation, JsonObject json) throws IOException {
        operation.text(5, json.get("operationId"));
        for (JsonValue type : array(json, "consumes")) {
            operation.text(7, type);
        }
        for (JsonValue parameter : array(json, "parameters")) {
            operation.nested(8, choice -> parameter(choice, parameter.asJsonObject()));
        }
        operation.nested(9, responses -> {
            for (Map.Entry<String, JsonValue> response :
                    json.getJsonObject("responses").entrySet()) {
                responses.named(
                        1,
                        response.getKey(),
                        value -> value.nested(
                                1, one -> response(one, response.getValue().asJsonObject())));
            }
        });
        operation.extensions(13, json);
    }

    private static void response(SwaggerBinary response, JsonObject json) throws IOException {
        response.text(1, json.get("description"));
        if (json.get("schema") instanceof JsonObject schema) {
            response.nested(2, item -> item.nested(1, inner -> schema(inner, schema)));
        }
    }

    private static void parameter(SwaggerBinary choice, JsonObject json) throws IOException {
        String in = json.getString("in");
        choice.nested(1, parameter -> {
            if (in.equals("body")) {
                parameter.nested(1, body -> {
                    body.text(2, json.get("name"));
                    body.text(3, json.get("in"));
                    body.flag(4, json.get("required"));
                    body.nested(5, schema -> schema(schema, json.getJsonObject("schema")));
                });
            } else {
                boolean query = in.equals("query");
                parameter.nested(
                        2,
                        other -> other.nested(query ? 3 : 4, sub -> {
                            sub.flag(1, json.get("required"));
                            sub.text(2, json.get("in"));
                            sub.text(4, json.get("name"));
                            sub.text(query ? 6 : 5, json.get("type"));
                        }));
            }
        });
    }

    private static void schema(SwaggerBinary schema, JsonValue json) throws IOException {
        if (!(json instanceof JsonObject object)) {
            return;
        }
        schema.text(1, object.get("$ref"));
        schema.text(2, object.get("format"));
        schema.text(4, object.get("description"));
        if (object.containsKey("default")) {
            schema.any(5, object.get("default"));
        }
        for (JsonValue name : array(object, "required")) {
            schema.text(19, name);
        }
        for (JsonValue value : array(object, "enum")) {
            schema.any(20, value);
        }
        if (object.get("additionalProperties") instanceof JsonObject element) {
            schema.nested(21, item -> item.nested(1, inner -> schema(inner, element)));
        }
        if (object.containsKey("type")) {
            schema.nested(22, type -> type.text(1, object.get("type")));
        }
        if (object.get("items") instanceof JsonObject element) {
            schema.nested(23, item -> item.nested(1, inner -> schema(inner, element)));
        }
        if (object.get("properties") instanceof JsonObject properties) {
            schema.nested(25, all -> {
                for (Map.Entry<String, JsonValue> property : properties.entrySet()) {
                    all.named(1, property.getKey(), inner -> schema(inner, property.getValue()));
                }
            });
        }
        schema.extensions(31, object);
    }

    private static JsonArray array(JsonObject object, String key) {
        return object.get(key) instanceof JsonArray array ? array : JsonValue.EMPTY_JSON_ARRAY;
    }

    private void text(int number, @org.jspecify.annotations.Nullable JsonValue value) throws IOException {
        if (value instanceof JsonString string) {
            out.writeString(number, string.getString());
        }
    }

    private void flag(int number, @org.jspecify.annotations.Nullable JsonValue value) throws IOException {
        if (value == JsonValue.TRUE) {
            out.writeBool(number, true);
        }
    }

    /** A value of any form, which stands in the message as text. */
    private void any(int number, JsonValue value) throws IOException {
        nested(number, any -> any.out.writeString(2, new String(JsonCodec.encode(value), StandardCharsets.UTF_8)));
    }

    private void extensions(int number, JsonObject object) throws IOException {
        for (Map.Entry<String, JsonValue> member : object.entrySet()) {
            if (member.getKey().startsWith("x-")) {
                nested(number, named -> {
                    named.out.writeString(1, member.getKey());
                    named.any(2, member.getValue());
                });
            }
        }
    }

    private void named(int number, String name, Fields value) throws IOException {
        nested(number, entry -> {
            entry.out.writeString(1, name);
            entry.nested(2, value);
        });
    }

    private void nested(int number, Fields fields) throws IOException {
        out.writeByteArray(number, message(fields));
    }

    private static byte[] message(Fields fields) throws IOException {
        SwaggerBinary message = new SwaggerBinary();
        fields.write(message);
        message.out.flush();
        return message.bytes.toByteArray();
    }
}
