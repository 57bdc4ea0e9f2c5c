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
import java.util.Optional;

/** {@code apps/v1 Deployment}. */
@ApplicationScoped
public class DeploymentKind extends WorkloadKind {
    public DeploymentKind() {
        super(ResourceNames.of("apps", "v1", "Deployment", "deployments")
                .shortNames("deploy")
                .categories("all"));
    }

    @Override
    public Optional<ScalePaths> scale() {
        return Optional.of(ScalePaths.STANDARD);
    }

    @Override
    public JsonObject defaults(JsonObject deployment) {
        return TreeEditor.edit(deployment, editor -> {
            editor.editField("spec", DeploymentKind::specDefaults);
            editor.editOrCreate("status", status -> {});
        });
    }

    private static void specDefaults(TreeEditor spec) {
        spec.setDefault("replicas", 1)
                .setDefault("revisionHistoryLimit", 10)
                .setDefault("progressDeadlineSeconds", 600);
        spec.editOrCreate("strategy", strategy -> {
            strategy.setDefault("type", "RollingUpdate");
            if (strategy.text("type").equals("RollingUpdate")) {
                strategy.editOrCreate(
                        "rollingUpdate",
                        rolling -> rolling.setDefault("maxUnavailable", JsonTrees.text("25%"))
                                .setDefault("maxSurge", JsonTrees.text("25%")));
            }
        });
        spec.editField("template", PodSpecDefaults::ofTemplate);
    }

    @Override
    public JsonObject prepareForCreate(JsonObject deployment) {
        return JsonTrees.set(deployment, JsonValue.EMPTY_JSON_OBJECT, "status");
    }

    @Override
    public List<FieldError> validate(ObjectView deployment) {
        Check check = new Check();
        ObjectView spec = new ObjectView(deployment.object("spec"));
        FieldPath path = WorkloadRules.SPEC;
        check.nonNegative(spec, path, "replicas");
        WorkloadRules.checkSelectorAndTemplate(check, spec, "deployment");
        check.in(spec, path, "strategy", (strategy, at) -> strategy(check, strategy, at));
        check.nonNegative(spec, path, "minReadySeconds");
        check.nonNegative(spec, path, "revisionHistoryLimit");
        spec.number("progressDeadlineSeconds").ifPresent(seconds -> {
            check.nonNegative(spec, path, "progressDeadlineSeconds");
            if (seconds <= spec.number("minReadySeconds").orElse(0L)) {
                check.invalid(path.child("progressDeadlineSeconds"), seconds, "must be greater than minReadySeconds");
            }
        });
        return check.errors();
    }

    private static void strategy(Check check, ObjectView strategy, FieldPath path) {
        String type = strategy.text("type");
        switch (type) {
            case "Recreate" -> {
                if (strategy.at("rollingUpdate").isPresent()) {
                    check.forbidden(
                            path.child("rollingUpdate"), "may not be specified when strategy `type` is 'Recreate'");
                }
            }
            case "RollingUpdate" ->
                check.in(strategy, path, "rollingUpdate", (rolling, at) -> {
                    long unavailable = IntOrPercent.check(check, rolling, at, "maxUnavailable");
                    long surge = IntOrPercent.check(check, rolling, at, "maxSurge");
                    if (unavailable == 0 && surge == 0) {
                        check.invalid(
                                at.child("maxUnavailable"),
                                rolling.at("maxUnavailable").orElse(JsonValue.NULL),
                                "may not be 0 when `maxSurge` is 0");
                    }
                    IntOrPercent.atMostAll(check, rolling, at, "maxUnavailable");
                });
            default -> check.supported(path, type, List.of("Recreate", "RollingUpdate"));
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
                        "observedGeneration",
                        "replicas",
                        "updatedReplicas",
                        "readyReplicas",
                        "availableReplicas",
                        "unavailableReplicas"),
                "replicas",
                List.of("updatedReplicas", "readyReplicas", "availableReplicas"));
    }

    @Override
    protected List<TableColumn> ownColumns() {
        return List.of(TableColumn.text("Ready"), TableColumn.text("Up-to-date"), TableColumn.text("Available"));
    }

    @Override
    protected void ownCells(Cells cells, ObjectView deployment) {
        cells.text(deployment.number("status", "readyReplicas").orElse(0L) + "/"
                        + deployment.number("spec", "replicas").orElse(0L))
                .number(deployment.number("status", "updatedReplicas").orElse(0L))
                .number(deployment.number("status", "availableReplicas").orElse(0L));
    }
}
