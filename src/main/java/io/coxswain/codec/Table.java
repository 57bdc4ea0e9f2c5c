package io.coxswain.codec;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/** The forms of {@code meta.k8s.io} in which objects are shown: what a table's rows carry, and metadata alone. */
public final class Table {
    private static final String GROUP = "meta.k8s.io/";

    private Table() {}

    /** How much of its object a row carries: the {@code includeObject} query parameter. */
    public enum IncludeObject {
        NONE,
        METADATA,
        OBJECT;

        /** @throws ApiException 400 if the parameter is none of the three; an empty one means metadata */
        public static IncludeObject parse(String parameter) {
            return switch (parameter) {
                case "None" -> NONE;
                case "", "Metadata" -> METADATA;
                case "Object" -> OBJECT;
                default ->
                    throw ApiException.badRequest("unrecognized includeObject value: " + JsonTrees.text(parameter));
            };
        }
    }

    /** The object's metadata alone, as {@code PartialObjectMetadata}. */
    public static JsonObject partialMetadata(String version, JsonObject object) {
        return JsonTrees.object()
                .add("kind", "PartialObjectMetadata")
                .add("apiVersion", GROUP + version)
                .add("metadata", object.getOrDefault("metadata", JsonValue.EMPTY_JSON_OBJECT))
                .build();
    }
}
