package io.coxswain.kinds.autoscaling;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code autoscaling/v2 HorizontalPodAutoscaler}, the form in which autoscalers are stored. */
@ApplicationScoped
public class HorizontalPodAutoscalerKind extends NamespacedKind {
    private static final int SHOWN = 2;

    public HorizontalPodAutoscalerKind() {
        super(ResourceNames.of("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers")
                .shortNames("hpa")
                .categories("all"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject autoscaler) {
        return AutoscalerDefaults.of(autoscaler);
    }

    @Override
    public JsonObject prepareForCreate(JsonObject autoscaler) {
        return JsonTrees.set(autoscaler, AutoscalerDefaults.EMPTY_STATUS, "status");
    }

    @Override
    public List<FieldError> validate(ObjectView autoscaler) {
        return AutoscalerRules.check(autoscaler);
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        return AutoscalerRules.checkStatus(now);
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Reference"),
                TableColumn.text("Targets"),
                TableColumn.text("MinPods"),
                TableColumn.text("MaxPods"),
                TableColumn.text("Replicas"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView autoscaler, Instant now) {
        return Cells.named(autoscaler, now)
                .text(autoscaler.text("spec", "scaleTargetRef", "kind") + "/"
                        + autoscaler.text("spec", "scaleTargetRef", "name"))
                .text(Cells.some(AutoscalerTargets.of(autoscaler), SHOWN))
                .text(autoscaler
                        .number("spec", "minReplicas")
                        .map(String::valueOf)
                        .orElse("<unset>"))
                .number(autoscaler.number("spec", "maxReplicas").orElse(0L))
                .number(autoscaler.number("status", "currentReplicas").orElse(0L))
                .age()
                .list();
    }
}
