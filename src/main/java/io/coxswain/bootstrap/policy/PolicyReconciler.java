package io.coxswain.bootstrap.policy;

import io.coxswain.apiserver.authz.PolicyRule;
import io.coxswain.apiserver.authz.RuleCover;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ListOptions;
import io.coxswain.client.ResourceClient;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the default roles and bindings be there, at each start, as upstream does: what is missing is made; rules and subjects
 * that are missing are added, and nothing an administrator added is taken away; an object annotated
 * {@code rbac.authorization.kubernetes.io/autoupdate: "false"} is left alone; a binding to another role than it should have is
 * made anew. Namespaces must exist.
 */
public final class PolicyReconciler {
    private static final Logger LOG = System.getLogger(PolicyReconciler.class.getName());
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final int ATTEMPTS = 5;

    private final ApiClient client;

    /** @param client acts as a member of {@code system:masters} */
    public PolicyReconciler(ApiClient client) {
        this.client = client;
    }

    /** Reconciles all roles, then the aggregated ones, then all bindings. */
    public void reconcile() {
        PolicyFile.Policy policy = PolicyFile.read();
        for (DefaultRole role : policy.roles()) {
            if (role.aggregated().isEmpty()) {
                withRetries(() -> reconcileRole(role));
            }
        }
        // In this order: edit takes from view, admin from edit.
        for (String name : List.of("view", "edit", "admin")) {
            policy.roles().stream()
                    .filter(role -> role.name().equals(name) && role.isClusterRole())
                    .forEach(role -> withRetries(() -> reconcileRole(role.withRules(aggregatedRules(role)))));
        }
        for (DefaultBinding binding : policy.bindings()) {
            withRetries(() -> reconcileBinding(binding));
        }
    }

    /**
     * Makes a ClusterRoleBinding give cluster-admin to exactly this user; whoever had it by this binding before loses it.
     * Left alone like the others if it is annotated so.
     */
    public void bindClusterAdmin(String bindingName, String user) {
        DefaultBinding binding = new DefaultBinding(
                "", bindingName, "cluster-admin", List.of(new DefaultBinding.Subject("User", "", user)));
        withRetries(() -> {
            Optional<JsonObject> existing = bindings(true).find("", bindingName);
            if (existing.isEmpty()) {
                bindings(true).create(binding.toJson());
            } else if (!isProtected(new ObjectView(existing.get()))
                    && !new ObjectView(existing.get())
                            .array("subjects")
                            .equals(new ObjectView(binding.toJson()).array("subjects"))) {
                bindings(true)
                        .update(Json.createObjectBuilder(existing.get())
                                .add("subjects", new ObjectView(binding.toJson()).array("subjects"))
                                .build());
            }
        });
    }

    private List<PolicyRule> aggregatedRules(DefaultRole role) {
        Set<PolicyRule> rules = new LinkedHashSet<>();
        for (JsonObject other : roles(true).list("", ListOptions.ALL).items()) {
            ObjectView view = new ObjectView(other);
            if (role.takesRulesOf(view.labels()) && !view.name().equals(role.name())) {
                rules.addAll(PolicyRule.rulesOf(view));
            }
        }
        return List.copyOf(rules);
    }

    private void reconcileRole(DefaultRole role) {
        ResourceClient<JsonObject> roles = roles(role.isClusterRole());
        Optional<JsonObject> existing = roles.find(role.namespace(), role.name());
        if (existing.isEmpty()) {
            roles.create(role.toJson());
            return;
        }
        ObjectView old = new ObjectView(existing.get());
        if (isProtected(old)) {
            return;
        }
        JsonObject wanted = role.toJson();
        List<PolicyRule> rules = new ArrayList<>(PolicyRule.rulesOf(old));
        if (role.aggregated().isEmpty()) {
            rules.addAll(RuleCover.missing(rules, role.rules()));
        } else {
            // What is aggregated is exactly what its sources say.
            rules = role.rules();
        }
        JsonArrayBuilder jsonRules = Json.createArrayBuilder();
        rules.forEach(rule -> jsonRules.add(rule.toJson()));
        JsonObject now = Json.createObjectBuilder(withMetadata(old.json(), wanted))
                .add("rules", jsonRules)
                .build();
        if (wanted.containsKey("aggregationRule") && !now.containsKey("aggregationRule")) {
            now = Json.createObjectBuilder(now)
                    .add("aggregationRule", wanted.get("aggregationRule"))
                    .build();
        }
        boolean sameRules = PolicyRule.rulesOf(old).equals(rules);
        if (!sameRules || !new ObjectView(now).object("metadata").equals(old.object("metadata"))) {
            LOG.log(Level.INFO, "updating default role {0}", role.name());
            roles.update(now);
        }
    }

