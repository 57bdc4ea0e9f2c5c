package io.coxswain.kinds.autoscaling;

import io.coxswain.meta.ObjectView;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** What an autoscaler measures against what it aims at, as tables show it: {@code cpu: 12%/80%}. */
final class AutoscalerTargets {
    private static final String UNKNOWN = "<unknown>";

    private AutoscalerTargets() {}

    static List<String> of(ObjectView autoscaler) {
        List<ObjectView> current = autoscaler.items("status", "currentMetrics");
        List<String> shown = new ArrayList<>();
        List<ObjectView> specs = autoscaler.items("spec", "metrics");
        for (int i = 0; i < specs.size(); i++) {
            ObjectView status = i < current.size() ? current.get(i) : new ObjectView(JsonValue.EMPTY_JSON_OBJECT);
            shown.add(metric(specs.get(i), status));
        }
        return shown.isEmpty() ? List.of("<none>") : shown;
    }

    private static String metric(ObjectView spec, ObjectView status) {
        return switch (spec.text("type")) {
            case "External" -> average(spec, status, "external", " (avg)");
            case "Pods" -> quantity(status, "pods", "averageValue") + "/" + goal(spec, "pods", "averageValue");
            case "Object" -> average(spec, status, "object", " (avg)");
            case "Resource" -> resource(spec, status, "resource");
            case "ContainerResource" -> resource(spec, status, "containerResource");
            default -> "<unknown type>";
        };
    }

    private static String average(ObjectView spec, ObjectView status, String kind, String suffix) {
        return spec.text(kind, "target", "averageValue").isEmpty()
                ? quantity(status, kind, "value") + "/" + goal(spec, kind, "value")
                : quantity(status, kind, "averageValue") + "/" + goal(spec, kind, "averageValue") + suffix;
    }

    private static String resource(ObjectView spec, ObjectView status, String kind) {
        String name = spec.text(kind, "name") + ": ";
        if (!spec.text(kind, "target", "averageValue").isEmpty()) {
            return name + quantity(status, kind, "averageValue") + "/" + goal(spec, kind, "averageValue");
        }
        String now = status.number(kind, "current", "averageUtilization")
                .map(percent -> percent + "%")
                .orElse(UNKNOWN);
        String aim = spec.number(kind, "target", "averageUtilization")
                .map(percent -> percent + "%")
                .orElse("<auto>");
        return name + now + "/" + aim;
    }

    private static String quantity(ObjectView status, String kind, String field) {
        String text = status.text(kind, "current", field);
        return text.isEmpty() ? UNKNOWN : text;
    }

    private static String goal(ObjectView spec, String kind, String field) {
        return spec.text(kind, "target", field);
    }
}
