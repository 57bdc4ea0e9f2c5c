package io.coxswain.kinds.batch;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.kinds.table.Cells;
import io.coxswain.kinds.workload.WorkloadKind;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.selector.LabelSelector;
import io.coxswain.meta.validation.LabelRules;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code batch/v1 Job}. */
@ApplicationScoped
public class JobKind extends WorkloadKind {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String PREFIX = "batch.kubernetes.io/";
    private static final String UID_LABEL = "controller-uid";
    private static final String NAME_LABEL = "job-name";
    private static final List<String> FROZEN = List.of(
            "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy", "selector");
    private static final List<String> SHOWN_CONDITIONS = List.of("Suspended", "FailureTarget", "SuccessCriteriaMet");

    public JobKind() {
        super(ResourceNames.of("batch", "v1", "Job", "jobs").categories("all"));
    }

    /** Compatible with clients that are older than garbage collection. */
    @Override
    public String defaultPropagationPolicy() {
        return "Orphan";
    }

    @Override
    public String deletionWarning() {
        return "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove"
                + " them or set propagationPolicy=Orphan to suppress this warning";
    }

    @Override
    public JsonObject defaults(JsonObject job) {
        return TreeEditor.edit(job, editor -> {
            JsonObject labels = new ObjectView(job).object("spec", "template", "metadata", "labels");
            if (!labels.isEmpty() && new ObjectView(job).labels().isEmpty()) {
                editor.editOrCreate("metadata", metadata -> metadata.set("labels", labels));
            }
            editor.editField("spec", JobKind::specDefaults);
            editor.editOrCreate("status", status -> {});
        });
    }

    private static void specDefaults(TreeEditor spec) {
        if (!spec.has("completions") && !spec.has("parallelism")) {
            spec.set("completions", 1);
        }
        boolean failurePolicy = spec.has("podFailurePolicy");
        spec.setDefault("parallelism", 1)
                .setDefault("backoffLimit", spec.has("backoffLimitPerIndex") ? Integer.MAX_VALUE : 6)
                .setDefault("completionMode", "NonIndexed")
                .setDefault("suspend", false)
                .setDefault("manualSelector", false)
                .setDefault("podReplacementPolicy", failurePolicy ? "Failed" : "TerminatingOrFailed");
        spec.editField(
                "podFailurePolicy",
                policy -> policy.editItems(
                        "rules",
                        rule -> rule.editItems("onPodConditions", pattern -> pattern.setDefault("status", "True"))));
        spec.editField("template", PodSpecDefaults::ofTemplate);
    }

    /** Gives the job a selector of its own, unless its maker says that there is one already. */
    @Override
    public JsonObject prepareForCreate(JsonObject job) {
        ObjectView view = new ObjectView(job);
        boolean manual = view.flag("spec", "manualSelector").orElse(false);
        return TreeEditor.edit(job, editor -> {
            editor.set("status", JsonValue.EMPTY_JSON_OBJECT);
            if (!manual) {
                editor.editField("spec", spec -> generateSelector(spec, view.uid(), view.name()));
            }
        });
    }

    private static void generateSelector(TreeEditor spec, String uid, String name) {
        spec.editOrCreate(
                "template",
                template -> template.editOrCreate(
                        "metadata",
                        metadata -> metadata.editOrCreate("labels", labels -> {
                            for (String prefix : new String[] {"", PREFIX}) {
                                labels.setDefault(prefix + NAME_LABEL, name);
                                labels.setDefault(prefix + UID_LABEL, uid);
                            }
                        })));
        spec.editOrCreate(
                "selector",
                selector -> selector.editOrCreate("matchLabels", labels -> {
                    if (!labels.has(UID_LABEL)) {
                        labels.setDefault(PREFIX + UID_LABEL, uid);
                    }
                }));
    }

    @Override
    public List<FieldError> validate(ObjectView job) {
        Check check = new Check();
        ObjectView spec = new ObjectView(job.object("spec"));
        if (!spec.flag("manualSelector").orElse(false) && spec.at("selector").isPresent()) {
            generatedSelector(check, job, spec);
        }
        JobSpecRules.check(check, spec, SPEC);
        if (spec.at("selector").isEmpty()) {
            check.required(SPEC.child("selector"));
        } else {
            LabelRules.checkSelector(new ObjectView(spec.object("selector")), SPEC.child("selector"), check.errors());
        }
        ObjectView template = new ObjectView(spec.object("template"));
        if (!matches(spec, template.labels())) {
            check.invalid(
                    SPEC.child("template").child("metadata").child("labels"),
                    template.object("metadata", "labels"),
                    "`selector` does not match template `labels`");
        }
        long completions = spec.number("completions").orElse(0L);
        if (spec.text("completionMode").equals("Indexed") && completions > 0) {
            String last = job.name() + "-" + (completions - 1);
            if (!Names.dns1123Label(last).isEmpty()) {
                check.invalid(
                        FieldPath.of("metadata", "name"),
                        job.name(),
                        "will not able to create pod with invalid DNS label: " + last);
            }
        }
        return check.errors();
    }

