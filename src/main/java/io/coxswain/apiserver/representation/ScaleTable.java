package io.coxswain.apiserver.representation;

import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.meta.HumanDuration;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** How {@code kubectl get --subresource=scale} shows a Scale, whatever it is the scale of. */
final class ScaleTable {
    static final List<TableColumn> COLUMNS = List.of(
            TableColumn.nameColumn(),
            TableColumn.number("Desired"),
            TableColumn.number("Available"),
            TableColumn.text("Age"));

    private ScaleTable() {}

    static List<JsonValue> cells(ObjectView scale, Instant now) {
        return List.of(
                JsonTrees.text(scale.name()),
                Json.createValue(scale.number("spec", "replicas").orElse(0L)),
                Json.createValue(scale.number("status", "replicas").orElse(0L)),
                JsonTrees.text(HumanDuration.since(scale.text("metadata", "creationTimestamp"), now)));
    }
}
