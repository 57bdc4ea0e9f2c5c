package io.coxswain.kinds.podspec;

import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.LabelRules;
import io.coxswain.meta.validation.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What decides where a pod runs: node selector, affinity, tolerations, spreading, gates. */
final class PlacementValidation {
    private static final List<String> EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private final Check check;

    PlacementValidation(Check check) {
        this.check = check;
    }

    void all(ObjectView spec, FieldPath path) {
        LabelRules.checkLabels(spec.texts("nodeSelector"), path.child("nodeSelector"), check.errors());
        check.in(spec, path, "affinity", this::affinity);
        check.each(spec, path, "tolerations", this::toleration);
        Set<String> spread = new HashSet<>();
        check.each(spec, path, "topologySpreadConstraints", (constraint, at) -> spread(constraint, at, spread));
        gates(spec, path);
    }

    private void gates(ObjectView spec, FieldPath path) {
        Set<String> gates = new HashSet<>();
        check.each(spec, path, "schedulingGates", (gate, at) -> {
            String name = gate.text("name");
            check.qualifiedName(at, name);
            if (!gates.add(name)) {
                check.duplicate(at, name);
            }
        });
        if (!gates.isEmpty() && !spec.text("nodeName").isEmpty()) {
            check.forbidden(path.child("nodeName"), "cannot be set until all schedulingGates have been cleared");
        }
    }

    void toleration(ObjectView toleration, FieldPath path) {
        String key = toleration.text("key");
        String operator = toleration.text("operator");
        String effect = toleration.text("effect");
        if (!key.isEmpty()) {
            check.qualifiedName(path.child("key"), key);
        } else if (!operator.equals("Exists")) {
            check.invalid(
                    path.child("operator"),
                    operator,
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }
        if (toleration.number("tolerationSeconds").isPresent() && !effect.equals("NoExecute")) {
            check.invalid(path.child("effect"), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
        String value = toleration.text("value");
        switch (operator) {
            case "", "Equal" -> {
                List<String> faults = LabelRules.labelValue(value);
                if (!faults.isEmpty()) {
                    check.invalid(path.child("operator"), value, String.join(";", faults));
                }
            }
            case "Exists" -> {
                if (!value.isEmpty()) {
                    check.invalid(
                            path.child("operator"),
                            toleration.json(),
                            "value must be empty when `operator` is 'Exists'");
                }
            }
            default -> check.supported(path.child("operator"), operator, List.of("Equal", "Exists"));
        }
        if (!effect.isEmpty()) {
            check.supported(path.child("effect"), effect, EFFECTS);
        }
    }

    private void affinity(ObjectView affinity, FieldPath path) {
        check.in(affinity, path, "nodeAffinity", (node, at) -> {
            check.in(node, at, REQUIRED, this::nodeSelector);
            check.each(node, at, PREFERRED, (preference, one) -> {
                weight(preference, one);
                check.in(preference, one, "preference", this::nodeTerm);
            });
        });
        for (String kind : new String[] {"podAffinity", "podAntiAffinity"}) {
            check.in(affinity, path, kind, (pods, at) -> {
                check.each(pods, at, REQUIRED, this::podTerm);
                check.each(pods, at, PREFERRED, (preference, one) -> {
                    weight(preference, one);
                    check.in(preference, one, "podAffinityTerm", this::podTerm);
                });
            });
        }
    }

    void nodeSelector(ObjectView selector, FieldPath path) {
        if (selector.array("nodeSelectorTerms").isEmpty()) {
            check.required(path.child("nodeSelectorTerms"), "must have at least one node selector term");
        }
        check.each(selector, path, "nodeSelectorTerms", this::nodeTerm);
    }

    private void nodeTerm(ObjectView term, FieldPath path) {
        check.each(
                term,
                path,
                "matchExpressions",
                (requirement, at) -> LabelRules.checkRequirement(requirement, at, true, check.errors()));
        check.each(term, path, "matchFields", (requirement, at) -> {
            int values = requirement.array("values").size();
            if (values != 1) {
                check.required(
                        at.child("values"),
                        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
            }
            String operator = requirement.text("operator");
            if (!operator.equals("In") && !operator.equals("NotIn")) {
                check.invalid(at.child("operator"), operator, "not a valid selector operator");
            }
            String key = requirement.text("key");
            if (!key.equals("metadata.name")) {
                check.invalid(at.child("key"), key, "not a valid field selector key");
            }
        });
    }

    private void weight(ObjectView preference, FieldPath path) {
        long weight = preference.number("weight").orElse(0L);
        if (weight < 1 || weight > 100) {
            check.invalid(path.child("weight"), weight, "must be in the range 1-100");
        }
    }

    private void podTerm(ObjectView term, FieldPath path) {
        for (String selector : new String[] {"labelSelector", "namespaceSelector"}) {
            check.in(term, path, selector, (labels, at) -> LabelRules.checkSelector(labels, at, check.errors()));
        }
        for (String namespace : term.strings("namespaces")) {
            check.invalid(path.child("namespace"), namespace, Names.dns1123Label(namespace));
        }
        String key = term.text("topologyKey");
        if (key.isEmpty()) {
            check.required(path.child("topologyKey"), "can not be empty");
        } else {
            check.qualifiedName(path.child("topologyKey"), key);
        }
    }

    private void spread(ObjectView constraint, FieldPath path, Set<String> known) {
        long skew = constraint.number("maxSkew").orElse(0L);
        if (skew <= 0) {
            check.invalid(path.child("maxSkew"), skew, "must be greater than zero");
        }
        String key = constraint.text("topologyKey");
        if (key.isEmpty()) {
            check.required(path.child("topologyKey"), "can not be empty");
        } else {
            check.qualifiedName(path.child("topologyKey"), key);
        }
        String action = constraint.text("whenUnsatisfiable");
        check.supported(path.child("whenUnsatisfiable"), action, List.of("DoNotSchedule", "ScheduleAnyway"));
        if (!known.add(key + " " + action)) {
            check.duplicate(path.child("{topologyKey, whenUnsatisfiable}"), "{" + key + ", " + action + "}");
        }
        constraint.number("minDomains").ifPresent(domains -> {
            if (domains <= 0) {
                check.invalid(path.child("minDomains"), domains, "must be greater than zero");
            } else if (!action.equals("DoNotSchedule")) {
                check.invalid(
                        path.child("minDomains"),
                        domains,
                        "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + action);
            }
        });
        check.in(
                constraint,
                path,
                "labelSelector",
                (labels, at) -> LabelRules.checkSelector(labels, at, check.errors()));
    }
}
