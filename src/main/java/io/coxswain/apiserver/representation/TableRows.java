package io.coxswain.apiserver.representation;

import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.codec.Table;
import io.coxswain.codec.Table.IncludeObject;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;

/** Rows and columns of one kind, for one answer. */
final class TableRows {
    private final List<TableColumn> columns;
    private final BiFunction<ObjectView, Instant, List<JsonValue>> cells;
    private final String version;
    private final IncludeObject include;
    private final Instant now;

    /** @param cells the cells of an object's row, as many as there are columns, at a point in time */
    TableRows(
            List<TableColumn> columns,
            BiFunction<ObjectView, Instant, List<JsonValue>> cells,
            String version,
            IncludeObject include,
            Instant now) {
        this.columns = columns;
        this.cells = cells;
        this.version = version;
        this.include = include;
        this.now = now;
    }

    /** The version of {@code meta.k8s.io}. */
    String version() {
        return version;
    }

    String apiVersion() {
        return "meta.k8s.io/" + version;
    }

    JsonArray columns() {
        JsonArrayBuilder definitions = JsonTrees.array();
        for (TableColumn column : columns) {
            definitions.add(JsonTrees.object()
                    .add("name", column.name())
                    .add("type", column.type())
                    .add("format", column.format())
                    .add("description", column.description())
                    .add("priority", column.priority()));
        }
        return definitions.build();
    }

    JsonObject row(ApiObject object) {
        JsonObject tree = object.tree();
        JsonObjectBuilder row =
                JsonTrees.object().add("cells", JsonTrees.array(cells.apply(new ObjectView(tree), now)));
        switch (include) {
            case METADATA -> row.add("object", Table.partialMetadata(version, tree));
            case OBJECT -> row.add("object", tree);
            case NONE -> row.addNull("object");
        }
        return row.build();
    }

    /** A whole table as one tree. */
    JsonObject table(JsonArray definitions, String resourceVersion, JsonArray rows) {
        return JsonTrees.object()
                .add("kind", "Table")
                .add("apiVersion", apiVersion())
                .add("metadata", JsonTrees.object().add("resourceVersion", resourceVersion))
                .add("columnDefinitions", definitions)
                .add("rows", rows)
                .build();
    }
}
