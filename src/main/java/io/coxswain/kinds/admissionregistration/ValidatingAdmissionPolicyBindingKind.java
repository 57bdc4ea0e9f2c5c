package io.coxswain.kinds.admissionregistration;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.NotYetEffective;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.LabelRules;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding}: where a policy holds, and with what consequence. */
@ApplicationScoped
public class ValidatingAdmissionPolicyBindingKind extends ClusterKind implements NotYetEffective {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> ACTIONS = List.of("Audit", "Deny", "Warn");

    public ValidatingAdmissionPolicyBindingKind() {
        super(ResourceNames.of(
                        "admissionregistration.k8s.io",
                        "v1",
                        "ValidatingAdmissionPolicyBinding",
                        "validatingadmissionpolicybindings")
                .categories("api-extensions"));
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject binding) {
        return TreeEditor.edit(
                binding,
                editor -> editor.editField(
                        "spec",
                        spec -> spec.editField("matchResources", ValidatingAdmissionPolicyKind::matchDefaults)));
    }

    @Override
    public List<FieldError> validate(ObjectView binding) {
        Check check = new Check();
        ObjectView spec = new ObjectView(binding.object("spec"));
        check.nonEmpty(
                spec,
                SPEC,
                "policyName",
                name -> check.invalid(SPEC.child("policyName"), name, Names.dns1123Subdomain(name)));
        check.in(spec, SPEC, "paramRef", (reference, at) -> {
            boolean named = !reference.text("name").isEmpty();
            boolean selected = reference.at("selector").isPresent();
            if (named && selected) {
                check.forbidden(at.child("name"), "name and selector are mutually exclusive");
            } else if (!named && !selected) {
                check.required(at, "one of name or selector must be specified");
            }
            check.in(
                    reference,
                    at,
                    "selector",
                    (selector, one) -> LabelRules.checkSelector(selector, one, check.errors()));
            check.oneOf(reference, at, "parameterNotFoundAction", List.of("Allow", "Deny"));
        });
        check.in(spec, SPEC, "matchResources", (match, at) -> MatchRules.resources(check, match, at, false));
        actions(check, spec);
        return check.errors();
    }

    private static void actions(Check check, ObjectView spec) {
        FieldPath path = SPEC.child("validationActions");
        List<String> actions = spec.strings("validationActions");
        if (actions.isEmpty()) {
            check.required(path, "at least one validation action is required");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < actions.size(); i++) {
            check.supported(path.index(i), actions.get(i), ACTIONS);
            if (!seen.add(actions.get(i))) {
                check.duplicate(path.index(i), actions.get(i));
            }
        }
        if (seen.contains("Deny") && seen.contains("Warn")) {
            check.invalid(
                    path,
                    spec.array("validationActions"),
                    "must not contain both Deny and Warn (repeating the same validation failure information in the API"
                            + " response and headers serves no purpose)");
        }
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("PolicyName"),
                TableColumn.text("ParamRef"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView binding, Instant now) {
        ObjectView reference = new ObjectView(binding.object("spec", "paramRef"));
        String shown = "<unset>";
        if (!reference.json().isEmpty()) {
            String namespace = reference.text("namespace");
            shown = reference.text("name").isEmpty()
                    ? Cells.selector(new ObjectView(reference.object("selector")))
                    : (namespace.isEmpty() ? "*/" : namespace + "/") + reference.text("name");
        }
        return Cells.named(binding, now)
                .text(binding.text("spec", "policyName"))
                .text(shown)
                .age()
                .list();
    }
}
