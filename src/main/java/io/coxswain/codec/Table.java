package io.coxswain.codec;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.List;

/** Makes {@code meta.k8s.io} {@code Table}s, which kubectl prints, and {@code PartialObjectMetadata}. */
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

    /**
     * One row.
     *
     * @param cells one value for each column
     * @param conditions {@code metav1.TableRowCondition}s, such as {@code Completed} of finished pods
     */
    public record Row(List<JsonValue> cells, List<JsonObject> conditions, JsonObject object) {
        public Row {
            cells = List.copyOf(cells);
            conditions = List.copyOf(conditions);
        }

        public Row(List<JsonValue> cells, JsonObject object) {
            this(cells, List.of(), object);
        }
    }

    /**
     * Makes a table.
     *
     * @param version {@code v1} or {@code v1beta1}
     * @param listMeta the metadata of the list ({@code resourceVersion}, {@code continue}, …) or of the one object
     * @param columns none leaves them out, as the later events of a watch do
     */
    public static JsonObject build(
            String version, JsonObject listMeta, List<TableColumn> columns, List<Row> rows, IncludeObject include) {
        JsonArrayBuilder definitions = JsonTrees.array();
        for (TableColumn column : columns) {
            definitions.add(JsonTrees.object()
                    .add("name", column.name())
                    .add("type", column.type())
                    .add("format", column.format())
                    .add("description", column.description())
                    .add("priority", column.priority()));
        }
        JsonArrayBuilder lines = JsonTrees.array();
        rows.forEach(row -> lines.add(row(version, row, include)));
        return JsonTrees.object()
                .add("kind", "Table")
                .add("apiVersion", GROUP + version)
                .add("metadata", listMeta)
                .add("columnDefinitions", definitions)
                .add("rows", lines)
                .build();
    }

    private static JsonObjectBuilder row(String version, Row row, IncludeObject include) {
        JsonObjectBuilder line = JsonTrees.object().add("cells", JsonTrees.array(row.cells));
        if (!row.conditions.isEmpty()) {
            line.add("conditions", JsonTrees.array(row.conditions));
        }
        switch (include) {
            case NONE -> line.add("object", JsonValue.NULL);
            case METADATA -> line.add("object", partialMetadata(version, row.object));
            case OBJECT -> line.add("object", row.object);
        }
        return line;
    }

    /** The object's metadata alone, as {@code PartialObjectMetadata}. */
    public static JsonObject partialMetadata(String version, JsonObject object) {
        return JsonTrees.object()
                .add("kind", "PartialObjectMetadata")
                .add("apiVersion", GROUP + version)
                .add("metadata", object.getOrDefault("metadata", JsonValue.EMPTY_JSON_OBJECT))
                .build();
    }

    /** The metadata of many objects, as {@code PartialObjectMetadataList}. */
    public static JsonObject partialMetadataList(String version, JsonObject listMeta, List<JsonObject> objects) {
        JsonArrayBuilder items = JsonTrees.array();
        objects.forEach(object -> items.add(partialMetadata(version, object)));
        return JsonTrees.object()
                .add("kind", "PartialObjectMetadataList")
                .add("apiVersion", GROUP + version)
                .add("metadata", listMeta)
                .add("items", items)
                .build();
    }
}
