package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.kinds.podspec.PodSpecValidation;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.kinds.workload.ReplicasKind;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;

/** {@code v1 ReplicationController}: what ReplicaSets were before there were selectors with expressions. */
@ApplicationScoped
public class ReplicationControllerKind extends ReplicasKind {
    private static final FieldPath SPEC = FieldPath.of("spec");

    public ReplicationControllerKind() {
        super(ResourceNames.of("", "v1", "ReplicationController", "replicationcontrollers")
                .shortNames("rc")
                .categories("all"));
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
                    "spec", spec -> spec.setDefault("replicas", 1).editField("template", PodSpecDefaults::ofTemplate));
            editor.editOrCreate("status", status -> status.setDefault("replicas", 0));
        });
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
    protected String selector(ObjectView controller) {
        return Cells.labels(controller.texts("spec", "selector"));
    }
}
