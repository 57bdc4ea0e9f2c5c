package io.coxswain.kinds.apps;

import io.coxswain.kinds.podspec.PodSpecValidation;
import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.selector.LabelSelector;
import io.coxswain.meta.validation.LabelRules;
import java.util.List;
import java.util.Map;

/** What the kinds that make pods from a template have in common. */
final class WorkloadRules {
    static final FieldPath SPEC = FieldPath.of("spec");
    static final FieldPath TEMPLATE = SPEC.child("template");

    private WorkloadRules() {}

    /** Checks the selector, and the template against it and by itself, as Deployments and ReplicaSets do. */
    static void checkSelectorAndTemplate(Check check, ObjectView spec, String workload) {
        checkSelector(check, spec, workload);
        ObjectView template = new ObjectView(spec.object("template"));
        checkMatch(check, spec, template);
        checkTemplate(check, template, "ReplicaSet");
    }

    static void checkSelector(Check check, ObjectView spec, String workload) {
        FieldPath path = SPEC.child("selector");
        ObjectView selector = new ObjectView(spec.object("selector"));
        if (spec.at("selector").isEmpty()) {
            check.required(path, "");
        } else {
            LabelRules.checkSelector(selector, path, check.errors());
            if (selector.object("matchLabels").isEmpty()
                    && selector.array("matchExpressions").isEmpty()) {
                check.invalid(path, selector.json(), "empty selector is invalid for " + workload);
            }
        }
    }

    /** The selector must match the template's labels. */
    static void checkMatch(Check check, ObjectView spec, ObjectView template) {
        ObjectView selector = new ObjectView(spec.object("selector"));
        if (!selector.json().isEmpty() && !matches(selector, template.labels())) {
            check.invalid(
                    TEMPLATE.child("metadata").child("labels"),
                    template.object("metadata", "labels"),
                    "`selector` does not match template `labels`");
        }
    }

    /** The template by itself; its pods must be of the kind that runs for ever. */
    static void checkTemplate(Check check, ObjectView template, String workload) {
        PodSpecValidation.template(check, template, TEMPLATE);
        FieldPath podPath = TEMPLATE.child("spec");
        String restart = template.text("spec", "restartPolicy");
        if (!restart.isEmpty() && !restart.equals("Always")) {
            check.supported(podPath.child("restartPolicy"), restart, List.of("Always"));
        }
        if (template.at("spec", "activeDeadlineSeconds").isPresent()) {
            check.forbidden(
                    podPath.child("activeDeadlineSeconds"),
                    "activeDeadlineSeconds in " + workload + " is not Supported");
        }
    }

    static void checkSelectorUnchanged(Check check, ObjectView now, ObjectView old) {
        if (!now.object("spec", "selector").equals(old.object("spec", "selector"))) {
            check.invalid(SPEC.child("selector"), now.object("spec", "selector"), Check.IMMUTABLE);
        }
    }

    /** A selector that is not valid has been reported as such, and not as a mismatch too. */
    private static boolean matches(ObjectView selector, Map<String, String> labels) {
        try {
            return LabelSelector.of(selector.json()).matches(labels);
        } catch (ApiException invalid) {
            return true;
        }
    }
}
