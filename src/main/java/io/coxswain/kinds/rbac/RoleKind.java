package io.coxswain.kinds.rbac;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** {@code rbac.authorization.k8s.io/v1 Role}. */
@ApplicationScoped
public class RoleKind extends NamespacedKind {
    public RoleKind() {
        super(ResourceNames.of(RbacRules.GROUP, "v1", "Role", "roles"));
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public List<FieldError> validate(ObjectView role) {
        return RbacRules.ruleFaults(role, true);
    }

    @Override
    public List<String> validateName(String name, boolean prefix) {
        return Names.pathSegment(name, prefix);
    }
}
