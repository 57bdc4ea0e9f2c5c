package io.coxswain.controller.clusterroleaggregation;

import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceType;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.selector.LabelSelector;
import jakarta.enterprise.context.Dependent;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The ClusterRole aggregation loop: a role with an {@code aggregationRule} has the rules of all others that it selects. */
@Dependent
public class ClusterRoleAggregationReconciler implements Reconciler {
    private static final ResourceType<JsonObject> ROLES =
            ResourceType.cluster("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", JsonObject.class);

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<JsonObject> roles;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<JsonObject> client;

    @Override
    public String name() {
        return "clusterrole-aggregation-controller";
    }

    @Override
    public String queueName() {
        return "ClusterRoleAggregator";
    }

    /** One at a time: aggregated roles select one another. */
    @Override
    public int workers() {
        return 1;
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client().resource(ROLES);
        // A role that changes may have been selected before and not now: all that aggregate have a look, and most find
        // nothing.
        roles = watches.map(ROLES, changed -> aggregating()).lister();
    }

    private Collection<Key> aggregating() {
        return roles == null
                ? List.of()
                : roles.list("").stream()
                        .map(ObjectView::new)
                        .filter(ClusterRoleAggregationReconciler::aggregates)
                        .map(role -> new Key("", role.name()))
                        .toList();
    }

    private static boolean aggregates(ObjectView role) {
        return role.at("aggregationRule").isPresent();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<ObjectView> found = roles.get("", key.name()).map(ObjectView::new);
        if (found.filter(ClusterRoleAggregationReconciler::aggregates).isEmpty()) {
            return Result.done();
        }
        ObjectView role = found.get();
        JsonArray rules = sum(role);
        if (!rules.equals(role.array("rules"))) {
            client.update(JsonTrees.with(role.json(), "rules", rules));
        }
        return Result.done();
    }

    /** The rules of the selected roles, by selector and then by name, each once. */
    private JsonArray sum(ObjectView role) {
        Set<JsonValue> rules = new LinkedHashSet<>();
        for (ObjectView selector : role.items("aggregationRule", "clusterRoleSelectors")) {
            LabelSelector wanted = LabelSelector.of(selector.json());
            roles.list("").stream()
                    .map(ObjectView::new)
                    .filter(other -> !other.name().equals(role.name()) && wanted.matches(other.labels()))
                    .sorted(Comparator.comparing(ObjectView::name))
                    .forEach(other -> rules.addAll(other.array("rules")));
        }
        return JsonTrees.array(rules);
    }
}
