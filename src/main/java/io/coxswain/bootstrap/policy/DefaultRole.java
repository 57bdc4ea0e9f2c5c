package io.coxswain.bootstrap.policy;

import io.coxswain.apiserver.authz.PolicyRule;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Role (with a namespace) or ClusterRole of the start.
 *
 * @param aggregated the labels of the ClusterRoles whose rules this one takes; empty if it has rules of its own
 */
record DefaultRole(
        String namespace,
        String name,
        Map<String, String> labels,
        Map<String, String> aggregated,
        List<PolicyRule> rules) {
    static final String AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";

    DefaultRole {
        labels = Map.copyOf(labels);
        aggregated = Map.copyOf(aggregated);
        rules = List.copyOf(rules);
    }

    DefaultRole withRule(PolicyRule rule) {
        List<PolicyRule> more = new ArrayList<>(rules);
        more.add(rule);
        return new DefaultRole(namespace, name, labels, aggregated, more);
    }

    DefaultRole withRules(List<PolicyRule> others) {
        return new DefaultRole(namespace, name, labels, aggregated, others);
    }

    boolean isClusterRole() {
        return namespace.isEmpty();
    }

    /** Whether another role's labels make its rules part of this one. */
    boolean takesRulesOf(Map<String, String> otherLabels) {
        return !aggregated.isEmpty() && otherLabels.entrySet().containsAll(aggregated.entrySet());
    }

    JsonObject toJson() {
        JsonArrayBuilder jsonRules = Json.createArrayBuilder();
        rules.forEach(rule -> jsonRules.add(rule.toJson()));
        JsonObjectBuilder object = Json.createObjectBuilder()
                .add("apiVersion", "rbac.authorization.k8s.io/v1")
                .add("kind", isClusterRole() ? "ClusterRole" : "Role")
                .add("metadata", metadata(namespace, name, labels))
                .add("rules", jsonRules);
        if (!aggregated.isEmpty()) {
            JsonObjectBuilder selected = Json.createObjectBuilder();
            aggregated.forEach(selected::add);
            object.add(
                    "aggregationRule",
                    Json.createObjectBuilder()
                            .add(
                                    "clusterRoleSelectors",
                                    Json.createArrayBuilder()
                                            .add(Json.createObjectBuilder().add("matchLabels", selected))));
        }
        return object.build();
    }

    static JsonObjectBuilder metadata(String namespace, String name, Map<String, String> labels) {
        JsonObjectBuilder all = Json.createObjectBuilder().add("kubernetes.io/bootstrapping", "rbac-defaults");
        labels.forEach(all::add);
        JsonObjectBuilder metadata = Json.createObjectBuilder().add("name", name);
        if (!namespace.isEmpty()) {
            metadata.add("namespace", namespace);
        }
        return metadata.add("labels", all)
                .add("annotations", Json.createObjectBuilder().add(AUTO_UPDATE, "true"));
    }
}
