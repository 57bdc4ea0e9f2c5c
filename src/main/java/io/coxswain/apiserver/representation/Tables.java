package io.coxswain.apiserver.representation;

import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;

/** Rows and columns of one kind, for one answer. */
final class Tables {
    private final KindDefinition kind;
    private final String apiVersion;
    private final Include include;
    private final Instant now;

    /** What a row shows of its object: the query parameter {@code includeObject}. */
    enum Include {
        NONE,
        METADATA,
        OBJECT
    }

    Tables(KindDefinition kind, String metaVersion, Include include, Instant now) {
        this.kind = kind;
        this.apiVersion = "meta.k8s.io/" + metaVersion;
        this.include = include;
        this.now = now;
    }

    String apiVersion() {
        return apiVersion;
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
            case METADATA -> row.add("object", partial(tree, apiVersion));
            case OBJECT -> row.add("object", tree);
            case NONE -> {}
        }
        return row.build();
    }

    /** A whole table as one tree. */
    JsonObject table(JsonArray columns, String resourceVersion, JsonArray rows) {
        return JsonTrees.object()
                .add("kind", "Table")
                .add("apiVersion", apiVersion)
                .add("metadata", JsonTrees.object().add("resourceVersion", resourceVersion))
                .add("columnDefinitions", columns)
                .add("rows", rows)
                .build();
    }

    static JsonObject partial(JsonObject object, String apiVersion) {
        return JsonTrees.object()
                .add("kind", "PartialObjectMetadata")
                .add("apiVersion", apiVersion)
                .add("metadata", new ObjectView(object).object("metadata"))
                .build();
    }
}
