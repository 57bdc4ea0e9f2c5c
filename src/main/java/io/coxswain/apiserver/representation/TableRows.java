package io.coxswain.apiserver.representation;

import io.coxswain.apiserver.registry.KindDefinition;
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
import java.time.Instant;

/** Rows and columns of one kind, for one answer. */
final class TableRows {
    private final KindDefinition kind;
    private final String version;
    private final IncludeObject include;
    private final Instant now;

    TableRows(KindDefinition kind, String version, IncludeObject include, Instant now) {
        this.kind = kind;
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
        JsonArrayBuilder columns = JsonTrees.array();
        for (TableColumn column : kind.columns()) {
            columns.add(JsonTrees.object()
                    .add("name", column.name())
                    .add("type", column.type())
                    .add("format", column.format())
                    .add("description", column.description())
                    .add("priority", column.priority()));
        }
        return columns.build();
    }

    JsonObject row(ApiObject object) {
        JsonObject tree = object.tree();
        JsonObjectBuilder row = JsonTrees.object().add("cells", JsonTrees.array(kind.cells(new ObjectView(tree), now)));
        switch (include) {
            case METADATA -> row.add("object", Table.partialMetadata(version, tree));
            case OBJECT -> row.add("object", tree);
            case NONE -> row.addNull("object");
        }
        return row.build();
    }

    /** A whole table as one tree. */
    JsonObject table(JsonArray columns, String resourceVersion, JsonArray rows) {
        return JsonTrees.object()
                .add("kind", "Table")
                .add("apiVersion", apiVersion())
                .add("metadata", JsonTrees.object().add("resourceVersion", resourceVersion))
                .add("columnDefinitions", columns)
                .add("rows", rows)
                .build();
    }
}
