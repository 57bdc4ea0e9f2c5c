package io.coxswain.kinds.autoscaling;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.TreeEditor;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;

/** Defaults of autoscalers in their newer form. */
final class AutoscalerDefaults {
    static final JsonObject EMPTY_STATUS = TreeEditor.create()
            .set("desiredReplicas", 0)
            .set("currentMetrics", JsonValue.NULL)
            .build();

    /** What is aimed at where nothing else is said. */
    static final long CPU_PERCENT = 80;

    private static final JsonObject CPU = TreeEditor.create()
            .set("type", "Resource")
            .set(
                    "resource",
                    TreeEditor.create()
                            .set("name", "cpu")
                            .set(
                                    "target",
                                    TreeEditor.create()
                                            .set("type", "Utilization")
                                            .set("averageUtilization", CPU_PERCENT)
                                            .build())
                            .build())
            .build();

    private AutoscalerDefaults() {}

    static JsonObject of(JsonObject autoscaler) {
        return TreeEditor.edit(autoscaler, editor -> {
            editor.editField("spec", spec -> {
                spec.setDefault("minReplicas", 1);
                if (spec.array("metrics").isEmpty()) {
                    spec.set("metrics", JsonTrees.array(List.of(CPU)));
                }
                spec.editField("behavior", behavior -> {
                    behavior.editOrCreate("scaleUp", rules -> {
                        rules.setDefault("stabilizationWindowSeconds", 0);
                        policies(rules, List.of(policy("Pods", 4), policy("Percent", 100)));
                    });
                    behavior.editOrCreate("scaleDown", rules -> policies(rules, List.of(policy("Percent", 100))));
                });
            });
            editor.editOrCreate("status", status -> status.setDefault("desiredReplicas", 0));
        });
    }

    private static void policies(TreeEditor rules, List<JsonObject> policies) {
        rules.setDefault("selectPolicy", "Max").setDefault("policies", JsonTrees.array(policies));
    }

    private static JsonObject policy(String type, long value) {
        return TreeEditor.create()
                .set("type", type)
                .set("value", value)
                .set("periodSeconds", 15)
                .build();
    }
}
