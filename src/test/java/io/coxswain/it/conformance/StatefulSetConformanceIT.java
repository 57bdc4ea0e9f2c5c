package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.deleteCollection;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.status;
import static io.coxswain.it.conformance.Requests.strategic;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What upstream's tests of StatefulSets ask for. */
class StatefulSetConformanceIT extends SimulatedNodeSuite {
    private static final PodTemplate TEMPLATE = PodTemplate.of("foo: bar, baz: blah");

    @Test
    @DisplayName("apps | StatefulSet | canary and phased rolling updates (partition)")
    void phasedUpdate() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        String sets = collection("apps/v1", namespace, "statefulsets");
        String path = sets + "/ss2";
        create(
                sets,
                statefulSet("ss2", 3, TEMPLATE.image("web:1"))
                        + "  updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 3}}\n");
        JsonObject set = eventually(
                path,
                found -> status(found, "readyReplicas") == 3
                        && text(found, "status", "currentRevision").equals(text(found, "status", "updateRevision")));
        String old = text(set, "status", "currentRevision");
        assertPods(pods, "web:1", old, "web:1", old, 3);

        changeTemplate(path, TEMPLATE.image("web:2"));
        set = eventually(path, found -> !text(found, "status", "updateRevision").equals(old));
        String updated = text(set, "status", "updateRevision");
        // The partition is greater than the number of replicas: a pod that is made anew is made as before.
        replace(pods, "ss2-2");
        assertPods(pods, "web:1", old, "web:2", updated, 3);

        partition(path, 2);
        eventually(path, found -> status(found, "updatedReplicas") == 1 && status(found, "readyReplicas") == 3);
        assertPods(pods, "web:1", old, "web:2", updated, 2);
        replace(pods, "ss2-0");
        replace(pods, "ss2-2");
        assertPods(pods, "web:1", old, "web:2", updated, 2);

        for (int partition = 1; partition >= 0; partition--) {
            int now = 3 - partition;
            partition(path, partition);
            eventually(path, found -> status(found, "updatedReplicas") == now && status(found, "readyReplicas") == 3);
            assertPods(pods, "web:1", old, "web:2", updated, partition);
        }
        eventually(path, found -> text(found, "status", "currentRevision").equals(updated));
    }

    private static void partition(String path, int partition) {
        merge(path, "{\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"partition\":" + partition + "}}}}");
    }

    /** Deletes the pod and awaits the next of its name. */
    private static void replace(String pods, String name) {
        String before = uid(read(pods + "/" + name));
        delete(pods + "/" + name);
        eventually(pods + "/" + name, pod -> !uid(pod).equals(before) && Requests.isTrue(pod, "Ready"));
    }

    /** Those of an ordinal below the partition are as before, the others as after. */
    private static void assertPods(
            String pods, String oldImage, String old, String newImage, String updated, int partition) {
        List<JsonObject> found = items(pods);
        assertThat(found).hasSize(3);
        for (int ordinal = 0; ordinal < 3; ordinal++) {
            JsonObject pod = found.get(ordinal);
            assertThat(name(pod)).isEqualTo("ss2-" + ordinal);
            assertThat(image(pod)).as(name(pod)).isEqualTo(ordinal < partition ? oldImage : newImage);
            assertThat(text(pod, "metadata", "labels", "controller-revision-hash"))
                    .as(name(pod))
                    .isEqualTo(ordinal < partition ? old : updated);
        }
    }

    @Test
    @DisplayName("apps | StatefulSet | recreate evicted statefulset pod")
    void evicted() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        String sets = collection("apps/v1", namespace, "statefulsets");
        PodTemplate template = TEMPLATE.spec("nodeName: " + NAMES.get(0))
                .container("ports: [{containerPort: 21017, hostPort: 21017}]");
        create(pods, template.pod("test-pod").replace("foo: bar, baz: blah", ""));
        eventually(pods + "/test-pod", pod -> text(pod, "status", "phase").equals("Running"));
        try (Watch watch = watchAfter(read(pods), pods, "foo=bar")) {
            create(sets, statefulSet("ss", 1, template));
            // The node refuses it for the port is taken, and the controller makes it anew.
            JsonObject failed =
                    next(watch, "MODIFIED", pod -> text(pod, "status", "phase").equals("Failed"));
            assertThat(name(failed)).isEqualTo("ss-0");
            assertThat(text(failed, "status", "reason")).isEqualTo("NodePorts");
            assertThat(uid(next(watch, "DELETED", pod -> true))).isEqualTo(uid(failed));
            JsonObject recreated = next(watch, "ADDED", pod -> true);
            assertThat(name(recreated)).isEqualTo("ss-0");
            assertThat(uid(recreated)).isNotEqualTo(uid(failed));
        }
        delete(pods + "/test-pod");
        eventually(sets + "/ss", set -> status(set, "readyReplicas") == 1);
        assertThat(text(read(pods + "/ss-0"), "status", "phase")).isEqualTo("Running");
    }

    @Test
    @DisplayName("apps | StatefulSet | scale subresource")
    void scale() {
        String sets = collection("apps/v1", "statefulsets");
        create(sets, statefulSet("ss", 1, TEMPLATE));
        eventually(sets + "/ss", set -> status(set, "readyReplicas") == 1);
        scaleSubresource(sets + "/ss");
    }

    @Test
    @DisplayName("apps | StatefulSet | list, patch and delete a collection")
    void collection() {
        String namespace = namespace();
        String sets = collection("apps/v1", namespace, "statefulsets");
        create(
                sets,
                statefulSet("test-ss", 1, TEMPLATE)
                        .replace("{name: test-ss}", "{name: test-ss, labels: {e2e: " + namespace + "}}"));
        eventually(sets + "/test-ss", set -> status(set, "readyReplicas") == 1);
        String everywhere = "/apis/apps/v1/statefulsets?labelSelector=e2e=" + namespace;
        assertThat(names(everywhere)).containsExactly("test-ss");
        JsonObject patched = strategic(sets + "/test-ss", """
                {"metadata": {"labels": {"test-ss": "patched"}},
                 "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "main", "image": "pause:2"}]}}}}""");
        assertThat(text(patched, "metadata", "labels", "test-ss")).isEqualTo("patched");
        assertThat(replicas(patched)).isEqualTo(2);
        assertThat(templateImage(patched)).isEqualTo("pause:2");
        eventually(sets + "/test-ss", set -> status(set, "updatedReplicas") == 2 && status(set, "readyReplicas") == 2);
        assertThat(items(everywhere))
                .singleElement()
                .satisfies(set -> assertThat(replicas(set)).isEqualTo(2));
        deleteCollection(sets, "e2e=" + namespace);
        assertThat(items(everywhere)).isEmpty();
    }

    @Test
    @DisplayName("apps | StatefulSet | status endpoints")
    void statuses() {
        String sets = collection("apps/v1", "statefulsets");
        create(sets, statefulSet("ss", 1, TEMPLATE));
        eventually(sets + "/ss", set -> status(set, "readyReplicas") == 1);
        statusEndpoints(sets, "ss");
    }

    private static String statefulSet(String name, int replicas, PodTemplate template) {
        return """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: %s}
                spec:
                  serviceName: test
                  replicas: %d
                  selector: {matchLabels: {%s}}
                  template: %s
                """.formatted(name, replicas, template.labels(), template);
    }
}
