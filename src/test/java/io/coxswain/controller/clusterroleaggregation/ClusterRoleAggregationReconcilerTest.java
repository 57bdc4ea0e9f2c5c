package io.coxswain.controller.clusterroleaggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceType;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterRoleAggregationReconcilerTest {
    private static final ResourceType<JsonObject> ROLES =
            ResourceType.cluster("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", JsonObject.class);

    private final SimulatedCluster cluster = new SimulatedCluster();

    private void role(String name, String labels, String rules) {
        cluster.api.put(
                ROLES, Trees.yaml("{metadata: {name: " + name + ", labels: " + labels + "}, rules: " + rules + "}"));
    }

    private void aggregated(String name, String labels, String selected) {
        cluster.api.put(
                ROLES,
                Trees.yaml("{metadata: {name: " + name + ", labels: " + labels
                        + "}, aggregationRule: {clusterRoleSelectors: [{matchLabels: " + selected + "}]}, rules: []}"));
    }

    private static String rule(String resource) {
        return "[{verbs: [get], apiGroups: [''], resources: [" + resource + "]}]";
    }

    private List<String> resources(String name) {
        return new ObjectView(cluster.api.get(ROLES, "", name))
                .items("rules").stream()
                        .flatMap(rule -> rule.strings("resources").stream())
                        .toList();
    }

    @BeforeEach
    void start() {
        role("b", "{to: view}", rule("secrets"));
        role("a", "{to: view}", rule("pods"));
        role("other", "{to: none}", rule("nodes"));
        aggregated("view", "{to: edit}", "{to: view}");
        aggregated("edit", "{}", "{to: edit}");
        cluster.start(new ClusterRoleAggregationReconciler());
        cluster.settle();
    }

    @Test
    void rulesAreTheSumOfTheSelected() {
        assertThat(resources("view")).containsExactly("pods", "secrets");
        assertThat(resources("edit")).containsExactly("pods", "secrets");
    }

    @Test
    void changesAreFollowedThroughEveryLevel() {
        role("c", "{to: view}", rule("events"));
        cluster.settle();
        assertThat(resources("edit")).containsExactly("pods", "secrets", "events");

        cluster.api.remove(ROLES, "", "a");
        role("b", "{to: nothing}", rule("secrets"));
        cluster.settle();
        assertThat(resources("view")).containsExactly("events");
        assertThat(resources("edit")).containsExactly("events");
    }

    @Test
    void whatIsRightIsNotWritten() {
        cluster.api.forgetRequests();
        role("other", "{to: none}", rule("jobs"));
        role("a2", "{to: view}", rule("pods"));
        cluster.settle();
        assertThat(cluster.writes()).isEmpty();
    }
}
