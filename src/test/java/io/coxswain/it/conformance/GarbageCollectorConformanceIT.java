package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of dependents when their owners are deleted. */
class GarbageCollectorConformanceIT extends ConformanceSuite {
    /** How long a mistaken deletion would take to show; the collector acts within milliseconds. */
    private static final Duration A_WHILE = Duration.ofSeconds(1);

    @RegisterExtension
    static final SimulatedPool NODES = new SimulatedPool("garbage", 2);

    @Test
    @DisplayName("api-machinery | Garbage collector | delete pods created by rc when not orphaning")
    void podsOfAController() {
        String namespace = namespace();
        String controller = controller(namespace, "simpletest.rc", 2);
        String pods = collection("v1", namespace, "pods");
        remove(controller, "Background");
        Requests.awaitGone(controller);
        await("the pods are gone").atMost(Requests.SOON).until(() -> items(pods).isEmpty());
    }

    @Test
    @DisplayName("api-machinery | Garbage collector | orphan pods created by rc (Orphan)")
    void orphanedPods() {
        String namespace = namespace();
        String controller = controller(namespace, "simpletest.rc", 100);
        String pods = collection("v1", namespace, "pods");
        remove(controller, "Orphan");
        Requests.awaitGone(controller);
        await("all pods stay")
                .during(A_WHILE)
                .atMost(Requests.SOON)
                .until(() -> items(pods).size() == 100);
        assertThat(items(pods)).allSatisfy(pod -> {
            assertThat(pod.getJsonObject("metadata")).doesNotContainKeys("ownerReferences", "deletionTimestamp");
        });
    }

    @Test
    @DisplayName("api-machinery | Garbage collector | delete RS created by deployment when not orphaning")
    void setsOfADeployment() {
        String namespace = namespace();
        String deployment = deployment(namespace);
        remove(deployment, "Background");
        Requests.awaitGone(deployment);
        await("the set and its pods are gone")
                .atMost(Requests.SOON)
                .until(() ->
                        items(collection("apps/v1", namespace, "replicasets")).isEmpty()
                                && items(collection("v1", namespace, "pods")).isEmpty());
    }

    @Test
    @DisplayName("api-machinery | Garbage collector | orphan RS created by deployment (Orphan)")
    void orphanedSets() {
        String namespace = namespace();
        String sets = collection("apps/v1", namespace, "replicasets");
        String deployment = deployment(namespace);
        List<String> before = names(sets);
        remove(deployment, "Orphan");
        Requests.awaitGone(deployment);
        await("the set stays")
                .during(A_WHILE)
                .atMost(Requests.SOON)
                .until(() -> names(sets).equals(before));
        assertThat(items(sets)).singleElement().satisfies(set -> {
            assertThat(set.getJsonObject("metadata")).doesNotContainKey("ownerReferences");
        });
        assertThat(items(collection("v1", namespace, "pods"))).hasSize(2);
    }

    @Test
    @DisplayName("api-machinery | Garbage collector | keep the rc around until all its pods are deleted (Foreground)")
    void foreground() {
        String namespace = namespace();
        String controller = controller(namespace, "simpletest.rc", 50);
        String pods = collection("v1", namespace, "pods");
        // One pod that cannot go yet shows that its owner waits.
        String last = pods + "/" + names(pods).get(0);
        merge(last, "{\"metadata\":{\"finalizers\":[\"example.com/hold\"]}}");
        remove(controller, "Foreground");
        JsonObject waiting = eventually(
                controller,
                now -> now.getJsonObject("metadata").containsKey("deletionTimestamp")
                        && text(now, "metadata", "finalizers").contains("foregroundDeletion"));
        assertThat(waiting.getJsonObject("spec").getInt("replicas")).isEqualTo(50);
        await("one pod is left").atMost(Requests.SOON).until(() -> items(pods).size() == 1);
        await("its owner waits for it")
                .during(A_WHILE)
                .atMost(Requests.SOON)
                .until(() -> api().get(controller).status() == 200);
        merge(last, "{\"metadata\":{\"finalizers\":null}}");
        Requests.awaitGone(controller);
        assertThat(items(pods)).isEmpty();
    }