    private void reconcileBinding(DefaultBinding binding) {
        ResourceClient<JsonObject> bindings = bindings(binding.isClusterRoleBinding());
        JsonObject wanted = binding.toJson();
        Optional<JsonObject> existing = bindings.find(binding.namespace(), binding.name());
        if (existing.isEmpty()) {
            bindings.create(wanted);
            return;
        }
        ObjectView old = new ObjectView(existing.get());
        if (isProtected(old)) {
            return;
        }
        if (!old.text("roleRef", "name").equals(binding.role())) {
            // roleRef cannot be changed.
            bindings.delete(binding.namespace(), binding.name(), io.coxswain.client.DeleteOptions.uid(old.uid()));
            bindings.create(wanted);
            return;
        }
        JsonArrayBuilder subjects = Json.createArrayBuilder();
        old.array("subjects").forEach(subjects::add);
        boolean added = false;
        JsonArray wantedSubjects = new ObjectView(wanted).array("subjects");
        for (JsonValue subject : wantedSubjects) {
            if (!containsSubject(old, new ObjectView(subject.asJsonObject()))) {
                subjects.add(subject);
                added = true;
            }
        }
        if (added) {
            LOG.log(Level.INFO, "updating default binding {0}", binding.name());
            bindings.update(Json.createObjectBuilder(old.json())
                    .add("subjects", subjects)
                    .build());
        }
    }

    private static boolean containsSubject(ObjectView binding, ObjectView subject) {
        return binding.items("subjects").stream()
                .anyMatch(one -> one.kind().equals(subject.kind())
                        && one.text("name").equals(subject.text("name"))
                        && one.text("namespace").equals(subject.text("namespace")));
    }

    private static boolean isProtected(ObjectView object) {
        return "false".equals(object.annotations().get(DefaultRole.AUTO_UPDATE));
    }

    /** The old object with the labels and annotations of the wanted one added. */
    private static JsonObject withMetadata(JsonObject old, JsonObject wanted) {
        ObjectView from = new ObjectView(wanted);
        var labels = Json.createObjectBuilder(new ObjectView(old).object("metadata", "labels"));
        from.labels().forEach(labels::add);
        var annotations = Json.createObjectBuilder(new ObjectView(old).object("metadata", "annotations"));
        from.annotations().forEach(annotations::add);
        JsonObject metadata = Json.createObjectBuilder(new ObjectView(old).object("metadata"))
                .add("labels", labels)
                .add("annotations", annotations)
                .build();
        return Json.createObjectBuilder(old).add("metadata", metadata).build();
    }

    /** Another server of the cluster may do the same at the same moment. */
    private static void withRetries(Runnable step) {
        for (int attempt = 1; ; attempt++) {
            try {
                step.run();
                return;
            } catch (ApiException e) {
                if (attempt == ATTEMPTS || !(e.isConflict() || e.isAlreadyExists() || e.isNotFound())) {
                    throw e;
                }
            }
        }
    }

    private ResourceClient<JsonObject> roles(boolean cluster) {
        return client.resource(
                new GroupVersionResource(GROUP, "v1", cluster ? "clusterroles" : "roles"),
                cluster ? "ClusterRole" : "Role",
                !cluster);
    }

    private ResourceClient<JsonObject> bindings(boolean cluster) {
        return client.resource(
                new GroupVersionResource(GROUP, "v1", cluster ? "clusterrolebindings" : "rolebindings"),
                cluster ? "ClusterRoleBinding" : "RoleBinding",
                !cluster);
    }
}
