package io.coxswain.kinds.batch;

import io.coxswain.kinds.podspec.PodSpecValidation;
import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks the spec of a job, in a Job and in a CronJob's template; their pods must be of the kind that ends. */
final class JobSpecRules {
    private static final long MAX_PARALLELISM = 100_000;
    private static final long MAX_FAILED_INDEXES = 100_000;
    private static final long MANY_COMPLETIONS = 100_000;
    private static final long MAX_WITH_MANY = 10_000;
    private static final int MAX_MANAGED_BY = 63;
    private static final int MAX_RULES = 20;
    private static final int MAX_EXIT_CODES = 255;
    private static final List<String> ACTIONS = List.of("Count", "FailIndex", "FailJob", "Ignore");
    private static final List<String> OPERATORS = List.of("In", "NotIn");
    private static final List<String> STATUSES = List.of("False", "True", "Unknown");
    private static final String INDEXED_ONLY = "requires indexed completion mode";

    private final Check check;
    private final ObjectView spec;
    private final FieldPath path;

    private JobSpecRules(Check check, ObjectView spec, FieldPath path) {
        this.check = check;
        this.spec = spec;
        this.path = path;
    }

    static void check(Check check, ObjectView spec, FieldPath path) {
        new JobSpecRules(check, spec, path).all();
    }

