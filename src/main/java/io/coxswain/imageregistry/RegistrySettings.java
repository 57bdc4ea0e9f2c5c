package io.coxswain.imageregistry;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What the registry needs to know.
 *
 * @param directory where everything is kept
 * @param maxBytes how many bytes all blobs together may take
 * @param uploadExpiry after how long without a byte an unfinished upload is dropped
 * @param unreferencedGrace how long a blob that no manifest names is kept, so that a push in progress keeps its layers
 */
public record RegistrySettings(Path directory, long maxBytes, Duration uploadExpiry, Duration unreferencedGrace) {
    public static RegistrySettings in(Path directory, long maxBytes) {
        return new RegistrySettings(directory, maxBytes, Duration.ofHours(1), Duration.ofHours(1));
    }
}
