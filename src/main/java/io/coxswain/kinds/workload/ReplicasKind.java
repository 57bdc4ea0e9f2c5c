package io.coxswain.kinds.workload;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.rules.StatusCounts;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A kind that keeps a number of pods alike, made from one template. */
public abstract class ReplicasKind extends WorkloadKind {
    protected ReplicasKind(ResourceNames names) {
        super(names);
    }

    @Override
    public Optional<ScalePaths> scale() {
        return Optional.of(ScalePaths.STANDARD);
    }

    @Override
    public JsonObject prepareForCreate(JsonObject object) {
        return JsonTrees.set(object, TreeEditor.create().set("replicas", 0).build(), "status");
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        return StatusCounts.check(
                now,
                List.of("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"),
                "replicas",
                List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas"));
    }

    @Override
    protected List<TableColumn> ownColumns() {
        return List.of(TableColumn.number("Desired"), TableColumn.number("Current"), TableColumn.number("Ready"));
    }

    @Override
    protected void ownCells(Cells cells, ObjectView object) {
        cells.number(object.number("spec", "replicas").orElse(0L))
                .number(object.number("status", "replicas").orElse(0L))
                .number(object.number("status", "readyReplicas").orElse(0L));
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("status.replicas");
    }

    @Override
    public Map<String, String> fieldValues(ObjectView object) {
        return Map.of(
                "status.replicas",
                Long.toString(object.number("status", "replicas").orElse(0L)));
    }
}
