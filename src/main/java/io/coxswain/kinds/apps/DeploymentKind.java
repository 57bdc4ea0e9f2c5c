package io.coxswain.kinds.apps;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code apps/v1 Deployment}. */
@ApplicationScoped
public class DeploymentKind extends NamespacedKind {
    public DeploymentKind() {
        super(ResourceNames.of("apps", "v1", "Deployment", "deployments")
                .shortNames("deploy")
                .categories("all"));
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
                        rolling -> rolling.setDefault("maxUnavailable", TreeEditor.value("25%"))
                                .setDefault("maxSurge", TreeEditor.value("25%")));
            }
        });
        WorkloadRules.templateDefaults(spec);
    }

    @Override
    public JsonObject prepareForCreate(JsonObject deployment) {
        return TreeEditor.with(deployment, JsonValue.EMPTY_JSON_OBJECT, "status");
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Ready"),
                TableColumn.text("Up-to-date"),
                TableColumn.text("Available"),
                TableColumn.text("Age"),
                TableColumn.text("Containers").wide(),
                TableColumn.text("Images").wide(),
                TableColumn.text("Selector").wide());
    }

    @Override
    public List<JsonValue> cells(ObjectView deployment, Instant now) {
        return Cells.named(deployment, now)
                .text(deployment.number("status", "readyReplicas").orElse(0L) + "/"
                        + deployment.number("spec", "replicas").orElse(0L))
                .number(deployment.number("status", "updatedReplicas").orElse(0L))
                .number(deployment.number("status", "availableReplicas").orElse(0L))
                .age()
                .containers(deployment.items("spec", "template", "spec", "containers"))
                .text(Cells.selector(new ObjectView(deployment.object("spec", "selector"))))
                .list();
    }
}
