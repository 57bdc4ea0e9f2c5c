package io.coxswain.kinds.rbac;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code rbac.authorization.k8s.io/v1 RoleBinding}. */
@ApplicationScoped
public class RoleBindingKind extends NamespacedKind {
    public RoleBindingKind() {
        super(ResourceNames.of(RbacRules.GROUP, "v1", "RoleBinding", "rolebindings"));
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
        return RbacRules.bindingFaults(binding, true);
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
