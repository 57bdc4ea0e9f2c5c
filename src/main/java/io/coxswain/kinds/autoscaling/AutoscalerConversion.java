package io.coxswain.kinds.autoscaling;

import io.coxswain.codec.CodecException;
import io.coxswain.codec.JsonCodec;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns one form of an autoscaler into the other. What does not fit the older one goes into annotations and back. */
final class AutoscalerConversion {
    private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
    private static final String METRICS = PREFIX + "metrics";
    private static final String CURRENT_METRICS = PREFIX + "current-metrics";
    private static final String CONDITIONS = PREFIX + "conditions";
    private static final String BEHAVIOR = PREFIX + "behavior";
    private static final List<String> ALL = List.of(METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR);

    private AutoscalerConversion() {}

    /** Whether the older form carries metrics besides its field. */
    static boolean hasOtherMetrics(ObjectView autoscaler) {
        return noted(autoscaler.annotations(), METRICS, JsonArray.class)
                .filter(metrics -> !metrics.isEmpty())
                .isPresent();
    }

    static JsonObject toV1(JsonObject object) {
        ObjectView view = new ObjectView(object);
        TreeEditor annotations = TreeEditor.create();
        return TreeEditor.edit(object, editor -> {
            editor.set("apiVersion", "autoscaling/v1");
            editor.editField("spec", spec -> {
                JsonArray others =
                        withoutCpu(view.array("spec", "metrics"), "target", spec, "targetCPUUtilizationPercentage");
                note(annotations, METRICS, others);
                if (spec.has("behavior")) {
                    note(annotations, BEHAVIOR, spec.object("behavior"));
                }
                spec.remove("metrics").remove("behavior");
            });
            editor.editField("status", status -> {
                JsonArray others = withoutCpu(
                        view.array("status", "currentMetrics"), "current", status, "currentCPUUtilizationPercentage");
                note(annotations, CURRENT_METRICS, others);
                note(annotations, CONDITIONS, view.array("status", "conditions"));
                status.remove("currentMetrics").remove("conditions");
                status.setDefault("currentReplicas", 0).setDefault("desiredReplicas", 0);
            });
            annotations
                    .build()
                    .forEach((key, value) -> editor.editOrCreate(
                            "metadata", metadata -> metadata.editOrCreate("annotations", all -> all.set(key, value))));
        });
    }

    /** The metrics but for the first utilization of CPU, which goes into a field. */
    private static JsonArray withoutCpu(JsonArray metrics, String part, TreeEditor target, String field) {
        List<JsonValue> others = new ArrayList<>();
        for (JsonValue metric : metrics) {
            ObjectView view = new ObjectView(metric instanceof JsonObject known ? known : JsonValue.EMPTY_JSON_OBJECT);
            Optional<Long> cpu = view.number("resource", part, "averageUtilization");
            boolean isCpu = view.text("type").equals("Resource")
                    && view.text("resource", "name").equals("cpu")
                    && cpu.isPresent();
            if (isCpu && !target.has(field)) {
                target.set(field, cpu.get());
            } else {
                others.add(metric);
            }
        }
        return JsonTrees.array(others);
    }

    private static void note(TreeEditor annotations, String key, JsonValue value) {
        boolean empty = value instanceof JsonArray array
                ? array.isEmpty()
                : value.asJsonObject().isEmpty();
        if (!empty) {
            annotations.set(key, value.toString());
        }
    }

    static JsonObject toV2(JsonObject object) {
        ObjectView view = new ObjectView(object);
        Map<String, String> notes = view.annotations();
        return TreeEditor.edit(object, editor -> {
            editor.set("apiVersion", "autoscaling/v2");
            if (ALL.stream().anyMatch(notes::containsKey)) {
                editor.editField("metadata", metadata -> {
                    metadata.editField("annotations", all -> ALL.forEach(all::remove));
                    if (metadata.object("annotations").isEmpty()) {
                        metadata.remove("annotations");
                    }
                });
            }
            editor.editField("spec", spec -> {
                List<JsonValue> metrics =
                        new ArrayList<>(noted(notes, METRICS, JsonArray.class).orElse(JsonValue.EMPTY_JSON_ARRAY));
                view.number("spec", "targetCPUUtilizationPercentage")
                        .ifPresent(percent -> metrics.add(0, cpu("target", percent, true)));
                if (!metrics.isEmpty()) {
                    spec.set("metrics", JsonTrees.array(metrics));
                }
                noted(notes, BEHAVIOR, JsonObject.class).ifPresent(behavior -> spec.set("behavior", behavior));
                spec.remove("targetCPUUtilizationPercentage");
            });
            editor.editField("status", status -> {
                List<JsonValue> metrics = new ArrayList<>(
                        noted(notes, CURRENT_METRICS, JsonArray.class).orElse(JsonValue.EMPTY_JSON_ARRAY));
                view.number("status", "currentCPUUtilizationPercentage")
                        .ifPresent(percent -> metrics.add(0, cpu("current", percent, false)));
                status.set("currentMetrics", metrics.isEmpty() ? JsonValue.NULL : JsonTrees.array(metrics));
                noted(notes, CONDITIONS, JsonArray.class).ifPresent(conditions -> status.set("conditions", conditions));
                status.remove("currentCPUUtilizationPercentage");
            });
        });
    }

    private static JsonObject cpu(String part, long percent, boolean typed) {
        TreeEditor value = TreeEditor.create();
        if (typed) {
            value.set("type", "Utilization");
        }
        value.set("averageUtilization", percent);
        return TreeEditor.create()
                .set("type", "Resource")
                .set(
                        "resource",
                        TreeEditor.create()
                                .set("name", "cpu")
                                .set(part, value.build())
                                .build())
                .build();
    }

    /** What an annotation holds; annotations that people broke count as absent. */
    private static <T extends JsonValue> Optional<T> noted(Map<String, String> notes, String key, Class<T> type) {
        String text = notes.getOrDefault(key, "");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonValue value =
                    JsonCodec.parse(text.getBytes(StandardCharsets.UTF_8)).value();
            return type.isInstance(value) ? Optional.of(type.cast(value)) : Optional.empty();
        } catch (CodecException malformed) {
            return Optional.empty();
        }
    }
}
