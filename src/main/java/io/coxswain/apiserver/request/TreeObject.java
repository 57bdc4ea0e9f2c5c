package io.coxswain.apiserver.request;

import io.coxswain.meta.ApiObject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonWriter;
import jakarta.json.JsonWriterFactory;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object that was made as a tree, such as a Status or a table row; encoded when first asked for. Thread-safe. */
public final class TreeObject implements ApiObject {
    private static final JsonWriterFactory WRITERS = Json.createWriterFactory(Map.of());

    private final JsonObject tree;
    private byte @Nullable [] json;

    public TreeObject(JsonObject tree) {
        this.tree = tree;
    }

    @Override
    public JsonObject tree() {
        return tree;
    }

    @Override
    public byte[] json() {
        byte[] known = json;
        if (known == null) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
            try (JsonWriter writer = WRITERS.createWriter(out, StandardCharsets.UTF_8)) {
                writer.writeObject(tree);
            }
            known = out.toByteArray();
            json = known;
        }
        return known;
    }
}
