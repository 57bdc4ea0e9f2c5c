package io.coxswain.kinds.admissionregistration;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.LabelRules;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks which requests a webhook or a policy is for. */
final class MatchRules {
    private static final List<String> OPERATIONS = List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE");
    private static final List<String> SCOPES = List.of("*", "Cluster", "Namespaced");

    private MatchRules() {}

    static void rule(Check check, ObjectView rule, FieldPath path) {
        List<String> operations = rule.strings("operations");
        if (operations.isEmpty()) {
            check.required(path.child("operations"));
        }
        if (operations.size() > 1 && operations.contains("*")) {
            check.invalid(
                    path.child("operations"),
                    rule.array("operations"),
                    "if '*' is present, must not specify other operations");
        }
        for (int i = 0; i < operations.size(); i++) {
            check.supported(path.child("operations").index(i), operations.get(i), OPERATIONS);
        }
        for (String field : new String[] {"apiGroups", "apiVersions"}) {
            List<String> values = rule.strings(field);
            if (values.isEmpty()) {
                check.required(path.child(field));
            }
            if (values.size() > 1 && values.contains("*")) {
                check.invalid(
                        path.child(field),
                        rule.array(field),
                        "if '*' is present, must not specify other "
                                + (field.equals("apiGroups") ? "API groups" : "API versions"));
            }
        }
        for (int i = 0; i < rule.strings("apiVersions").size(); i++) {
            if (rule.strings("apiVersions").get(i).isEmpty()) {
                check.required(path.child("apiVersions").index(i));
            }
        }
        resources(check, rule, path.child("resources"));
        check.oneOfOrAbsent(rule, path, "scope", SCOPES);
    }

    private static void resources(Check check, ObjectView rule, FieldPath path) {
        List<String> resources = rule.strings("resources");
        if (resources.isEmpty()) {
            check.required(path);
        }
        Set<String> wild = new HashSet<>();
        resources.stream()
                .filter(each -> each.endsWith("/*"))
                .forEach(each -> wild.add(each.substring(0, each.length() - 2)));
        boolean everySubresource = resources.contains("*/*");
        for (int i = 0; i < resources.size(); i++) {
            String resource = resources.get(i);
            if (resource.isEmpty()) {
                check.required(path.index(i));
                continue;
            }
            int slash = resource.indexOf('/');
            if (slash > 0 && !resource.endsWith("/*") && wild.contains(resource.substring(0, slash))) {
                check.invalid(
                        path.index(i),
                        resource,
                        "if '" + resource.substring(0, slash) + "/*' is present, must not specify " + resource);
            }
        }
        if (resources.size() > 1 && everySubresource) {
            check.invalid(path, rule.array("resources"), "if '*/*' is present, must not specify other resources");
        }
        boolean mixed = resources.contains("*")
                && resources.stream().anyMatch(each -> !each.equals("*") && !each.contains("/"));
        if (mixed) {
            check.invalid(
                    path,
                    rule.array("resources"),
                    "if '*' is present, must not specify other resources without subresources");
        }
    }

    /** {@code matchConditions}: each with a name of its own and an expression. */
    static void conditions(Check check, ObjectView object, FieldPath path, int most) {
        int count = object.array("matchConditions").size();
        if (count > most) {
            check.add(FieldError.tooMany(path.child("matchConditions"), count, most));
        }
        Set<String> names = new HashSet<>();
        check.each(object, path, "matchConditions", (condition, at) -> {
            String name = condition.text("name");
            if (condition.text("expression").strip().isEmpty()) {
                check.required(at.child("expression"));
            }
            if (name.isEmpty()) {
                check.required(at.child("name"));
            } else {
                check.qualifiedName(at.child("name"), name);
                if (!names.add(name)) {
                    check.duplicate(at.child("name"), name);
                }
            }
        });
    }

    /** {@code matchResources} of a policy binding, {@code matchConstraints} of a policy. */
    static void resources(Check check, ObjectView match, FieldPath path, boolean rulesRequired) {
        if (match.at("matchPolicy").isEmpty()) {
            check.required(path.child("matchPolicy"));
        }
        check.oneOfOrAbsent(match, path, "matchPolicy", List.of("Equivalent", "Exact"));
        for (String selector : new String[] {"namespaceSelector", "objectSelector"}) {
            if (match.at(selector).isEmpty()) {
                check.required(path.child(selector));
            }
            check.in(match, path, selector, (each, at) -> LabelRules.checkSelector(each, at, check.errors()));
        }
        if (rulesRequired && match.array("resourceRules").isEmpty()) {
            check.required(path.child("resourceRules"));
        }
        for (String list : new String[] {"resourceRules", "excludeResourceRules"}) {
            check.each(match, path, list, (rule, at) -> rule(check, rule, at));
        }
    }
}
