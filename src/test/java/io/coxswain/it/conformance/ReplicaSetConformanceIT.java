package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.deleteCollection;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.eventuallyItems;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.status;
import static io.coxswain.it.conformance.Requests.strategic;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What upstream's tests of ReplicaSets ask for. */
class ReplicaSetConformanceIT extends SimulatedNodeSuite {
    @Test
    @DisplayName("apps | ReplicaSet | adopt/release")
    void adoptAndRelease() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        String sets = collection("apps/v1", namespace, "replicasets");
        PodTemplate template = PodTemplate.of("name: pod-adoption-release");
        create(pods, template.pod("pod-adoption-release"));
        create(sets, replicaSet("pod-adoption-release", 1, template));
        String owner = uid(read(sets + "/pod-adoption-release"));
        eventually(pods + "/pod-adoption-release", pod -> controller(pod).equals(owner));
        eventually(sets + "/pod-adoption-release", set -> status(set, "replicas") == 1);
        assertThat(names(pods)).containsExactly("pod-adoption-release");

        mergeLabel(pods + "/pod-adoption-release", "name", "not-matching-name");
        eventually(pods + "/pod-adoption-release", pod -> controller(pod).isEmpty());
        // Another takes its place.
        assertThat(readyPods(pods, "name=pod-adoption-release", 1))
                .allSatisfy(pod -> assertThat(controller(pod)).isEqualTo(owner));
    }

    @Test
    @DisplayName("apps | ReplicaSet | replace and patch")
    void replaceAndPatch() {
        String sets = collection("apps/v1", "replicasets");
        String path = sets + "/test-rs";
        create(sets, replicaSet("test-rs", 1, PodTemplate.of("app: test-rs")));
        eventually(path, set -> status(set, "readyReplicas") == 1);
        try (Watch watch = watchAfter(read(sets), sets, "")) {
            Requests.update(path, now -> Requests.with(now, Requests.json("3"), "spec", "replicas"));
            next(watch, "MODIFIED", set -> status(set, "availableReplicas") == 3);
            strategic(path, """
                    {"metadata": {"labels": {"test-rs": "patched"}},
                     "spec": {"replicas": 2, "template": {"spec": {"terminationGracePeriodSeconds": 0,
                       "containers": [{"name": "main", "image": "pause:2"}]}}}}""");
            next(
                    watch,
                    "MODIFIED",
                    set -> text(set, "metadata", "labels", "test-rs").equals("patched")
                            && templateImage(set).equals("pause:2")
                            && status(set, "readyReplicas") == 2);
        }
        JsonObject set = read(path);
        assertThat(replicas(set)).isEqualTo(2);
        assertThat(text(set, "spec", "template", "spec", "terminationGracePeriodSeconds"))
                .isEqualTo("0");
    }

    @Test
    @DisplayName("apps | ReplicaSet | scale subresource")
    void scale() {
        String sets = collection("apps/v1", "replicasets");
        create(sets, replicaSet("test-rs", 1, PodTemplate.of("app: test-rs")));
        eventually(sets + "/test-rs", set -> status(set, "availableReplicas") == 1);
        scaleSubresource(sets + "/test-rs");
    }

    @Test
    @DisplayName("apps | ReplicaSet | list and delete a collection")
    void collection() {
        String namespace = namespace();
        String sets = collection("apps/v1", namespace, "replicasets");
        create(
                sets,
                replicaSet("test-rs", 3, PodTemplate.of("e2e: " + namespace))
                        .replace("{name: test-rs}", "{name: test-rs, labels: {e2e: " + namespace + "}}"));
        eventually(sets + "/test-rs", set -> status(set, "availableReplicas") == 3);
        String everywhere = "/apis/apps/v1/replicasets?labelSelector=e2e=" + namespace;
        assertThat(names(everywhere)).containsExactly("test-rs");
        deleteCollection(sets, "e2e=" + namespace);
        assertThat(items(everywhere)).isEmpty();
        eventuallyItems(collection("v1", namespace, "pods"), left -> left.isEmpty());
    }

    @Test
    @DisplayName("apps | ReplicaSet | status endpoints")
    void statuses() {
        String sets = collection("apps/v1", "replicasets");
        create(sets, replicaSet("test-rs", 1, PodTemplate.of("app: test-rs")));
        eventually(sets + "/test-rs", set -> status(set, "availableReplicas") == 1);
        statusEndpoints(sets, "test-rs");
    }

    private static String replicaSet(String name, int replicas, PodTemplate template) {
        return """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: %s}
                spec:
                  replicas: %d
                  selector: {matchLabels: {%s}}
                  template: %s
                """.formatted(name, replicas, template.labels(), template);
    }
}
