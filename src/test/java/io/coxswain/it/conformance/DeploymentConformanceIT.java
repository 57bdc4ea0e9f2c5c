package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.deleteCollection;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.eventuallyItems;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.status;
import static io.coxswain.it.conformance.Requests.strategic;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static io.coxswain.it.conformance.Requests.watchFrom;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What upstream's tests of Deployments ask for. */
class DeploymentConformanceIT extends SimulatedNodeSuite {
    private static final String REVISION = "deployment.kubernetes.io/revision";

    @Test
    @DisplayName("apps | Deployment | RollingUpdateDeployment")
    void rollingUpdate() {
        String namespace = namespace();
        String sets = collection("apps/v1", namespace, "replicasets");
        String deployments = collection("apps/v1", namespace, "deployments");
        String name = "test-rolling-update-deployment";
        JsonObject set = replicaSet(sets, "test-rolling-update-controller", "3546343826724305832", "old:1");
        readyPods(collection("v1", namespace, "pods"), "name=sample-pod", 1);
        create(deployments, deployment(name, 1, "", template("new:1")));
        // Its revision is one more than the one it found.
        complete(deployments + "/" + name, "3546343826724305833", "new:1");
        JsonObject old = eventually(sets + "/test-rolling-update-controller", found -> replicas(found) == 0);
        assertThat(uid(old)).isEqualTo(uid(set));
        assertThat(controller(old)).isEqualTo(uid(read(deployments + "/" + name)));
        assertThat(items(sets)).hasSize(2);
        List<JsonObject> pods = eventuallyItems(collection("v1", namespace, "pods"), found -> found.size() == 1);
        assertThat(image(pods.get(0))).isEqualTo("new:1");
    }

    @Test
    @DisplayName("apps | Deployment | RecreateDeployment")
    void recreate() {
        String namespace = namespace();
        String deployments = collection("apps/v1", namespace, "deployments");
        String pods = collection("v1", namespace, "pods");
        String path = deployments + "/test-recreate-deployment";
        create(deployments, deployment("test-recreate-deployment", 2, "strategy: {type: Recreate}", template("old:1")));
        complete(path, "1", "old:1");
        try (Watch watch = watchAfter(read(pods), pods, "")) {
            changeTemplate(path, template("new:1"));
            // No new pod is there before the last old one has ended.
            int ended = 0;
            int created = 0;
            while (created < 2) {
                JsonObject event = watch.next();
                JsonObject pod = event.getJsonObject("object");
                if (event.getString("type").equals("ADDED")) {
                    assertThat(ended).as("old pods that have ended").isEqualTo(2);
                    assertThat(image(pod)).isEqualTo("new:1");
                    created++;
                } else if (event.getString("type").equals("DELETED")) {
                    assertThat(image(pod)).isEqualTo("old:1");
                    ended++;
                }
            }
        }
        complete(path, "2", "new:1");
    }

    @Test
    @DisplayName("apps | Deployment | delete old replica sets")
    void cleanup() {
        String namespace = namespace();
        String sets = collection("apps/v1", namespace, "replicasets");
        String pods = collection("v1", namespace, "pods");
        String deployments = collection("apps/v1", namespace, "deployments");
        replicaSet(sets, "test-cleanup-controller", "", "old:1");
        readyPods(pods, "name=sample-pod", 1);
        try (Watch watch = watchAfter(read(pods), pods, "")) {
            create(deployments, deployment("test-cleanup-deployment", 1, "revisionHistoryLimit: 0", template("new:1")));
            assertThat(image(next(watch, "ADDED", pod -> true))).isEqualTo("new:1");
            Requests.awaitGone(sets + "/test-cleanup-controller");
            complete(deployments + "/test-cleanup-deployment", "1", "new:1");
        }
        assertThat(items(sets)).hasSize(1);
        assertThat(eventuallyItems(pods, found -> found.size() == 1))
                .allSatisfy(pod -> assertThat(image(pod)).isEqualTo("new:1"));
    }

