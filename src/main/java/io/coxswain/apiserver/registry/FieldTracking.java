package io.coxswain.apiserver.registry;

import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.fieldset.FieldSet;
import io.coxswain.meta.managedfields.FieldOwnership;
import io.coxswain.meta.managedfields.FieldVersions;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/** Keeps {@code metadata.managedFields} of what is written: who writes, through which part of the object, in which version. Thread-safe. */
final class FieldTracking {
    private static final FieldSet STATUS = FieldSet.paths("status");
    /** What a write of the status may touch; the rest is the old object's. */
    private static final Set<String> STATUS_WRITES = Set.of("apiVersion", "kind", "metadata", "status");

    private final TypeSchemas schemas;
    private final ResourceRegistry resources;
    private final Clock clock;

    FieldTracking(TypeSchemas schemas, ResourceRegistry resources, Clock clock) {
        this.schemas = schemas;
        this.resources = resources;
        this.clock = clock;
    }

    /** A new object with all its fields owned by its creator. */
    JsonObject created(Write write, JsonObject object) {
        return ownership(write, Updater.Part.MAIN)
                .update(JsonValue.EMPTY_JSON_OBJECT, object, null, write.fieldManager());
    }

    /**
     * A changed object with what was changed owned by who did it.
     *
     * @param now the new state as it will be stored
     * @param sent what the client sent or its patch made, which may edit the managed fields themselves
     */
    JsonObject updated(Write write, Updater.Part part, JsonObject old, JsonObject now, JsonObject sent) {
        JsonArray edited = write.subresource().isEmpty()
                        && new ObjectView(sent).at("metadata", "managedFields").orElse(null) instanceof JsonArray array
                ? array
                : null;
        return ownership(write, part).update(old, now, edited, write.fieldManager());
    }

    /** An object merged with a configuration. @param live the empty object if there is none; the rest as {@link FieldOwnership#apply} */
    JsonObject applied(Write write, Updater.Part part, JsonObject live, JsonObject config, String conflictVersion) {
        return ownership(write, part).apply(live, config, write.fieldManager(), write.force(), conflictVersion);
    }

    /** The object with the managed fields of another state of it. */
    static JsonObject copy(JsonObject target, JsonObject source) {
        JsonValue fields =
                new ObjectView(source).at("metadata", "managedFields").orElse(null);
        if (fields == null) {
            return JsonTrees.remove(target, "metadata", "managedFields");
        }
        return fields.equals(
                        new ObjectView(target).at("metadata", "managedFields").orElse(null))
                ? target
                : JsonTrees.set(target, fields, "metadata", "managedFields");
    }

    private FieldOwnership ownership(Write write, Updater.Part part) {
        RegisteredResource resource = write.resource();
        TypeSchema type = schemas.get(resource.gvk());
        FieldVersions versions = (object, from, to) -> convert(resource, object, from, to);
        return new FieldOwnership(
                resource.gvk().apiVersion(),
                type,
                write.subresource(),
                untouchable(resource.kind(), part, type),
                versions,
                ObjectMetadata.time(clock.instant()));
    }

    private static FieldSet untouchable(KindDefinition kind, Updater.Part part, TypeSchema type) {
        return switch (part) {
            case MAIN -> kind.hasStatus() ? STATUS : FieldSet.EMPTY;
            case STATUS ->
                FieldSet.paths(type.fields().keySet().stream()
                                .filter(field -> !STATUS_WRITES.contains(field))
                                .toArray(String[]::new))
                        .union(FieldSet.paths("metadata.ownerReferences"));
            case ANY -> FieldSet.EMPTY;
        };
    }

    private Optional<FieldVersions.Versioned> convert(
            RegisteredResource resource, JsonObject object, String from, String to) {
        return kindIn(resource, from)
                .flatMap(source -> kindIn(resource, to)
                        .flatMap(target -> schemas.find(target.names().gvk())
                                .map(type -> new FieldVersions.Versioned(convert(object, source, target), type))));
    }

    private static JsonObject convert(JsonObject object, KindDefinition source, KindDefinition target) {
        return source == target || object.isEmpty() ? object : target.fromStorage(source.toStorage(object));
    }

    /** The view of the resource's storage in a version. */
    private Optional<KindDefinition> kindIn(RegisteredResource resource, String apiVersion) {
        if (resource.gvk().apiVersion().equals(apiVersion)) {
            return Optional.of(resource.kind());
        }
        GroupVersionKind wanted = GroupVersionKind.of(apiVersion, resource.gvk().kind());
        return resources
                .catalog()
                .byKind(wanted)
                .filter(other -> other.storageName().equals(resource.storageName()))
                .map(RegisteredResource::kind);
    }
}
