package io.coxswain.kinds.apps;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.podspec.PodWarnings;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
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
        return JsonTrees.set(set, TreeEditor.create().set("replicas", 0).build(), "status");
    }

    @Override
    public List<FieldError> validate(ObjectView set) {
        Check check = new Check();
        ObjectView spec = new ObjectView(set.object("spec"));
        check.nonNegative(spec, WorkloadRules.SPEC, "replicas");
        check.nonNegative(spec, WorkloadRules.SPEC, "minReadySeconds");
        WorkloadRules.checkSelectorAndTemplate(check, spec, "deployment");
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        WorkloadRules.checkSelectorUnchanged(check, now, old);
        return check.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        ObjectView status = new ObjectView(now.object("status"));
        FieldPath path = FieldPath.of("status");
        long replicas = status.number("replicas").orElse(0L);
        for (String field : new String[] {
            "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"
        }) {
            check.nonNegative(status, path, field);
            long count = status.number(field).orElse(0L);
            if (field.endsWith("Replicas") && count > replicas) {
                check.invalid(path.child(field), count, "cannot be greater than status.replicas");
            }
        }
        return check.errors();
    }

    @Override
    public List<String> warnings(ObjectView set) {
        return PodWarnings.of(
                new ObjectView(set.object("spec", "template", "spec")), FieldPath.of("spec", "template", "spec"));
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