    @Test
    @DisplayName(
            "api-machinery | Garbage collector | not delete dependents with both valid owner and owner waiting for deletion")
    void twoOwners() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        String deleted = controller(namespace, "to-be-deleted", 20);
        String stays = controller(namespace, "to-stay", 0);
        List<String> shared = names(pods).subList(0, 10);
        for (String name : shared) {
            Requests.strategic(
                    pods + "/" + name,
                    "{\"metadata\":{\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"ReplicationController\","
                            + "\"name\":\"to-stay\",\"uid\":\"" + text(read(stays), "metadata", "uid") + "\"}]}}");
        }
        remove(deleted, "Foreground");
        Requests.awaitGone(deleted);
        await("the shared pods stay")
                .during(A_WHILE)
                .atMost(Requests.SOON)
                .until(() -> names(pods).equals(shared));
        assertThat(items(pods)).allSatisfy(pod -> {
            assertThat(pod.getJsonObject("metadata")).doesNotContainKey("deletionTimestamp");
            assertThat(pod.getJsonObject("metadata")
                            .getJsonArray("ownerReferences")
                            .getValuesAs(JsonObject.class))
                    .extracting(owner -> owner.getString("name"))
                    .containsExactly("to-stay");
        });
    }

    @Test
    @DisplayName("api-machinery | Garbage collector | not blocked by dependency circle")
    void circle() {
        String pods = collection("v1", "pods");
        for (int i = 1; i <= 3; i++) {
            create(pods, """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: pod%d}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers: [{name: nginx, image: "appl-x:1.18"}]
                    """.formatted(i));
        }
        owned(pods, "pod1", "pod3");
        owned(pods, "pod2", "pod1");
        owned(pods, "pod3", "pod2");
        remove(pods + "/pod1", "Foreground");
        await("the circle is gone")
                .atMost(Requests.SOON)
                .until(() -> items(pods).isEmpty());
    }

    private static void owned(String pods, String pod, String owner) {
        merge(pods + "/" + pod, """
                {"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"%s","uid":"%s",
                "controller":true,"blockOwnerDeletion":true}]}}""".formatted(owner, text(read(pods + "/" + owner), "metadata", "uid")));
    }

    /** The path of a ReplicationController whose pods are all there. */
    private static String controller(String namespace, String name, int replicas) {
        String controllers = collection("v1", namespace, "replicationcontrollers");
        create(controllers, """
                apiVersion: v1
                kind: ReplicationController
                metadata: {name: %s}
                spec:
                  replicas: %d
                  selector: {name: %s}
                  template:
                    metadata: {labels: {name: %s}}
                    spec:
                      containers: [{name: nginx, image: "appl-x:1.18"}]
                """.formatted(name, replicas, name, name));
        String path = controllers + "/" + name;
        eventually(
                path,
                controller -> controller.getJsonObject("status").getInt("replicas") == replicas
                        && controller.getJsonObject("status").getInt("observedGeneration", 0) > 0);
        return path;
    }

    /** The path of a Deployment whose set has its two pods. */
    private static String deployment(String namespace) {
        String deployments = collection("apps/v1", namespace, "deployments");
        create(deployments, """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: simpletest.deployment}
                spec:
                  replicas: 2
                  selector: {matchLabels: {name: test}}
                  template:
                    metadata: {labels: {name: test}}
                    spec:
                      containers: [{name: nginx, image: "appl-x:1.18"}]
                """);
        String path = deployments + "/simpletest.deployment";
        eventually(path, deployment -> deployment.getJsonObject("status").getInt("replicas", 0) == 2);
        return path;
    }

    /** Deletes it as it is now, by its uid. */
    private static void remove(String path, String propagation) {
        String uid = text(read(path), "metadata", "uid");
        Requests.expect(200, api().delete(path, """
                {"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"%s","preconditions":{"uid":"%s"}}""".formatted(propagation, uid)));
    }
}