    @Test
    @DisplayName("apps | Deployment | rollover")
    void rollover() {
        String namespace = namespace();
        String sets = collection("apps/v1", namespace, "replicasets");
        String deployments = collection("apps/v1", namespace, "deployments");
        String path = deployments + "/test-rollover-deployment";
        String first = sets + "/test-rollover-controller";
        replicaSet(sets, "test-rollover-controller", "", "old:1");
        eventually(first, set -> status(set, "availableReplicas") == 1);
        create(
                deployments,
                deployment(
                        "test-rollover-deployment",
                        1,
                        """
                minReadySeconds: 1
                  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}""",
                        template("nonexistent:1").script("image-error: not-found")));
        // It keeps the old pod and tries the new one, which never becomes available.
        JsonObject second = setOf(sets, "nonexistent:1");
        eventually(sets + "/" + name(second), set -> replicas(set) == 1 && status(set, "replicas") == 1);
        assertThat(replicas(read(first))).isEqualTo(1);
        eventually(
                path, found -> text(found, "metadata", "annotations", REVISION).equals("1"));
        changeTemplate(path, template("new:1").script("image-error: none"));
        complete(path, "2", "new:1");
        for (String old : List.of(first, sets + "/" + name(second))) {
            JsonObject set = eventually(old, found -> status(found, "replicas") == 0);
            assertThat(replicas(set)).isZero();
        }
        assertThat(status(read(sets + "/" + name(setOf(sets, "new:1"))), "availableReplicas"))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("apps | Deployment | proportional scaling")
    void proportionalScaling() {
        String namespace = namespace();
        String sets = collection("apps/v1", namespace, "replicasets");
        String deployments = collection("apps/v1", namespace, "deployments");
        String path = deployments + "/webserver-deployment";
        create(
                deployments,
                deployment(
                        "webserver-deployment",
                        10,
                        "strategy: {rollingUpdate: {maxSurge: 3, maxUnavailable: 2}}",
                        template("webserver:1")));
        complete(path, "1", "webserver:1");
        JsonObject first = setOf(sets, "webserver:1");
        changeTemplate(path, template("webserver:404").script("image-error: not-found"));
        JsonObject second = setOf(sets, "webserver:404");
        eventually(sets + "/" + name(first), set -> replicas(set) == 8 && status(set, "availableReplicas") == 8);
        JsonObject stuck = eventually(sets + "/" + name(second), set -> replicas(set) == 5);
        assertThat(status(stuck, "availableReplicas")).isZero();
        merge(path, "{\"spec\":{\"replicas\":30}}");
        eventually(sets + "/" + name(first), set -> replicas(set) == 20);
        eventually(sets + "/" + name(second), set -> replicas(set) == 13);
        eventually(path, found -> status(found, "replicas") == 33 && status(found, "availableReplicas") == 20);
        assertThat(replicas(read(sets + "/" + name(first)))).isEqualTo(20);
        assertThat(replicas(read(sets + "/" + name(second)))).isEqualTo(13);
    }

    @Test
    @DisplayName("apps | Deployment | lifecycle")
    void lifecycle() {
        String namespace = namespace();
        String deployments = collection("apps/v1", namespace, "deployments");
        String path = deployments + "/test-deployment";
        String selector = "test-deployment-static=true";
        try (Watch watch = watchFrom(text(read(deployments), "metadata", "resourceVersion"), deployments, selector)) {
            create(deployments, """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: test-deployment, labels: {test-deployment-static: "true"}}
                    spec:
                      replicas: 2
                      selector: {matchLabels: {test-deployment-static: "true"}}
                      template: %s
                    """.formatted(PodTemplate.of("test-deployment-static: \"true\"")));
            next(watch, "ADDED", found -> true);
            next(watch, "MODIFIED", found -> ready(found, 2));

            strategic(path, """
                    {"metadata": {"labels": {"test-deployment": "patched"}},
                     "spec": {"replicas": 1, "template": {"spec": {"terminationGracePeriodSeconds": 5,
                       "containers": [{"name": "main", "image": "pause:2"}]}}}}""");
            next(
                    watch,
                    "MODIFIED",
                    found ->
                            text(found, "metadata", "labels", "test-deployment").equals("patched"));
            next(watch, "MODIFIED", found -> ready(found, 1) && status(found, "updatedReplicas") == 1);
            JsonObject listed =
                    items("/apis/apps/v1/deployments?labelSelector=" + selector).get(0);
            assertThat(name(listed)).isEqualTo("test-deployment");
            assertThat(templateImage(listed)).isEqualTo("pause:2");
            assertThat(replicas(listed)).isEqualTo(1);

            lifecycleOfStatus(path, watch);

            deleteCollection(deployments, selector);
            next(watch, "DELETED", found -> name(found).equals("test-deployment"));
        }
        assertThat(items(deployments)).isEmpty();
    }

    /** What the status says of pods can be written, and is put right. */
    private static void lifecycleOfStatus(String path, Watch watch) {
        JsonObject patched = strategic(path + "/status", """
                {"metadata": {"labels": {"test-deployment": "patched-status"}}, "status": {"readyReplicas": 0}}""");
        assertThat(status(patched, "readyReplicas")).isZero();
        next(
                watch,
                "MODIFIED",
                found -> text(found, "metadata", "labels", "test-deployment").equals("patched-status"));
        assertThat(text(read(path + "/status"), "metadata", "labels", "test-deployment"))
                .isEqualTo("patched-status");
        JsonObject updated = Requests.update(
                path + "/status",
                now -> Requests.with(
                        now, Requests.json("\"updated-status\""), "metadata", "labels", "test-deployment"));
        assertThat(text(updated, "metadata", "labels", "test-deployment")).isEqualTo("updated-status");
        next(
                watch,
                "MODIFIED",
                found -> ready(found, 1)
                        && text(found, "metadata", "labels", "test-deployment").equals("updated-status"));
    }

    @Test
    @DisplayName("apps | Deployment | scale subresource")
    void scale() {
        String deployments = collection("apps/v1", "deployments");
        create(deployments, deployment("test-new-deployment", 1, "", template("web:1")));
        complete(deployments + "/test-new-deployment", "1", "web:1");
        scaleSubresource(deployments + "/test-new-deployment");
    }

    @Test
    @DisplayName("apps | Deployment | status endpoints")
    void statuses() {
        String deployments = collection("apps/v1", "deployments");
        create(deployments, deployment("test-deployment", 1, "", template("web:1")));
        complete(deployments + "/test-deployment", "1", "web:1");
        statusEndpoints(deployments, "test-deployment");
    }

    private static PodTemplate template(String image) {
        return PodTemplate.of("name: sample-pod, pod: httpd").image(image);
    }

    private static String deployment(String name, int replicas, String more, PodTemplate template) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %s}
                spec:
                  replicas: %d
                  selector: {matchLabels: {name: sample-pod}}
                  template: %s
                  %s
                """.formatted(name, replicas, template, more);
    }

    /** A ReplicaSet of one pod that a Deployment of these tests adopts. */
    private static JsonObject replicaSet(String sets, String name, String revision, String image) {
        return create(sets, """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: %s, annotations: {%s}, labels: {name: sample-pod, pod: httpd}}
                spec:
                  replicas: 1
                  selector: {matchLabels: {name: sample-pod, pod: httpd}}
                  template: %s
                """.formatted(
                        name, revision.isEmpty() ? "" : REVISION + ": \"" + revision + "\"", template(image)));
    }

    private static JsonObject setOf(String sets, String image) {
        return eventuallyItems(
                        sets,
                        found -> found.stream()
                                .anyMatch(set -> templateImage(set).equals(image)))
                .stream()
                .filter(set -> templateImage(set).equals(image))
                .findFirst()
                .orElseThrow();
    }

    private static boolean ready(JsonObject deployment, int count) {
        return status(deployment, "readyReplicas") == count && status(deployment, "availableReplicas") == count;
    }

    /** Awaits what upstream calls a complete Deployment, of that revision and image, all of whose replicas are updated and available. */
    private static void complete(String path, String revision, String image) {
        eventually(
                path,
                found -> text(found, "metadata", "annotations", REVISION).equals(revision)
                        && templateImage(found).equals(image)
                        && status(found, "updatedReplicas") == replicas(found)
                        && status(found, "replicas") == replicas(found)
                        && status(found, "availableReplicas") == replicas(found)
                        && status(found, "observedGeneration")
                                >= found.getJsonObject("metadata").getInt("generation"));
    }
}
