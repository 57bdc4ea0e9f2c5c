package io.coxswain.authz.rbac;

import io.coxswain.apiserver.authz.PolicyRule;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Roles by name, bindings by subject. Cluster-wide ones are under the namespace {@code ""}. Readers never block; writers are
 * serialized. Everything stored is immutable.
 */
@ApplicationScoped
public class RoleIndex {
    /** The four kinds it holds. */
    public enum Kind {
        ROLE("roles", "Role"),
        CLUSTER_ROLE("clusterroles", "ClusterRole"),
        ROLE_BINDING("rolebindings", "RoleBinding"),
        CLUSTER_ROLE_BINDING("clusterrolebindings", "ClusterRoleBinding");

        private final String resource;
        private final String kind;

        Kind(String resource, String kind) {
            this.resource = resource;
            this.kind = kind;
        }

        String resource() {
            return resource;
        }

        String kind() {
            return kind;
        }

        boolean namespaced() {
            return this == ROLE || this == ROLE_BINDING;
        }
    }

    /** An object's place: the namespace is {@code ""} for the cluster-wide kinds. */
    public record Name(String namespace, String name) {}

    /** One subject of a binding, and the user or group it stands for. */
    record Subject(String kind, String namespace, String name) {
        /** {@code U:} and a user name, or {@code G:} and a group; empty for a kind that RBAC does not know. */
        Optional<String> key(String bindingNamespace) {
            return switch (kind) {
                case "User" -> Optional.of("U:" + name);
                case "Group" -> Optional.of("G:" + name);
                case "ServiceAccount" ->
                    Optional.of("U:system:serviceaccount:" + (namespace.isEmpty() ? bindingNamespace : namespace) + ":"
                            + name);
                default -> Optional.empty();
            };
        }

        String describe(String bindingNamespace) {
            String shown = kind.equals("ServiceAccount")
                    ? name + "/" + (namespace.isEmpty() ? bindingNamespace : namespace)
                    : name;
            return kind + " \"" + shown + "\"";
        }
    }

    /** A binding for one of its subjects. */
    record Grant(Name binding, String roleKind, String roleName, Subject subject) {
        /** As upstream words the reason of an allowed request. */
        String describe() {
            String kind = binding.namespace().isEmpty() ? "ClusterRoleBinding" : "RoleBinding";
            String name = binding.namespace().isEmpty() ? binding.name() : binding.name() + "/" + binding.namespace();
            return kind + " \"" + name + "\" of " + roleKind + " \"" + roleName + "\" to "
                    + subject.describe(binding.namespace());
        }
    }

    private record Binding(String roleKind, String roleName, List<Subject> subjects) {}

    private record SubjectKey(String namespace, String key) {}

    private final Map<Name, List<PolicyRule>> roles = new ConcurrentHashMap<>();
    private final Map<Name, Binding> bindings = new ConcurrentHashMap<>();
    private final Map<SubjectKey, Set<Grant>> grants = new ConcurrentHashMap<>();

    /** Adds or replaces an object. */
    public synchronized void put(Kind kind, ObjectView object) {
        Name name = new Name(object.namespace(), object.name());
        switch (kind) {
            case ROLE, CLUSTER_ROLE -> roles.put(name, PolicyRule.rulesOf(object));
            case ROLE_BINDING, CLUSTER_ROLE_BINDING -> putBinding(name, object);
        }
    }

    /** Removes an object; unknown ones are ignored. */
    public synchronized void remove(Kind kind, Name name) {
        switch (kind) {
            case ROLE, CLUSTER_ROLE -> roles.remove(name);
            case ROLE_BINDING, CLUSTER_ROLE_BINDING -> removeBinding(name);
        }
    }

    /** The rules of a role; the namespace is {@code ""} for a ClusterRole. */
    Optional<List<PolicyRule>> rules(Name role) {
        return Optional.ofNullable(roles.get(role));
    }

    /** What is bound to a user or his groups in one namespace; cluster-wide for {@code ""}. */
    List<Grant> grants(UserInfo user, String namespace) {
        List<Grant> found =
                new ArrayList<>(grants.getOrDefault(new SubjectKey(namespace, "U:" + user.name()), Set.of()));
        for (String group : user.groups()) {
            found.addAll(grants.getOrDefault(new SubjectKey(namespace, "G:" + group), Set.of()));
        }
        return found;
    }

    private void putBinding(Name name, ObjectView object) {
        removeBinding(name);
        List<Subject> subjects = object.items("subjects").stream()
                .map(subject -> new Subject(subject.text("kind"), subject.text("namespace"), subject.text("name")))
                .toList();
        Binding binding = new Binding(object.text("roleRef", "kind"), object.text("roleRef", "name"), subjects);
        bindings.put(name, binding);
        for (Subject subject : subjects) {
            Grant grant = new Grant(name, binding.roleKind(), binding.roleName(), subject);
            key(name, subject).ifPresent(key -> grants.merge(key, Set.of(grant), RoleIndex::union));
        }
    }

    private void removeBinding(Name name) {
        Binding old = bindings.remove(name);
        if (old == null) {
            return;
        }
        for (Subject subject : old.subjects()) {
            Grant grant = new Grant(name, old.roleKind(), old.roleName(), subject);
            key(name, subject).ifPresent(key -> grants.computeIfPresent(key, (k, all) -> without(all, grant)));
        }
    }

    private static Optional<SubjectKey> key(Name binding, Subject subject) {
        return subject.key(binding.namespace()).map(key -> new SubjectKey(binding.namespace(), key));
    }

    private static Set<Grant> union(Set<Grant> first, Set<Grant> second) {
        Set<Grant> all = new LinkedHashSet<>(first);
        all.addAll(second);
        return all;
    }

    @SuppressWarnings("NullAway") // null removes the entry
    private static Set<Grant> without(Set<Grant> all, Grant grant) {
        Set<Grant> rest = new LinkedHashSet<>(all);
        rest.remove(grant);
        return rest.isEmpty() ? null : rest;
    }
}