    private void all() {
        for (String field : new String[] {
            "parallelism",
            "completions",
            "activeDeadlineSeconds",
            "backoffLimit",
            "ttlSecondsAfterFinished",
            "backoffLimitPerIndex",
            "maxFailedIndexes"
        }) {
            check.nonNegative(spec, path, field);
        }
        if (spec.at("maxFailedIndexes").isPresent()
                && spec.at("backoffLimitPerIndex").isEmpty()) {
            check.required(path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
        }
        if (spec.at("managedBy").isPresent()) {
            managedBy(spec.text("managedBy"));
        }
        completionMode();
        boolean failurePolicy = spec.at("podFailurePolicy").isPresent();
        check.in(spec, path, "podFailurePolicy", this::failurePolicy);
        check.in(spec, path, "successPolicy", this::successPolicy);
        check.oneOfOrAbsent(
                spec,
                path,
                "podReplacementPolicy",
                failurePolicy ? List.of("Failed") : List.of("Failed", "TerminatingOrFailed"));
        template(failurePolicy);
    }

    private void managedBy(String controller) {
        FieldPath at = path.child("managedBy");
        int slash = controller.indexOf('/');
        if (slash <= 0 || slash == controller.length() - 1) {
            check.invalid(at, controller, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        } else {
            check.subdomain(at, controller.substring(0, slash));
        }
        if (controller.length() > MAX_MANAGED_BY) {
            check.add(FieldError.tooLong(at, MAX_MANAGED_BY));
        }
    }

    private void completionMode() {
        check.oneOfOrAbsent(spec, path, "completionMode", List.of("Indexed", "NonIndexed"));
        Optional<Long> failed = spec.number("maxFailedIndexes");
        if (spec.text("completionMode").equals("Indexed")) {
            indexed(failed);
        } else {
            for (String field : new String[] {"backoffLimitPerIndex", "maxFailedIndexes"}) {
                spec.number(field).ifPresent(number -> check.invalid(path.child(field), number, INDEXED_ONLY));
            }
        }
    }

    private void indexed(Optional<Long> failed) {
        Optional<Long> completions = spec.number("completions");
        long parallelism = spec.number("parallelism").orElse(0L);
        if (completions.isEmpty()) {
            check.required(path.child("completions"), "when completion mode is Indexed");
        }
        if (parallelism > MAX_PARALLELISM) {
            check.invalid(
                    path.child("parallelism"),
                    parallelism,
                    "must be less than or equal to " + MAX_PARALLELISM + " when completion mode is Indexed");
        }
        FieldPath failedPath = path.child("maxFailedIndexes");
        failed.ifPresent(number -> {
            if (completions.isPresent() && number > completions.get()) {
                check.invalid(failedPath, number, "must be less than or equal to completions");
            }
            if (number > MAX_FAILED_INDEXES) {
                check.invalid(failedPath, number, "must be less than or equal to " + MAX_FAILED_INDEXES);
            }
        });
        if (completions.orElse(0L) > MANY_COMPLETIONS
                && spec.at("backoffLimitPerIndex").isPresent()) {
            String bound = "must be less than or equal to " + MAX_WITH_MANY + " when completions are above "
                    + MANY_COMPLETIONS + " and used with backoff limit per index";
            if (failed.isEmpty()) {
                check.required(failedPath, "must be specified when completions is above " + MANY_COMPLETIONS);
            }
            if (parallelism > MAX_WITH_MANY) {
                check.invalid(path.child("parallelism"), parallelism, bound);
            }
            failed.filter(number -> number > MAX_WITH_MANY)
                    .ifPresent(number -> check.invalid(failedPath, number, bound));
        }
    }

    private void failurePolicy(ObjectView policy, FieldPath at) {
        int rules = policy.array("rules").size();
        if (rules > MAX_RULES) {
            check.add(FieldError.tooMany(at.child("rules"), rules, MAX_RULES));
        }
        check.each(policy, at, "rules", (rule, each) -> {
            String action = rule.text("action");
            FieldPath actionPath = each.child("action");
            if (action.isEmpty()) {
                check.required(actionPath, "valid values: " + listed(ACTIONS));
            } else if (action.equals("FailIndex")) {
                if (spec.at("backoffLimitPerIndex").isEmpty()) {
                    check.invalid(actionPath, action, "requires the backoffLimitPerIndex to be set");
                }
            } else {
                check.supported(actionPath, action, ACTIONS);
            }
            check.in(rule, each, "onExitCodes", this::exitCodes);
            podConditions(rule, each);
            boolean codes = rule.at("onExitCodes").isPresent();
            boolean conditions = !rule.array("onPodConditions").isEmpty();
            if (codes == conditions) {
                check.add(new FieldError(
                        FieldError.Type.INVALID,
                        each.toString(),
                        null,
                        codes
                                ? "specifying both OnExitCodes and OnPodConditions is not supported"
                                : "specifying one of OnExitCodes and OnPodConditions is required"));
            }
        });
    }

    private void podConditions(ObjectView rule, FieldPath at) {
        int conditions = rule.array("onPodConditions").size();
        if (conditions > MAX_RULES) {
            check.add(FieldError.tooMany(at.child("onPodConditions"), conditions, MAX_RULES));
        }
        check.each(rule, at, "onPodConditions", (pattern, each) -> {
            check.qualifiedName(each.child("type"), pattern.text("type"));
            String status = pattern.text("status");
            if (status.isEmpty()) {
                check.required(each.child("status"), "valid values: " + listed(STATUSES));
            } else {
                check.supported(each.child("status"), status, STATUSES);
            }
        });
    }

    private void exitCodes(ObjectView codes, FieldPath at) {
        String operator = codes.text("operator");
        if (operator.isEmpty()) {
            check.required(at.child("operator"), "valid values: " + listed(OPERATORS));
        } else {
            check.supported(at.child("operator"), operator, OPERATORS);
        }
        String container = codes.text("containerName");
        if (codes.at("containerName").isPresent() && !isContainer(container)) {
            check.invalid(
                    at.child("containerName"),
                    container,
                    "must be one of the container or initContainer names in the pod template");
        }
        JsonArray values = codes.array("values");
        FieldPath list = at.child("values");
        if (values.isEmpty()) {
            check.invalid(list, values, "at least one value is required");
        } else if (values.size() > MAX_EXIT_CODES) {
            check.add(FieldError.tooMany(list, values.size(), MAX_EXIT_CODES));
        }
        exitCodeValues(operator, values, list);
    }

    private void exitCodeValues(String operator, JsonArray values, FieldPath list) {
        Set<Long> seen = new HashSet<>();
        boolean ordered = true;
        long last = Long.MIN_VALUE;
        for (int i = 0; i < values.size(); i++) {
            long code = values.get(i) instanceof JsonNumber number ? number.longValue() : 0;
            if (operator.equals("In") && code == 0) {
                check.invalid(list.index(i), code, "must not be 0 for the In operator");
            }
            if (!seen.add(code)) {
                check.duplicate(list.index(i), code);
            }
            ordered &= code >= last;
            last = code;
        }
        if (!ordered) {
            check.invalid(list, values, "must be ordered");
        }
    }

    private boolean isContainer(String name) {
        List<ObjectView> all = new ArrayList<>(spec.items("template", "spec", "containers"));
        all.addAll(spec.items("template", "spec", "initContainers"));
        return all.stream().anyMatch(container -> container.text("name").equals(name));
    }

    private void successPolicy(ObjectView policy, FieldPath at) {
        if (!spec.text("completionMode").equals("Indexed")) {
            check.invalid(at, policy.json(), INDEXED_ONLY);
            return;
        }
        int rules = policy.array("rules").size();
        if (rules == 0) {
            check.required(
                    at.child("rules"), "at least one rules must be specified when the successPolicy is specified");
        } else if (rules > MAX_RULES) {
            check.add(FieldError.tooMany(at.child("rules"), rules, MAX_RULES));
        }
        check.each(policy, at, "rules", (rule, each) -> {
            if (rule.at("succeededCount").isEmpty()
                    && rule.at("succeededIndexes").isEmpty()) {
                check.required(each, "at least one of succeededCount or succeededIndexes must be specified");
            }
            rule.number("succeededCount").ifPresent(count -> {
                check.nonNegative(rule, each, "succeededCount");
                long completions = spec.number("completions").orElse(0L);
                if (count > completions) {
                    check.invalid(
                            each.child("succeededCount"),
                            count,
                            "must be less than or equal to " + completions + " (the number of specified completions)");
                }
            });
        });
    }

    private void template(boolean failurePolicy) {
        FieldPath templatePath = path.child("template");
        ObjectView template = new ObjectView(spec.object("template"));
        PodSpecValidation.template(check, template, templatePath);
        String restart = template.text("spec", "restartPolicy");
        FieldPath at = templatePath.child("spec").child("restartPolicy");
        if (restart.isEmpty() || restart.equals("Always")) {
            check.required(at, "valid values: \"OnFailure\", \"Never\"");
        } else if (failurePolicy && restart.equals("OnFailure")) {
            check.invalid(at, restart, "only \"Never\" is supported when podFailurePolicy is specified");
        }
    }

    /** As Go prints a list of quoted strings. */
    private static String listed(List<String> values) {
        return "[\"" + String.join("\" \"", values) + "\"]";
    }
}
