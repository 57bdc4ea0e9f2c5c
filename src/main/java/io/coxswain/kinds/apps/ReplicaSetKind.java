package io.coxswain.kinds.apps;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.workload.ReplicasKind;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import java.util.List;

/** {@code apps/v1 ReplicaSet}. */
@ApplicationScoped
public class ReplicaSetKind extends ReplicasKind {
    public ReplicaSetKind() {
        super(ResourceNames.of("apps", "v1", "ReplicaSet", "replicasets")
                .shortNames("rs")
                .categories("all"));
    }

    @Override
    public JsonObject defaults(JsonObject set) {
        return TreeEditor.edit(set, editor -> {
            editor.editField("spec", spec -> {
                spec.setDefault("replicas", 1);
                spec.editField("template", PodSpecDefaults::ofTemplate);
            });
            editor.editOrCreate("status", status -> status.setDefault("replicas", 0));
        });
    }

    @Override
    public List<FieldError> validate(ObjectView set) {
        Check check = new Check();
        ObjectView spec = new ObjectView(set.object("spec"));
        check.nonNegative(spec, WorkloadRules.SPEC, "replicas");
        check.nonNegative(spec, WorkloadRules.SPEC, "minReadySeconds");
        WorkloadRules.checkSelectorAndTemplate(check, spec, "deployment");
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        WorkloadRules.checkSelectorUnchanged(check, now, old);
        return check.errors();
    }
}
