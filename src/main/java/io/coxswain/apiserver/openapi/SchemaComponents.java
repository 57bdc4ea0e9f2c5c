package io.coxswain.apiserver.openapi;

import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.schema.FieldSchema;
import io.coxswain.meta.schema.SchemaDescriptions;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Types as OpenAPI v3 schemas, with all types that they refer to. */
final class SchemaComponents {
    private final SchemaDescriptions descriptions;

    SchemaComponents(SchemaDescriptions descriptions) {
        this.descriptions = descriptions;
    }

    static String reference(String typeName) {
        return "#/components/schemas/" + typeName;
    }

    /** The schemas of the types given and of everything they use, by name. */
    JsonObject of(Collection<TypeSchema> roots) {
        Map<String, JsonObject> schemas = new TreeMap<>();
        Deque<TypeSchema> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            TypeSchema type = open.pop();
            if (!schemas.containsKey(type.name())) {
                schemas.put(type.name(), schema(type));
                type.fields().values().forEach(field -> addNamed(field.type(), open));
            }
        }
        return JsonTrees.of(schemas);
    }

    private static void addNamed(TypeSchema type, Deque<TypeSchema> open) {
        if (!type.name().isEmpty()) {
            open.push(type);
        } else if (type.form() == TypeSchema.Form.ARRAY || type.form() == TypeSchema.Form.MAP) {
            addNamed(type.element(), open);
        }
    }

    private JsonObject schema(TypeSchema type) {
        JsonObjectBuilder schema = shape(type);
        String description = descriptions.of(type);
        if (!description.isEmpty()) {
            schema.add("description", description);
        }
        if (!type.kinds().isEmpty()) {
            schema.add(
                    "x-kubernetes-group-version-kind",
                    JsonTrees.array(
                            type.kinds().stream().map(SchemaComponents::kind).toList()));
        }
        return schema.build();
    }

    static JsonObject kind(GroupVersionKind kind) {
        return JsonTrees.object()
                .add("group", kind.group())
                .add("kind", kind.kind())
                .add("version", kind.version())
                .build();
    }

    private JsonObjectBuilder shape(TypeSchema type) {
        JsonObjectBuilder schema = JsonTrees.object();
        switch (type.form()) {
            case OBJECT -> object(type, schema);
            case MAP -> schema.add("type", "object").add("additionalProperties", use(type.element()));
            case ARRAY -> schema.add("type", "array").add("items", use(type.element()));
            case STRING -> schema.add("type", "string");
            case INT32 -> schema.add("type", "integer").add("format", "int32");
            case INT64 -> schema.add("type", "integer").add("format", "int64");
            case DOUBLE -> schema.add("type", "number").add("format", "double");
            case BOOLEAN -> schema.add("type", "boolean");
            case BYTES -> schema.add("type", "string").add("format", "byte");
            case QUANTITY -> schema.add("oneOf", oneOf("string", "number"));
            case INT_OR_STRING ->
                schema.add("oneOf", oneOf("integer", "string")).add("format", "int-or-string");
            case TIME, MICRO_TIME -> schema.add("type", "string").add("format", "date-time");
            case RAW_OBJECT -> schema.add("type", "object");
            case RAW -> {}
        }
        return schema;
    }

    private static JsonArray oneOf(String first, String second) {
        return JsonTrees.array(List.of(
                JsonTrees.object().add("type", first).build(),
                JsonTrees.object().add("type", second).build()));
    }

    private void object(TypeSchema type, JsonObjectBuilder schema) {
        schema.add("type", "object");
        JsonObjectBuilder properties = JsonTrees.object();
        List<String> required = type.fields().values().stream()
                .filter(FieldSchema::required)
                .map(FieldSchema::name)
                .toList();
        type.fields().values().forEach(field -> properties.add(field.name(), property(type, field)));
        if (!type.fields().isEmpty()) {
            schema.add("properties", properties);
        }
        if (!required.isEmpty()) {
            schema.add("required", JsonTrees.texts(required));
        }
        if (type.isAtomicMap()) {
            schema.add("x-kubernetes-map-type", "atomic");
        }
        if (type.preservesUnknownFields()) {
            schema.add("x-kubernetes-preserve-unknown-fields", true);
        }
    }

    private JsonObject property(TypeSchema owner, FieldSchema field) {
        TypeSchema type = field.type();
        JsonObjectBuilder property = JsonTrees.object(use(type));
        String description = descriptions.of(owner, field);
        if (!description.isEmpty()) {
            property.add("description", description);
        }
        JsonValue preset = field.defaultValue();
        if (preset != null) {
            property.add("default", preset);
        }
        if (!field.enumValues().isEmpty()) {
            JsonArray values = JsonTrees.texts(field.enumValues());
            if (type.isArray()) {
                // The values are those of the items.
                property.add("items", JsonTrees.object(use(type.element())).add("enum", values));
            } else {
                property.add("enum", values);
            }
        }
        if (type.isArray() && type.isListTypeStated()) {
            if (!type.listKeys().isEmpty()) {
                property.add("x-kubernetes-list-map-keys", JsonTrees.texts(type.listKeys()));
            }
            property.add("x-kubernetes-list-type", type.listType().name().toLowerCase(Locale.ROOT));
        }
        if (type.form() == TypeSchema.Form.MAP && type.isAtomicMap()) {
            property.add("x-kubernetes-map-type", "atomic");
        }
        FieldSchema.Patch patch = field.patch();
        if (!patch.mergeKey().isEmpty()) {
            property.add("x-kubernetes-patch-merge-key", patch.mergeKey());
        }
        if (patch.merge() || patch.retainKeys()) {
            String strategy =
                    patch.merge() && patch.retainKeys() ? "merge,retainKeys" : patch.merge() ? "merge" : "retainKeys";
            property.add("x-kubernetes-patch-strategy", strategy);
        }
        return property.build();
    }

    /** A type where it is used: named types by reference, in upstream's form that leaves room for more beside it. */
    private JsonObject use(TypeSchema type) {
        if (type.name().isEmpty()) {
            return shape(type).build();
        }
        return JsonTrees.object()
                .add(
                        "allOf",
                        JsonTrees.array(List.of(JsonTrees.object()
                                .add("$ref", reference(type.name()))
                                .build())))
                .build();
    }
}
