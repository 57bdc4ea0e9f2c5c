package io.coxswain.meta.managedfields;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The annotation in which kubectl's client-side apply remembers a configuration. Server-side apply by kubectl keeps it true. */
final class LastApplied {
    static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
    /** The only applier whose conflicts with its own client-side past are settled for it. */
    static final String KUBECTL = "kubectl";

    private static final int MAX_ANNOTATIONS_BYTES = 256 * 1024;
    private static final String[] PATH = {"metadata", "annotations", ANNOTATION};

    private LastApplied() {}

    /** What client-side apply wrote last; empty if the object was never applied so, or nothing readable is there. */
    static Optional<JsonObject> read(JsonObject object) {
        String text = new ObjectView(object).text(PATH);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return Optional.of(reader.readObject());
        } catch (JsonException malformed) {
            return Optional.empty();
        }
    }

    /** The object with the annotation, if it has it, telling what was just applied; without it if that is too long. */
    static JsonObject sync(JsonObject object, JsonObject config) {
        if (new ObjectView(object).text(PATH).isEmpty()) {
            return object;
        }
        String text = JsonTrees.remove(config, PATH) + "\n";
        JsonObject synced = JsonTrees.set(object, JsonTrees.text(text), PATH);
        long bytes = new ObjectView(synced)
                .annotations().entrySet().stream()
                        .mapToLong(entry -> (long) entry.getKey().getBytes(StandardCharsets.UTF_8).length
                                + entry.getValue().getBytes(StandardCharsets.UTF_8).length)
                        .sum();
        return bytes > MAX_ANNOTATIONS_BYTES ? JsonTrees.remove(object, PATH) : synced;
    }
}
