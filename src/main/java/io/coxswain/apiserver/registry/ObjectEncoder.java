package io.coxswain.apiserver.registry;

import io.coxswain.meta.JsonTrees;
import io.coxswain.store.ObjectBytes;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.JsonWriter;
import jakarta.json.JsonWriterFactory;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Encodes objects for the store: {@code metadata.resourceVersion} stands first in the metadata, where the writer puts the revision. */
final class ObjectEncoder {
    private static final JsonWriterFactory WRITERS = Json.createWriterFactory(Map.of());
    private static final byte[] MARK = "\"metadata\":{\"resourceVersion\":\"".getBytes(StandardCharsets.UTF_8);

    private ObjectEncoder() {}

    static ObjectBytes encode(JsonObject object) {
        JsonObjectBuilder ordered = JsonTrees.object();
        ordered.add("kind", object.getOrDefault("kind", JsonTrees.text("")));
        ordered.add("apiVersion", object.getOrDefault("apiVersion", JsonTrees.text("")));
        JsonObjectBuilder metadata = JsonTrees.object().add("resourceVersion", "");
        if (object.get("metadata") instanceof JsonObject given) {
            given.forEach((key, value) -> {
                if (!key.equals("resourceVersion")) {
                    metadata.add(key, value);
                }
            });
        }
        ordered.add("metadata", metadata);
        object.forEach((key, value) -> {
            if (!key.equals("kind") && !key.equals("apiVersion") && !key.equals("metadata")) {
                ordered.add(key, value);
            }
        });
        byte[] bytes = write(ordered.build());
        int gap = indexOf(bytes, MARK) + MARK.length;
        return new ObjectBytes(Arrays.copyOfRange(bytes, 0, gap), Arrays.copyOfRange(bytes, gap, bytes.length));
    }

    private static byte[] write(JsonObject object) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
        try (JsonWriter writer = WRITERS.createWriter(out, StandardCharsets.UTF_8)) {
            writer.write((JsonValue) object);
        }
        return out.toByteArray();
    }

    /** The mark stands near the start: behind kind and apiVersion, which cannot contain it since quotes in them are escaped. */
    private static int indexOf(byte[] bytes, byte[] mark) {
        for (int i = 0; i <= bytes.length - mark.length; i++) {
            if (Arrays.equals(bytes, i, i + mark.length, mark, 0, mark.length)) {
                return i;
            }
        }
        throw new IllegalStateException("encoded object without metadata");
    }
}
