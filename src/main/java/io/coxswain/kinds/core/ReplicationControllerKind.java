package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.kinds.podspec.PodSpecValidation;
import io.coxswain.kinds.podspec.PodWarnings;
import io.coxswain.kinds.rules.Check;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code v1 ReplicationController}: what ReplicaSets were before there were selectors with expressions. */
@ApplicationScoped
public class ReplicationControllerKind extends NamespacedKind {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> COUNTS =
            List.of("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration");

    public ReplicationControllerKind() {
        super(ResourceNames.of("", "v1", "ReplicationController", "replicationcontrollers")
                .shortNames("rc")
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
    public boolean returnsDeletedObject() {
        return false;
    }

    /** Compatible with clients that are older than garbage collection. */
    @Override
    public String defaultPropagationPolicy() {
        return "Orphan";
    }

    @Override
    public JsonObject defaults(JsonObject controller) {
        return TreeEditor.edit(controller, editor -> {
            JsonObject labels = new ObjectView(controller).object("spec", "template", "metadata", "labels");
            if (!labels.isEmpty()) {
                editor.editField("spec", spec -> {
                    if (spec.object("selector").isEmpty()) {
                        spec.set("selector", labels);
                    }
                });
                if (new ObjectView(controller).labels().isEmpty()) {
                    editor.editOrCreate("metadata", metadata -> metadata.set("labels", labels));
                }
            }
            editor.editField(
                    "spec",
                    spec -> spec.setDefault("replicas", 1)
                            .editField(
                                    "template",
                                    template -> template.editOrCreate("metadata", metadata -> {})
                                            .editField("spec", PodSpecDefaults::ofTemplate)));
            editor.editOrCreate("status", status -> status.setDefault("replicas", 0));
        });
    }

    @Override
    public JsonObject prepareForCreate(JsonObject controller) {
        return JsonTrees.set(controller, TreeEditor.create().set("replicas", 0).build(), "status");
    }

    @Override
    public List<FieldError> validate(ObjectView controller) {
        Check check = new Check();
        ObjectView spec = new ObjectView(controller.object("spec"));
        check.nonNegative(spec, SPEC, "minReadySeconds");
        Map<String, String> selector = spec.texts("selector");
        if (selector.isEmpty()) {
            check.required(SPEC.child("selector"));
        }
        check.nonNegative(spec, SPEC, "replicas");
        FieldPath path = SPEC.child("template");
        if (spec.at("template").isEmpty()) {
            check.required(path);
            return check.errors();
        }
        ObjectView template = new ObjectView(spec.object("template"));
        if (!template.labels().entrySet().containsAll(selector.entrySet())) {
            check.invalid(
                    path.child("metadata").child("labels"),
                    template.object("metadata", "labels"),
                    "`selector` does not match template `labels`");
        }
        PodSpecValidation.template(check, template, path);
        String restart = template.text("spec", "restartPolicy");
        if (!restart.isEmpty()) {
            check.supported(path.child("spec").child("restartPolicy"), restart, List.of("Always"));
        }
        if (template.at("spec", "activeDeadlineSeconds").isPresent()) {
            check.forbidden(
                    path.child("spec").child("activeDeadlineSeconds"),
                    "activeDeadlineSeconds in ReplicationController is not Supported");
        }
        return check.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        ObjectView status = new ObjectView(now.object("status"));
        FieldPath path = FieldPath.of("status");
        COUNTS.forEach(field -> check.nonNegative(status, path, field));
        long all = status.number("replicas").orElse(0L);
        for (String part : COUNTS.subList(1, 4)) {
            long count = status.number(part).orElse(0L);
            if (count > all) {
                check.invalid(path.child(part), count, "cannot be greater than status.replicas");
            }
        }
        return check.errors();
    }

    @Override
    public List<String> warnings(ObjectView controller) {
        return PodWarnings.of(
                new ObjectView(controller.object("spec", "template", "spec")),
                FieldPath.of("spec", "template", "spec"));
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.number("Desired"),
                TableColumn.number("Current"),
                TableColumn.number("Ready"),
                TableColumn.text("Age"),
                TableColumn.text("Containers").wide(),
                TableColumn.text("Images").wide(),
                TableColumn.text("Selector").wide());
    }

    @Override
    public List<JsonValue> cells(ObjectView controller, Instant now) {
        return Cells.named(controller, now)
                .number(controller.number("spec", "replicas").orElse(0L))
                .number(controller.number("status", "replicas").orElse(0L))
                .number(controller.number("status", "readyReplicas").orElse(0L))
                .age()
                .containers(controller.items("spec", "template", "spec", "containers"))
                .text(Cells.labels(controller.texts("spec", "selector")))
                .list();
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("status.replicas");
    }

    @Override
    public Map<String, String> fieldValues(ObjectView controller) {
        return Map.of(
                "status.replicas",
                Long.toString(controller.number("status", "replicas").orElse(0L)));
    }
}
