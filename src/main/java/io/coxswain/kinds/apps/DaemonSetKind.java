package io.coxswain.kinds.apps;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.IntOrPercent;
import io.coxswain.kinds.rules.StatusCounts;
import io.coxswain.kinds.table.Cells;
import io.coxswain.kinds.workload.WorkloadKind;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;

/** {@code apps/v1 DaemonSet}. */
@ApplicationScoped
public class DaemonSetKind extends WorkloadKind {
    /** The count of template changes, which older clients read. */
    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    public DaemonSetKind() {
        super(ResourceNames.of("apps", "v1", "DaemonSet", "daemonsets")
                .shortNames("ds")
                .categories("all"));
    }

    @Override
    public JsonObject defaults(JsonObject set) {
        return TreeEditor.edit(set, editor -> {
            editor.editField("spec", spec -> {
                spec.editOrCreate("updateStrategy", strategy -> {
                    strategy.setDefault("type", "RollingUpdate");
                    if (strategy.text("type").equals("RollingUpdate")) {
                        strategy.editOrCreate(
                                "rollingUpdate",
                                rolling ->
                                        rolling.setDefault("maxUnavailable", 1).setDefault("maxSurge", 0));
                    }
                });
                spec.setDefault("revisionHistoryLimit", 10);
                spec.editField("template", PodSpecDefaults::ofTemplate);
            });
            editor.editOrCreate("status", DaemonSetKind::statusZeroes);
        });
    }

    private static void statusZeroes(TreeEditor status) {
        status.setDefault("currentNumberScheduled", 0)
                .setDefault("numberMisscheduled", 0)
                .setDefault("desiredNumberScheduled", 0)
                .setDefault("numberReady", 0);
    }

    @Override
    public JsonObject prepareForCreate(JsonObject set) {
        JsonObject counted = withTemplateGeneration(set, 1);
        return JsonTrees.set(
                counted, TreeEditor.edit(JsonValue.EMPTY_JSON_OBJECT, DaemonSetKind::statusZeroes), "status");
    }

    @Override
    public JsonObject prepareForUpdate(JsonObject now, JsonObject old) {
        ObjectView before = new ObjectView(old);
        boolean changed = !new ObjectView(now).object("spec", "template").equals(before.object("spec", "template"));
        return withTemplateGeneration(now, templateGeneration(before) + (changed ? 1 : 0));
    }

    private static long templateGeneration(ObjectView set) {
        String text = set.annotations().getOrDefault(TEMPLATE_GENERATION, "");
        boolean number = !text.isEmpty() && text.length() < 19 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Long.parseLong(text) : 1;
    }

    private static JsonObject withTemplateGeneration(JsonObject set, long generation) {
        return TreeEditor.edit(
                set,
                editor -> editor.editOrCreate(
                        "metadata",
                        metadata -> metadata.editOrCreate(
                                "annotations",
                                annotations -> annotations.set(TEMPLATE_GENERATION, Long.toString(generation)))));
    }

    @Override
    public List<FieldError> validate(ObjectView set) {
        Check check = new Check();
        ObjectView spec = new ObjectView(set.object("spec"));
        FieldPath path = WorkloadRules.SPEC;
        WorkloadRules.checkSelector(check, spec, "daemonset");
        ObjectView template = new ObjectView(spec.object("template"));
        WorkloadRules.checkMatch(check, spec, template);
        WorkloadRules.checkTemplate(check, template, "DaemonSet");
        check.nonNegative(spec, path, "minReadySeconds");
        check.in(spec, path, "updateStrategy", (strategy, at) -> strategy(check, strategy, at));
        check.nonNegative(spec, path, "revisionHistoryLimit");
        return check.errors();
    }

    private static void strategy(Check check, ObjectView strategy, FieldPath path) {
        switch (strategy.text("type")) {
            case "OnDelete" -> {
                // pods are replaced as their owner deletes them: nothing to set
            }
            case "RollingUpdate" -> {
                if (strategy.at("rollingUpdate").isEmpty()) {
                    check.required(path.child("rollingUpdate"));
                }
                check.in(strategy, path, "rollingUpdate", (rolling, at) -> rolling(check, rolling, at));
            }
            default -> check.supported(path, strategy.text("type"), List.of("OnDelete", "RollingUpdate"));
        }
    }

    private static void rolling(Check check, ObjectView rolling, FieldPath path) {
        long unavailable = IntOrPercent.check(check, rolling, path, "maxUnavailable");
        long surge = IntOrPercent.check(check, rolling, path, "maxSurge");
        IntOrPercent.atMostAll(check, rolling, path, "maxUnavailable");
        IntOrPercent.atMostAll(check, rolling, path, "maxSurge");
        if (unavailable != 0 && surge != 0) {
            check.invalid(
                    path.child("maxSurge"),
                    rolling.at("maxSurge").orElse(JsonValue.NULL),
                    "may not be set when maxUnavailable is non-zero");
        } else if (unavailable == 0 && surge == 0) {
            check.required(path.child("maxUnavailable"), "cannot be 0 when maxSurge is 0");
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        WorkloadRules.checkSelectorUnchanged(check, now, old);
        return check.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        return StatusCounts.check(
                now,
                List.of(
                        "currentNumberScheduled",
                        "numberMisscheduled",
                        "desiredNumberScheduled",
                        "numberReady",
                        "observedGeneration",
                        "updatedNumberScheduled",
                        "numberAvailable",
                        "numberUnavailable",
                        "collisionCount"),
                "desiredNumberScheduled",
                List.of());
    }

    @Override
    protected List<TableColumn> ownColumns() {
        return List.of(
                TableColumn.number("Desired"),
                TableColumn.number("Current"),
                TableColumn.number("Ready"),
                TableColumn.number("Up-to-date"),
                TableColumn.number("Available"),
                TableColumn.text("Node Selector"));
    }

    @Override
    protected void ownCells(Cells cells, ObjectView set) {
        cells.number(set.number("status", "desiredNumberScheduled").orElse(0L))
                .number(set.number("status", "currentNumberScheduled").orElse(0L))
                .number(set.number("status", "numberReady").orElse(0L))
                .number(set.number("status", "updatedNumberScheduled").orElse(0L))
                .number(set.number("status", "numberAvailable").orElse(0L))
                .text(Cells.labels(set.texts("spec", "template", "spec", "nodeSelector")));
    }
}
