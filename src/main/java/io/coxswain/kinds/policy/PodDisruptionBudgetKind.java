package io.coxswain.kinds.policy;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ConditionRules;
import io.coxswain.kinds.rules.IntOrPercent;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.LabelRules;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code policy/v1 PodDisruptionBudget}: how many pods of a group may be taken away at a time. */
@ApplicationScoped
public class PodDisruptionBudgetKind extends NamespacedKind {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String NONE = "N/A";
    private static final List<String> COUNTS =
            List.of("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods");

    public PodDisruptionBudgetKind() {
        super(ResourceNames.of("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets")
                .shortNames("pdb"));
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
    public JsonObject defaults(JsonObject budget) {
        return TreeEditor.edit(
                budget,
                editor ->
                        editor.editOrCreate("status", status -> COUNTS.forEach(count -> status.setDefault(count, 0))));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject budget) {
        return defaults(JsonTrees.set(budget, JsonValue.EMPTY_JSON_OBJECT, "status"));
    }

    @Override
    public List<FieldError> validate(ObjectView budget) {
        Check check = new Check();
        ObjectView spec = new ObjectView(budget.object("spec"));
        if (spec.at("minAvailable").isPresent() && spec.at("maxUnavailable").isPresent()) {
            check.invalid(SPEC, spec.json(), "minAvailable and maxUnavailable cannot be both set");
        }
        for (String field : new String[] {"minAvailable", "maxUnavailable"}) {
            IntOrPercent.check(check, spec, SPEC, field);
            IntOrPercent.atMostAll(check, spec, SPEC, field);
        }
        check.in(spec, SPEC, "selector", (selector, at) -> LabelRules.checkSelector(selector, at, check.errors()));
        check.oneOfOrAbsent(spec, SPEC, "unhealthyPodEvictionPolicy", List.of("AlwaysAllow", "IfHealthyBudget"));
        return check.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        ObjectView status = new ObjectView(now.object("status"));
        FieldPath path = FieldPath.of("status");
        ConditionRules.check(check, status, path);
        COUNTS.forEach(count -> check.nonNegative(status, path, count));
        return check.errors();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Min Available"),
                TableColumn.text("Max Unavailable"),
                TableColumn.number("Allowed Disruptions"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView budget, Instant now) {
        return Cells.named(budget, now)
                .text(amount(budget, "minAvailable"))
                .text(amount(budget, "maxUnavailable"))
                .number(budget.number("status", "disruptionsAllowed").orElse(0L))
                .age()
                .list();
    }

    private static String amount(ObjectView budget, String field) {
        String text = budget.text("spec", field);
        return text.isEmpty()
                ? budget.number("spec", field).map(String::valueOf).orElse(NONE)
                : text;
    }
}
