package io.coxswain.client;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * JSON bytes ↔ fabric8 model objects (by Jackson) ↔ trees. Thread-safe. Model objects come without managed fields, and their map of
 * unknown fields is immutable where it is empty ({@link LeanModels}).
 */
public final class ObjectCodec {
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final JsonProvider JSON = JsonProvider.provider();
    private static final JsonReaderFactory READERS = JSON.createReaderFactory(Map.of());
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addModule(new LeanModels())
            .addModule(new SimpleModule("times")
                    .addSerializer(ZonedDateTime.class, new TimeWriter())
                    .addDeserializer(ZonedDateTime.class, new TimeReader()))
            .build();

    private ObjectCodec() {}

    /** The object in the wanted form; a tree is handed over as it is. */
    public static <T> T read(ApiObject object, Class<T> type) {
        return type == JsonObject.class ? type.cast(object.tree()) : read(object.json(), type);
    }

    /** Reads JSON bytes. @throws ApiException 500 if they do not fit the type, which is a fault of ours or of the server's */
    public static <T> T read(byte[] json, Class<T> type) {
        if (type == JsonObject.class) {
            return type.cast(tree(json));
        }
        try {
            return MAPPER.readValue(json, type);
        } catch (IOException e) {
            throw ApiException.internalError("unable to read a " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /** Reads a tree into a type. */
    public static <T> T read(JsonObject tree, Class<T> type) {
        return type == JsonObject.class
                ? type.cast(tree)
                : read(tree.toString().getBytes(StandardCharsets.UTF_8), type);
    }

    static <T> T read(JsonNode node, Class<T> type) {
        if (type == JsonObject.class) {
            return type.cast(tree(node));
        }
        try {
            return MAPPER.treeToValue(node, type);
        } catch (JacksonException e) {
            throw ApiException.internalError("unable to read a " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    static JsonNode node(byte[] json, int offset, int length) throws IOException {
        return MAPPER.readTree(json, offset, length);
    }

    /** Parses one JSON object. */
    public static JsonObject tree(byte[] json) {
        try (JsonReader reader = READERS.createReader(new ByteArrayInputStream(json))) {
            return reader.readObject();
        } catch (jakarta.json.JsonException e) {
            throw ApiException.internalError("unable to read JSON: " + e.getMessage(), e);
        }
    }

    /** The tree of a model object. */
    public static JsonObject tree(Object object) {
        if (object instanceof JsonObject tree) {
            return tree;
        }
        JsonNode node = MAPPER.valueToTree(object);
        return tree(node).asJsonObject();
    }

    public static byte[] bytes(Object object) {
        if (object instanceof JsonValue tree) {
            return tree.toString().getBytes(StandardCharsets.UTF_8);
        }
        try {
            return MAPPER.writeValueAsBytes(object);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "no JSON form: " + object.getClass().getName(), e);
        }
    }

    private static JsonValue tree(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                JsonObjectBuilder object = JSON.createObjectBuilder();
                node.properties().forEach(entry -> object.add(entry.getKey(), tree(entry.getValue())));
                yield object.build();
            }
            case ARRAY -> {
                JsonArrayBuilder array = JSON.createArrayBuilder();
                node.forEach(item -> array.add(tree(item)));
                yield array.build();
            }
            case STRING -> JSON.createValue(node.textValue());
            case NUMBER ->
                node.isIntegralNumber() && node.canConvertToLong()
                        ? JSON.createValue(node.longValue())
                        : JSON.createValue(node.decimalValue());
            case BOOLEAN -> node.booleanValue() ? JsonValue.TRUE : JsonValue.FALSE;
            default -> JsonValue.NULL;
        };
    }

    /** Where an object of any supported type keeps its identity. */
    static Identity identity(Object object) {
        if (object instanceof HasMetadata typed) {
            ObjectMeta meta = typed.getMetadata();
            return new Identity(
                    text(meta.getNamespace()),
                    text(meta.getName()),
                    text(meta.getUid()),
                    text(meta.getResourceVersion()));
        }
        if (object instanceof ObjectSummary summary) {
            ObjectSummary.Meta meta = summary.metadata();
            return new Identity(meta.namespace(), meta.name(), meta.uid(), meta.resourceVersion());
        }
        if (object instanceof JsonObject tree) {
            JsonObject meta = tree.getJsonObject("metadata");
            return new Identity(
                    meta.getString("namespace", ""),
                    meta.getString("name", ""),
                    meta.getString("uid", ""),
                    meta.getString("resourceVersion", ""));
        }
        throw new IllegalArgumentException("no API object: " + object.getClass().getName());
    }

    private static String text(@org.jspecify.annotations.Nullable String value) {
        return value == null ? "" : value;
    }

    /** Name, uid and version of an object. */
    record Identity(String namespace, String name, String uid, String resourceVersion) {
        Key key() {
            return new Key(namespace, name);
        }
    }

    private static final class TimeWriter extends JsonSerializer<ZonedDateTime> {
        @Override
        public void serialize(ZonedDateTime value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(MICRO_TIME.format(value));
        }
    }

    private static final class TimeReader extends JsonDeserializer<ZonedDateTime> {
        @Override
        public ZonedDateTime deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return ZonedDateTime.parse(in.getText());
        }
    }
}
