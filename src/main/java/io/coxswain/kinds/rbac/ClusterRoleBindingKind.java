package io.coxswain.kinds.rbac;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code rbac.authorization.k8s.io/v1 ClusterRoleBinding}. */
@ApplicationScoped
public class ClusterRoleBindingKind extends ClusterKind {
    public ClusterRoleBindingKind() {
        super(ResourceNames.of(RbacRules.GROUP, "v1", "ClusterRoleBinding", "clusterrolebindings"));
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public List<String> validateName(String name, boolean prefix) {
        return Names.pathSegment(name, prefix);
    }

    @Override
    public JsonObject defaults(JsonObject binding) {
        return RbacRules.bindingDefaults(binding);
    }

    @Override
    public List<FieldError> validate(ObjectView binding) {
        return RbacRules.bindingFaults(binding, false);
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        return RbacRules.bindingChanges(now, old);
    }

    @Override
    public List<TableColumn> columns() {
        return RbacRules.BINDING_COLUMNS;
    }

    @Override
    public List<JsonValue> cells(ObjectView binding, Instant now) {
        return RbacRules.bindingCells(binding, now);
    }
}
