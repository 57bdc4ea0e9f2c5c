package io.coxswain.kinds.apps;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code apps/v1 ReplicaSet}. */
@ApplicationScoped
public class ReplicaSetKind extends NamespacedKind {
    public ReplicaSetKind() {
        super(ResourceNames.of("apps", "v1", "ReplicaSet", "replicasets")
                .shortNames("rs")
                .categories("all"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public Optional<ScalePaths> scale() {
        return Optional.of(ScalePaths.STANDARD);
    }

    @Override
    public JsonObject defaults(JsonObject set) {
        return TreeEditor.edit(set, editor -> {
            editor.editField("spec", spec -> {
                spec.setDefault("replicas", 1);
                WorkloadRules.templateDefaults(spec);
            });
            editor.editOrCreate("status", status -> status.setDefault("replicas", 0));
        });
    }

    @Override
    public JsonObject prepareForCreate(JsonObject set) {
        return TreeEditor.with(set, TreeEditor.create().set("replicas", 0).build(), "status");
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.number("Desired"),
                TableColumn.number("Current"),
                TableColumn.number("Ready"),
                TableColumn.text("Age"),
                TableColumn.text("Containers").wide(),
                TableColumn.text("Images").wide(),
                TableColumn.text("Selector").wide());
    }

    @Override
    public List<JsonValue> cells(ObjectView set, Instant now) {
        return Cells.named(set, now)
                .number(set.number("spec", "replicas").orElse(0L))
                .number(set.number("status", "replicas").orElse(0L))
                .number(set.number("status", "readyReplicas").orElse(0L))
                .age()
                .containers(set.items("spec", "template", "spec", "containers"))
                .text(Cells.selector(new ObjectView(set.object("spec", "selector"))))
                .list();
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("status.replicas");
    }

    @Override
    public Map<String, String> fieldValues(ObjectView set) {
        return Map.of(
                "status.replicas",
                Long.toString(set.number("status", "replicas").orElse(0L)));
    }
}
