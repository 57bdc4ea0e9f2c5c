package io.coxswain.console.access;

import io.coxswain.meta.ObjectView;
import java.io.Serializable;
import java.util.List;

/** A binding: whom it gives which role. {@code namespace} is {@code ""} for a cluster role binding. */
public record BindingRow(String namespace, String name, String roleKind, String role, List<Holder> subjects)
        implements Serializable {
    public BindingRow {
        subjects = List.copyOf(subjects);
    }

    static BindingRow of(ObjectView binding) {
        return new BindingRow(
                binding.namespace(),
                binding.name(),
                binding.text("roleRef", "kind"),
                binding.text("roleRef", "name"),
                binding.items("subjects").stream()
                        .map(subject -> Holder.of(subject, binding.namespace()))
                        .toList());
    }

    boolean gives(String kind, String roleNamespace, String roleName) {
        return roleKind.equals(kind)
                && role.equals(roleName)
                && (kind.equals("ClusterRole") || namespace.equals(roleNamespace));
    }
}
