package io.coxswain.imageregistry;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest names: blobs (config and layers) and, for an index, other manifests.
 *
 * @param mediaType the media type the manifest gives itself; {@code ""} if none
 * @param subject the manifest this one refers to (referrers API), if any
 */
record ManifestReferences(
        String mediaType, List<Digest> blobs, List<Digest> manifests, Optional<Digest> subject, String artifactType) {

    /** @throws RegistryException {@code MANIFEST_INVALID} if the bytes are no manifest */
    static ManifestReferences of(byte[] bytes) {
        try (JsonReader reader = Json.createReader(new ByteArrayInputStream(bytes))) {
            return of(reader.readObject());
        } catch (JsonException | ClassCastException | IllegalStateException e) {
            throw new RegistryException(
                    RegistryException.Code.MANIFEST_INVALID, "manifest is not valid JSON: " + e.getMessage());
        }
    }

    private static ManifestReferences of(JsonObject manifest) {
        List<Digest> blobs = new ArrayList<>();
        digestOf(manifest.get("config")).ifPresent(blobs::add);
        elements(manifest, "layers").forEach(layer -> {
            // Layers with URLs are held elsewhere and need not be here.
            if (!layer.asJsonObject().containsKey("urls")) {
                digestOf(layer).ifPresent(blobs::add);
            }
        });
        List<Digest> manifests = new ArrayList<>();
        elements(manifest, "manifests").forEach(entry -> digestOf(entry).ifPresent(manifests::add));
        if (blobs.isEmpty() && manifests.isEmpty() && !manifest.containsKey("manifests")) {
            throw new RegistryException(
                    RegistryException.Code.MANIFEST_INVALID, "manifest names neither blobs nor manifests");
        }
        String configType =
                manifest.get("config") instanceof JsonObject config ? config.getString("mediaType", "") : "";
        return new ManifestReferences(
                manifest.getString("mediaType", ""),
                List.copyOf(blobs),
                List.copyOf(manifests),
                digestOf(manifest.get("subject")),
                manifest.getString("artifactType", configType));
    }

    private static List<JsonValue> elements(JsonObject manifest, String field) {
        JsonValue value = manifest.get(field);
        return value == null
                ? List.of()
                : value.asJsonArray().stream()
                        .filter(JsonObject.class::isInstance)
                        .toList();
    }

    private static Optional<Digest> digestOf(@Nullable JsonValue value) {
        return value instanceof JsonObject descriptor && descriptor.get("digest") instanceof JsonString digest
                ? Optional.of(Digest.parse(digest.getString()))
                : Optional.empty();
    }
}
