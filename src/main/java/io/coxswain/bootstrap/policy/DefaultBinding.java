package io.coxswain.bootstrap.policy;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Map;

/** A RoleBinding (with a namespace, of a Role there) or ClusterRoleBinding of the start. */
record DefaultBinding(String namespace, String name, String role, List<Subject> subjects) {

    DefaultBinding {
        subjects = List.copyOf(subjects);
    }

    /** One subject; the namespace is {@code ""} but for a ServiceAccount. */
    record Subject(String kind, String namespace, String name) {
        /** Reads {@code user:name}, {@code group:name} or {@code sa:namespace/name}. */
        static Subject parse(String text) {
            int colon = text.indexOf(':');
            String name = text.substring(colon + 1);
            return switch (text.substring(0, Math.max(colon, 0))) {
                case "user" -> new Subject("User", "", name);
                case "group" -> new Subject("Group", "", name);
                case "sa" ->
                    new Subject(
                            "ServiceAccount",
                            name.substring(0, name.indexOf('/')),
                            name.substring(name.indexOf('/') + 1));
                default -> throw new IllegalArgumentException("no subject: " + text);
            };
        }

        JsonObject toJson() {
            JsonObjectBuilder json =
                    Json.createObjectBuilder().add("kind", kind).add("name", name);
            if (namespace.isEmpty()) {
                json.add("apiGroup", "rbac.authorization.k8s.io");
            } else {
                json.add("namespace", namespace);
            }
            return json.build();
        }
    }

    boolean isClusterRoleBinding() {
        return namespace.isEmpty();
    }

    JsonObject toJson() {
        JsonArrayBuilder jsonSubjects = Json.createArrayBuilder();
        subjects.forEach(subject -> jsonSubjects.add(subject.toJson()));
        JsonObjectBuilder object = Json.createObjectBuilder()
                .add("apiVersion", "rbac.authorization.k8s.io/v1")
                .add("kind", isClusterRoleBinding() ? "ClusterRoleBinding" : "RoleBinding")
                .add("metadata", DefaultRole.metadata(namespace, name, Map.of()))
                .add(
                        "roleRef",
                        Json.createObjectBuilder()
                                .add("apiGroup", "rbac.authorization.k8s.io")
                                .add("kind", isClusterRoleBinding() ? "ClusterRole" : "Role")
                                .add("name", role));
        return subjects.isEmpty()
                ? object.build()
                : object.add("subjects", jsonSubjects).build();
    }
}