    /** The labels that pods of no other job have must be there, and as they were made. */
    private static void generatedSelector(Check check, ObjectView job, ObjectView spec) {
        Map<String, String> expected = new LinkedHashMap<>();
        for (String prefix : new String[] {"", PREFIX}) {
            expected.put(prefix + UID_LABEL, job.uid());
            expected.put(prefix + NAME_LABEL, job.name());
        }
        FieldPath labels = SPEC.child("template").child("metadata").child("labels");
        Map<String, String> actual = spec.texts("template", "metadata", "labels");
        expected.forEach((key, value) -> {
            String found = actual.get(key);
            if (found == null) {
                check.required(labels.key(key), "must be '" + value + "'");
            } else if (!found.equals(value)) {
                check.invalid(
                        labels.key(key), spec.object("template", "metadata", "labels"), "must be '" + value + "'");
            }
        });
        if (!matches(spec, expected)) {
            check.invalid(SPEC.child("selector"), spec.object("selector"), "`selector` not auto-generated");
        }
    }

    private static boolean matches(ObjectView spec, Map<String, String> labels) {
        if (spec.object("selector").isEmpty()) {
            return true;
        }
        try {
            return LabelSelector.of(spec.object("selector")).matches(labels);
        } catch (ApiException invalid) {
            return true; // reported as such
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        ObjectView after = new ObjectView(now.object("spec"));
        ObjectView before = new ObjectView(old.object("spec"));
        completions(check, after, before);
        for (String field : FROZEN) {
            if (!after.at(field).equals(before.at(field))) {
                check.invalid(SPEC.child(field), after.at(field).orElse(JsonValue.NULL), Check.IMMUTABLE);
            }
        }
        JsonObject template = after.object("template");
        // a job that has never run may still be told where to run
        boolean movable = before.flag("suspend").orElse(false)
                && old.text("status", "startTime").isEmpty();
        if (movable) {
            template = new SchedulingDirectives(before.object("template")).restoredIn(template);
        }
        if (!TreeDifference.isNone(before.object("template"), template)) {
            check.invalid(SPEC.child("template"), after.object("template"), Check.IMMUTABLE);
        }
        return check.errors();
    }

    private static void completions(Check check, ObjectView now, ObjectView old) {
        if (now.number("completions").equals(old.number("completions"))) {
            return;
        }
        FieldPath path = SPEC.child("completions");
        JsonValue shown = now.at("completions").orElse(JsonValue.NULL);
        if (!now.text("completionMode").equals("Indexed")
                || now.at("completions").isEmpty()) {
            check.invalid(path, shown, Check.IMMUTABLE);
        } else if (!now.number("completions").equals(now.number("parallelism"))) {
            check.invalid(path, shown, "can only be modified in tandem with spec.parallelism");
        }
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        ObjectView status = new ObjectView(now.object("status"));
        FieldPath path = FieldPath.of("status");
        for (String field : new String[] {"active", "succeeded", "failed", "ready", "terminating"}) {
            check.nonNegative(status, path, field);
        }
        if (!status.text("completionTime").isEmpty() && !isComplete(now)) {
            check.add(new FieldError(
                    FieldError.Type.INVALID,
                    path.child("completionTime").toString(),
                    "\"" + status.text("completionTime") + "\"",
                    "cannot set completionTime when there is no Complete=True condition"));
        }
        return check.errors();
    }

    private static boolean isComplete(ObjectView job) {
        return has(job, "Complete");
    }

    private static boolean has(ObjectView job, String type) {
        return job.items("status", "conditions").stream()
                .anyMatch(each ->
                        each.text("type").equals(type) && each.text("status").equals("True"));
    }

    @Override
    public List<String> warnings(ObjectView job) {
        List<String> warnings = new ArrayList<>(super.warnings(job));
        if (!Names.dns1123Label(job.name()).isEmpty() && !job.name().isEmpty()) {
            warnings.add("metadata.name: this is used in Pod names and hostnames, which can result in surprising"
                    + " behavior; a DNS label is recommended: "
                    + Names.dns1123Label(job.name()));
        }
        return warnings;
    }

    @Override
    protected List<TableColumn> ownColumns() {
        return List.of(TableColumn.text("Status"), TableColumn.text("Completions"), TableColumn.text("Duration"));
    }

    @Override
    protected void ownCells(Cells cells, ObjectView job) {
        cells.text(status(job))
                .text(completed(job))
                .duration(job.text("status", "startTime"), job.text("status", "completionTime"));
    }

    private static String status(ObjectView job) {
        if (isComplete(job)) {
            return "Complete";
        }
        if (has(job, "Failed")) {
            return "Failed";
        }
        if (job.isBeingDeleted()) {
            return "Terminating";
        }
        return SHOWN_CONDITIONS.stream()
                .filter(type -> has(job, type))
                .findFirst()
                .orElse("Running");
    }

    private static String completed(ObjectView job) {
        long succeeded = job.number("status", "succeeded").orElse(0L);
        if (job.number("spec", "completions").isPresent()) {
            return succeeded + "/" + job.number("spec", "completions").get();
        }
        long parallelism = job.number("spec", "parallelism").orElse(0L);
        return parallelism > 1 ? succeeded + "/1 of " + parallelism : succeeded + "/1";
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("status.successful");
    }

    @Override
    public Map<String, String> fieldValues(ObjectView job) {
        return Map.of(
                "status.successful",
                Long.toString(job.number("status", "succeeded").orElse(0L)));
    }
}
