package io.coxswain.kinds.batch;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code batch/v1 CronJob}. */
@ApplicationScoped
public class CronJobKind extends NamespacedKind {
    public CronJobKind() {
        super(ResourceNames.of("batch", "v1", "CronJob", "cronjobs")
                .shortNames("cj")
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
    public JsonObject defaults(JsonObject cronJob) {
        return TreeEditor.edit(cronJob, editor -> {
            editor.editField("spec", CronJobKind::specDefaults);
            editor.editOrCreate("status", status -> {});
        });
    }

    private static void specDefaults(TreeEditor spec) {
        spec.setDefault("concurrencyPolicy", "Allow")
                .setDefault("suspend", false)
                .setDefault("successfulJobsHistoryLimit", 3)
                .setDefault("failedJobsHistoryLimit", 1);
        spec.editField(
                "jobTemplate",
                job -> job.editOrCreate("metadata", metadata -> {})
                        .editField(
                                "spec",
                                jobSpec -> jobSpec.editField(
                                        "template",
                                        template -> template.editOrCreate("metadata", metadata -> {})
                                                .editField("spec", PodSpecDefaults::ofTemplate))));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject cronJob) {
        return JsonTrees.set(cronJob, JsonValue.EMPTY_JSON_OBJECT, "status");
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Schedule"),
                TableColumn.text("Timezone"),
                new TableColumn("Suspend", "boolean", "", "", 0),
                TableColumn.number("Active"),
                TableColumn.text("Last Schedule"),
                TableColumn.text("Age"),
                TableColumn.text("Containers").wide(),
                TableColumn.text("Images").wide(),
                TableColumn.text("Selector").wide());
    }

    @Override
    public List<JsonValue> cells(ObjectView cronJob, Instant now) {
        Cells cells = Cells.named(cronJob, now)
                .text(cronJob.text("spec", "schedule"))
                .textOrNone(cronJob.text("spec", "timeZone"))
                .text(cronJob.flag("spec", "suspend")
                        .map(suspended -> suspended ? "True" : "False")
                        .orElse("<unset>"))
                .number(cronJob.array("status", "active").size());
        String last = cronJob.text("status", "lastScheduleTime");
        return (last.isEmpty() ? cells.text(Cells.NONE) : cells.since(last))
                .age()
                .containers(cronJob.items("spec", "jobTemplate", "spec", "template", "spec", "containers"))
                .text(Cells.selector(new ObjectView(cronJob.object("spec", "jobTemplate", "spec", "selector"))))
                .list();
    }
}
