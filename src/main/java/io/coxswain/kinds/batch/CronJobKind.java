package io.coxswain.kinds.batch;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.kinds.podspec.PodWarnings;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.cron.CronSchedule;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** {@code batch/v1 CronJob}. */
@ApplicationScoped
public class CronJobKind extends NamespacedKind {
    /** Jobs get the name with an eleven-character suffix, and names of jobs end up in labels. */
    private static final int MAX_NAME = 52;

    private static final List<String> POLICIES = List.of("Allow", "Forbid", "Replace");

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
                        .editField("spec", jobSpec -> jobSpec.editField("template", PodSpecDefaults::ofTemplate)));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject cronJob) {
        return JsonTrees.set(cronJob, JsonValue.EMPTY_JSON_OBJECT, "status");
    }

    @Override
    public List<FieldError> validate(ObjectView cronJob) {
        Check check = new Check();
        ObjectView spec = new ObjectView(cronJob.object("spec"));
        FieldPath path = FieldPath.of("spec");
        if (cronJob.name().length() > MAX_NAME) {
            check.invalid(
                    FieldPath.of("metadata", "name"),
                    cronJob.name(),
                    "must be no more than " + MAX_NAME + " characters");
        }
        check.nonEmpty(spec, path, "schedule", schedule -> {
            String fault = schedule.contains("TZ")
                    ? "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
                    : CronSchedule.fault(schedule);
            if (!fault.isEmpty()) {
                check.invalid(path.child("schedule"), schedule, fault);
            }
        });
        if (spec.at("timeZone").isPresent()) {
            timeZone(check, path.child("timeZone"), spec.text("timeZone"));
        }
        check.nonNegative(spec, path, "startingDeadlineSeconds");
        check.oneOf(spec, path, "concurrencyPolicy", POLICIES);
        check.nonNegative(spec, path, "successfulJobsHistoryLimit");
        check.nonNegative(spec, path, "failedJobsHistoryLimit");
        ObjectView job = new ObjectView(spec.object("jobTemplate", "spec"));
        FieldPath jobPath = path.child("jobTemplate").child("spec");
        JobSpecRules.check(check, job, jobPath);
        if (job.at("selector").isPresent()) {
            check.invalid(jobPath.child("selector"), job.object("selector"), "`selector` will be auto-generated");
        }
        if (job.flag("manualSelector").orElse(false)) {
            check.supported(jobPath.child("manualSelector"), "true", List.of("nil", "false"));
        }
        return check.errors();
    }

    private static void timeZone(Check check, FieldPath path, String zone) {
        if (zone.isEmpty()) {
            check.invalid(path, zone, "timeZone must be nil or non-empty string");
        } else if (zone.equalsIgnoreCase("Local")) {
            check.invalid(
                    path,
                    zone,
                    "timeZone must be an explicit time zone as defined in" + " https://www.iana.org/time-zones");
        } else if (!ZoneId.getAvailableZoneIds().contains(zone)) {
            check.invalid(path, zone, "unknown time zone " + zone);
        }
    }

    @Override
    public List<String> warnings(ObjectView cronJob) {
        return PodWarnings.of(cronJob, "spec", "jobTemplate", "spec", "template", "spec");
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
