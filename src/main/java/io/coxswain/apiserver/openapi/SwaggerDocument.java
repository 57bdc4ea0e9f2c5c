package io.coxswain.apiserver.openapi;

import io.coxswain.apiserver.discovery.VersionPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One OpenAPI v2 document made of the v3 documents of all group versions; kubectl up to 1.28 knows no other. Stateless. */
final class SwaggerDocument {
    private static final String V3_PREFIX = "#/components/schemas/";
    private static final String V2_PREFIX = "#/definitions/";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private SwaggerDocument() {}

    static JsonObject of(Collection<JsonObject> v3Documents) {
        Map<String, JsonValue> paths = new TreeMap<>();
        Map<String, JsonValue> definitions = new TreeMap<>();
        for (JsonObject document : v3Documents) {
            document.getJsonObject("paths").forEach((path, item) -> paths.put(path, pathItem(item.asJsonObject())));
            document.getJsonObject("components")
                    .getJsonObject("schemas")
                    .forEach((name, schema) -> definitions.put(name, schema(schema)));
        }
        return JsonTrees.object()
                .add("swagger", "2.0")
                .add("info", JsonTrees.object().add("title", "Kubernetes").add("version", VersionPath.GIT_VERSION))
                .add("paths", JsonTrees.of(paths))
                .add("definitions", JsonTrees.of(definitions))
                .build();
    }

    private static JsonObject pathItem(JsonObject v3) {
        JsonObjectBuilder item = JsonTrees.object();
        v3.forEach((key, value) -> {
            if (METHODS.contains(key)) {
                item.add(key, operation(value.asJsonObject()));
            } else if (key.equals("parameters")) {
                item.add(key, parameters(value).build());
            }
        });
        return item.build();
    }

    private static JsonObject operation(JsonObject v3) {
        JsonArrayBuilder parameters = parameters(v3.get("parameters"));
        JsonObjectBuilder operation = JsonTrees.object();
        if (v3.get("requestBody") instanceof JsonObject body) {
            JsonObject content = body.getJsonObject("content");
            JsonValue media = content.values().iterator().next();
            parameters.add(JsonTrees.object()
                    .add("name", "body")
                    .add("in", "body")
                    .add("required", true)
                    .add("schema", schema(media.asJsonObject().get("schema"))));
            operation.add("consumes", JsonTrees.texts(content.keySet()));
        }
        JsonObjectBuilder ok = JsonTrees.object().add("description", "OK");
        JsonObject answer = new ObjectView(v3).object("responses", "200", "content", "application/json");
        if (answer.get("schema") instanceof JsonObject schema) {
            ok.add("schema", schema(schema));
        }
        v3.forEach((key, value) -> {
            if (key.equals("operationId") || key.startsWith("x-")) {
                operation.add(key, value);
            }
        });
        return operation
                .add("parameters", parameters)
                .add("responses", JsonTrees.object().add("200", ok))
                .build();
    }

    private static JsonArrayBuilder parameters(@org.jspecify.annotations.Nullable JsonValue v3) {
        JsonArrayBuilder parameters = JsonTrees.array();
        if (v3 != null) {
            for (JsonValue value : v3.asJsonArray()) {
                JsonObject parameter = value.asJsonObject();
                JsonObjectBuilder flat = JsonTrees.object();
                parameter.forEach((key, member) -> {
                    if (key.equals("schema")) {
                        member.asJsonObject().forEach(flat::add);
                    } else {
                        flat.add(key, member);
                    }
                });
                parameters.add(flat);
            }
        }
        return parameters;
    }

    /** References move, and what v2 cannot say ({@code allOf} around a reference, {@code oneOf}) becomes upstream's v2 form. */
    private static JsonValue schema(@org.jspecify.annotations.Nullable JsonValue v3) {
        if (!(v3 instanceof JsonObject object)) {
            return v3 == null ? JsonValue.EMPTY_JSON_OBJECT : v3;
        }
        JsonObjectBuilder schema = JsonTrees.object();
        object.forEach((key, value) -> {
            switch (key) {
                case "allOf" ->
                    schema(value.asJsonArray().get(0)).asJsonObject().forEach(schema::add);
                case "oneOf" -> schema.add("type", "string");
                case "$ref" -> schema.add(key, ((JsonString) value).getString().replace(V3_PREFIX, V2_PREFIX));
                case "properties" -> {
                    JsonObjectBuilder properties = JsonTrees.object();
                    value.asJsonObject().forEach((name, property) -> properties.add(name, schema(property)));
                    schema.add(key, properties);
                }
                case "items", "additionalProperties" -> schema.add(key, schema(value));
                default -> schema.add(key, value);
            }
        });
        return schema.build();
    }
}
