package io.coxswain.store;

import io.coxswain.meta.ApiObject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import java.io.ByteArrayInputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One object at one revision: immutable, safe to share between threads. Holds the JSON bytes exactly as clients receive
 * them; the tree, which takes ten times their room, is parsed when first asked for and kept until the next collection. That is
 * long enough for those who look at one change together. Kept for longer, the trees of past states fill the heap.
 */
public final class StoredObject implements ApiObject {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

    private final ObjectKey key;
    private final long revision;
    private final byte[] json;
    private volatile @Nullable WeakReference<JsonObject> tree;

    /**
     * @param revision the revision of the write that made this state
     * @param json the whole object in UTF-8, {@code metadata.resourceVersion} included; the array is not copied and must not be changed
     */
    public StoredObject(ObjectKey key, long revision, byte[] json) {
        this.key = key;
        this.revision = revision;
        this.json = json;
    }

    public ObjectKey key() {
        return key;
    }

    public long revision() {
        return revision;
    }

    @Override
    public byte[] json() {
        return json;
    }

    @Override
    public String name() {
        return key.name();
    }

    @Override
    public JsonObject tree() {
        WeakReference<JsonObject> reference = tree;
        JsonObject known = reference == null ? null : reference.get();
        if (known != null) {
            return known;
        }
        try (JsonReader reader = READERS.createReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8)) {
            JsonObject parsed = reader.readObject();
            tree = new WeakReference<>(parsed);
            return parsed;
        }
    }

    @Override
    public String toString() {
        return key + "@" + revision;
    }
}
