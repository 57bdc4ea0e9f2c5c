package io.coxswain.meta.managedfields;

import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.JsonObject;
import java.util.Optional;

/** The versions in which one stored object can be seen: owners remember their fields in the version they wrote. */
public interface FieldVersions {
    /** An object in one version. */
    record Versioned(JsonObject object, TypeSchema type) {}

    /** The object in another version; empty if it has no such version. */
    Optional<Versioned> convert(JsonObject object, String fromApiVersion, String toApiVersion);
}
