package io.coxswain.apiserver.registry;

import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.schema.TypeSchema;
import java.util.Optional;

/** Where the registry finds the schema of a kind. Thread-safe. */
public interface TypeSchemas {
    Optional<TypeSchema> find(GroupVersionKind kind);

    /** @throws IllegalStateException if there is none: every served kind has one */
    default TypeSchema get(GroupVersionKind kind) {
        return find(kind).orElseThrow(() -> new IllegalStateException("no schema of the kind " + kind));
    }
}
