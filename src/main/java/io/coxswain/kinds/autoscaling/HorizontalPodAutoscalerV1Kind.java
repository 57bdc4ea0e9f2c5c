package io.coxswain.kinds.autoscaling;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/**
 * {@code autoscaling/v1 HorizontalPodAutoscaler}: a view of the newer form in which the CPU target is a field; all else
 * that it does not know stands in annotations, as upstream writes them.
 */
@ApplicationScoped
public class HorizontalPodAutoscalerV1Kind extends NamespacedKind {
    private final HorizontalPodAutoscalerKind stored = new HorizontalPodAutoscalerKind();

    public HorizontalPodAutoscalerV1Kind() {
        super(ResourceNames.of("autoscaling", "v1", "HorizontalPodAutoscaler", "horizontalpodautoscalers")
                .shortNames("hpa")
                .categories("all"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public boolean isStorageForm() {
        return false;
    }

    @Override
    public JsonObject fromStorage(JsonObject object) {
        return AutoscalerConversion.toV1(object);
    }

    @Override
    public JsonObject toStorage(JsonObject object) {
        return AutoscalerDefaults.of(AutoscalerConversion.toV2(object));
    }

    @Override
    public JsonObject defaults(JsonObject autoscaler) {
        return TreeEditor.edit(autoscaler, editor -> {
            boolean otherMetrics = AutoscalerConversion.hasOtherMetrics(new ObjectView(autoscaler));
            editor.editField("spec", spec -> {
                spec.setDefault("minReplicas", 1);
                if (!otherMetrics) {
                    spec.setDefault("targetCPUUtilizationPercentage", AutoscalerDefaults.CPU_PERCENT);
                }
            });
            editor.editOrCreate(
                    "status", status -> status.setDefault("currentReplicas", 0).setDefault("desiredReplicas", 0));
        });
    }

    @Override
    public JsonObject prepareForCreate(JsonObject autoscaler) {
        return JsonTrees.set(
                autoscaler,
                TreeEditor.create()
                        .set("currentReplicas", 0)
                        .set("desiredReplicas", 0)
                        .build(),
                "status");
    }

    @Override
    public List<FieldError> validate(ObjectView autoscaler) {
        return AutoscalerRules.check(new ObjectView(toStorage(autoscaler.json())));
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        return AutoscalerRules.checkStatus(now);
    }

    @Override
    public List<TableColumn> columns() {
        return stored.columns();
    }

    @Override
    public List<JsonValue> cells(ObjectView autoscaler, Instant now) {
        return stored.cells(new ObjectView(toStorage(autoscaler.json())), now);
    }
}
