package io.coxswain.kinds.admissionregistration;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.NotYetEffective;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ConditionRules;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy}. Its expressions are not compiled yet. */
@ApplicationScoped
public class ValidatingAdmissionPolicyKind extends ClusterKind implements NotYetEffective {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int MAX_CONDITIONS = 64;
    private static final List<String> REASONS =
            List.of("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized");

    public ValidatingAdmissionPolicyKind() {
        super(ResourceNames.of(
                        "admissionregistration.k8s.io",
                        "v1",
                        "ValidatingAdmissionPolicy",
                        "validatingadmissionpolicies")
                .categories("api-extensions"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject policy) {
        return TreeEditor.edit(policy, editor -> {
            editor.editField("spec", spec -> {
                spec.setDefault("failurePolicy", "Fail");
                spec.editField("matchConstraints", ValidatingAdmissionPolicyKind::matchDefaults);
            });
            editor.editOrCreate("status", status -> {});
        });
    }

    static void matchDefaults(TreeEditor match) {
        match.setDefault("matchPolicy", "Equivalent");
        match.editOrCreate("namespaceSelector", selector -> {});
        match.editOrCreate("objectSelector", selector -> {});
        for (String list : new String[] {"resourceRules", "excludeResourceRules"}) {
            match.editItems(list, rule -> rule.setDefault("scope", "*"));
        }
    }

    @Override
    public JsonObject prepareForCreate(JsonObject policy) {
        return JsonTrees.set(policy, JsonValue.EMPTY_JSON_OBJECT, "status");
    }

    @Override
    public List<FieldError> validate(ObjectView policy) {
        Check check = new Check();
        ObjectView spec = new ObjectView(policy.object("spec"));
        check.oneOf(spec, SPEC, "failurePolicy", List.of("Fail", "Ignore"));
        check.in(spec, SPEC, "paramKind", (kind, at) -> {
            check.nonEmpty(kind, at, "apiVersion", null);
            check.nonEmpty(kind, at, "kind", null);
        });
        if (spec.at("matchConstraints").isEmpty()) {
            check.required(SPEC.child("matchConstraints"));
        }
        check.in(spec, SPEC, "matchConstraints", (match, at) -> MatchRules.resources(check, match, at, true));
        if (spec.array("validations").isEmpty()
                && spec.array("auditAnnotations").isEmpty()) {
            check.required(SPEC.child("validations"), "validations or auditAnnotations must contain at least one item");
            check.required(
                    SPEC.child("auditAnnotations"), "validations or auditAnnotations must contain at least one item");
        }
        check.each(spec, SPEC, "validations", (validation, at) -> validation(check, validation, at));
        MatchRules.conditions(check, spec, SPEC, MAX_CONDITIONS);
        unique(check, spec, "auditAnnotations", "key", "valueExpression");
        unique(check, spec, "variables", "name", "expression");
        return check.errors();
    }

    private static void validation(Check check, ObjectView validation, FieldPath path) {
        if (validation.text("expression").strip().isEmpty()) {
            check.required(path.child("expression"), "expression is not specified");
        }
        boolean message = validation.at("message").isPresent();
        String text = validation.text("message");
        if (message && text.strip().isEmpty()) {
            check.invalid(path.child("message"), text, "message must be non-empty if specified");
        } else if (text.contains("\n")) {
            check.invalid(path.child("message"), text, "message must not contain line breaks");
        } else if (!message && validation.text("expression").contains("\n")) {
            check.required(path.child("message"), "message must be specified if expression contains line breaks");
        }
        check.oneOfOrAbsent(validation, path, "reason", REASONS);
    }

    private static void unique(Check check, ObjectView spec, String list, String key, String expression) {
        Set<String> keys = new HashSet<>();
        check.each(spec, SPEC, list, (item, at) -> {
            String name = item.text(key);
            if (name.isEmpty()) {
                check.required(at.child(key));
            } else if (!keys.add(name)) {
                check.duplicate(at.child(key), name);
            }
            if (item.text(expression).strip().isEmpty()) {
                check.required(at.child(expression), expression + " is not specified");
            }
        });
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        ConditionRules.check(check, new ObjectView(now.object("status")), FieldPath.of("status"));
        return check.errors();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.number("Validations"),
                TableColumn.text("ParamKind"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView policy, Instant now) {
        ObjectView kind = new ObjectView(policy.object("spec", "paramKind"));
        return Cells.named(policy, now)
                .number(policy.array("spec", "validations").size())
                .text(kind.json().isEmpty() ? "<unset>" : kind.apiVersion() + "/" + kind.kind())
                .age()
                .list();
    }
}
