package io.coxswain.kinds.rbac;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** {@code rbac.authorization.k8s.io/v1 ClusterRole}. */
@ApplicationScoped
public class ClusterRoleKind extends ClusterKind {
    public ClusterRoleKind() {
        super(ResourceNames.of(RbacRules.GROUP, "v1", "ClusterRole", "clusterroles"));
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public List<FieldError> validate(ObjectView role) {
        return RbacRules.ruleFaults(role, false);
    }

    @Override
    public List<String> validateName(String name, boolean prefix) {
        return Names.pathSegment(name, prefix);
    }
}
