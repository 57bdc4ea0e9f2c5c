package io.coxswain.kinds.autoscaling;

import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.LabelRules;
import io.coxswain.meta.validation.Names;
import java.util.List;
import java.util.Map;

/** Checks autoscalers in their newer form. */
final class AutoscalerRules {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> METRICS = List.of("ContainerResource", "External", "Object", "Pods", "Resource");
    private static final Map<String, String> SOURCES = Map.of(
            "Object", "object",
            "Pods", "pods",
            "Resource", "resource",
            "ContainerResource", "containerResource",
            "External", "external");
    private static final List<String> TARGETS = List.of("AverageValue", "Utilization", "Value");
    private static final long MAX_PERIOD = 1800;
    private static final long MAX_WINDOW = 3600;

    private final Check check = new Check();

    private AutoscalerRules() {}

    static List<FieldError> check(ObjectView autoscaler) {
        AutoscalerRules rules = new AutoscalerRules();
        rules.spec(new ObjectView(autoscaler.object("spec")));
        return rules.check.errors();
    }

    static List<FieldError> checkStatus(ObjectView autoscaler) {
        Check check = new Check();
        ObjectView status = new ObjectView(autoscaler.object("status"));
        check.nonNegative(status, FieldPath.of("status"), "currentReplicas");
        check.nonNegative(status, FieldPath.of("status"), "desiredReplicas");
        return check.errors();
    }

    private void spec(ObjectView spec) {
        long least = spec.number("minReplicas").orElse(1L);
        long most = spec.number("maxReplicas").orElse(0L);
        if (least < 1) {
            check.invalid(SPEC.child("minReplicas"), least, "must be greater than or equal to 1");
        }
        if (most < 1) {
            check.invalid(SPEC.child("maxReplicas"), most, "must be greater than 0");
        }
        if (most < least) {
            check.invalid(SPEC.child("maxReplicas"), most, "must be greater than or equal to `minReplicas`");
        }
        reference(new ObjectView(spec.object("scaleTargetRef")), SPEC.child("scaleTargetRef"));
        check.each(spec, SPEC, "metrics", this::metric);
        check.in(spec, SPEC, "behavior", (behavior, at) -> {
            check.in(behavior, at, "scaleUp", this::scaling);
            check.in(behavior, at, "scaleDown", this::scaling);
        });
    }

    private void reference(ObjectView reference, FieldPath path) {
        for (String field : new String[] {"kind", "name"}) {
            check.nonEmpty(
                    reference, path, field, text -> check.invalid(path.child(field), text, Names.pathSegment(text)));
        }
    }

    private void metric(ObjectView metric, FieldPath path) {
        String type = metric.text("type");
        if (type.isEmpty()) {
            check.required(path.child("type"), "must specify a metric source type");
        } else {
            check.supported(path.child("type"), type, METRICS);
        }
        String expected = SOURCES.getOrDefault(type, "");
        boolean found = false;
        for (String source : SOURCES.values().stream().sorted().toList()) {
            if (metric.at(source).isEmpty()) {
                continue;
            }
            if (!source.equals(expected)) {
                check.forbidden(path.child(source), "must populate the given metric source only");
                continue;
            }
            found = true;
            check.in(metric, path, source, (each, at) -> source(source, each, at));
        }
        if (!found && !expected.isEmpty()) {
            check.required(path.child(expected), "must populate information for the given metric source");
        }
    }

    private void source(String kind, ObjectView source, FieldPath path) {
        switch (kind) {
            case "object" -> {
                reference(new ObjectView(source.object("describedObject")), path.child("describedObject"));
                identifier(source, path);
            }
            case "pods", "external" -> identifier(source, path);
            case "containerResource" -> {
                check.nonEmpty(source, path, "name", null);
                if (source.text("container").isEmpty()) {
                    check.required(path.child("container"), "must specify a container");
                }
            }
            default -> {
                if (source.text("name").isEmpty()) {
                    check.required(path.child("name"), "must specify a resource name");
                }
            }
        }
        target(kind, new ObjectView(source.object("target")), path.child("target"));
    }

    private void identifier(ObjectView source, FieldPath path) {
        String name = source.text("metric", "name");
        FieldPath at = path.child("metric");
        if (name.isEmpty()) {
            check.required(at.child("name"), "must specify a metric name");
        } else {
            check.invalid(at.child("name"), name, Names.pathSegment(name));
        }
        check.in(
                new ObjectView(source.object("metric")),
                at,
                "selector",
                (selector, one) -> LabelRules.checkSelector(selector, one, check.errors()));
    }

    private void target(String kind, ObjectView target, FieldPath path) {
        String type = target.text("type");
        if (type.isEmpty()) {
            check.required(path.child("type"), "must specify a metric target type");
        } else if (!TARGETS.contains(type)) {
            check.invalid(path.child("type"), type, "must be either Utilization, Value, or AverageValue");
        }
        positive(target, path, "value");
        positive(target, path, "averageValue");
        target.number("averageUtilization")
                .filter(percent -> percent < 1)
                .ifPresent(
                        percent -> check.invalid(path.child("averageUtilization"), percent, "must be greater than 0"));
        boolean value = target.at("value").isPresent();
        boolean average = target.at("averageValue").isPresent();
        boolean utilization = target.at("averageUtilization").isPresent();
        switch (kind) {
            case "object", "external" -> {
                if (!value && !average) {
                    check.required(
                            path.child("averageValue"),
                            "must set either a target value for metric or a per-pod target");
                } else if (value && average && kind.equals("external")) {
                    check.forbidden(
                            path.child("value"), "may not set both a target value for metric and a per-pod target");
                }
            }
            case "pods" -> {
                if (!average) {
                    check.required(path.child("averageValue"), "must specify a positive target averageValue");
                }
            }
            default -> {
                if (!utilization && !average) {
                    check.required(
                            path.child("averageUtilization"),
                            "must set either a target raw value or a target utilization");
                } else if (utilization && average) {
                    check.forbidden(
                            path.child("averageValue"), "may not set both a target raw value and a target utilization");
                }
            }
        }
    }

    private void positive(ObjectView target, FieldPath path, String field) {
        ResourceRules.parse(target.text(field))
                .filter(amount -> amount.signum() <= 0)
                .ifPresent(amount -> check.invalid(path.child(field), amount.toString(), "must be positive"));
    }

    private void scaling(ObjectView rules, FieldPath path) {
        rules.number("stabilizationWindowSeconds").ifPresent(seconds -> {
            check.nonNegative(rules, path, "stabilizationWindowSeconds");
            if (seconds > MAX_WINDOW) {
                check.invalid(
                        path.child("stabilizationWindowSeconds"),
                        seconds,
                        "must be less than or equal to " + MAX_WINDOW);
            }
        });
        check.oneOfOrAbsent(rules, path, "selectPolicy", List.of("Disabled", "Max", "Min"));
        if (rules.array("policies").isEmpty()) {
            check.required(path.child("policies"), "must specify at least one Policy");
        }
        check.each(rules, path, "policies", (policy, at) -> {
            check.supported(at.child("type"), policy.text("type"), List.of("Percent", "Pods"));
            for (String field : new String[] {"value", "periodSeconds"}) {
                long number = policy.number(field).orElse(0L);
                if (number <= 0) {
                    check.invalid(at.child(field), number, "must be greater than zero");
                }
            }
            long period = policy.number("periodSeconds").orElse(0L);
            if (period > MAX_PERIOD) {
                check.invalid(at.child("periodSeconds"), period, "must be less than or equal to " + MAX_PERIOD);
            }
        });
    }
}
