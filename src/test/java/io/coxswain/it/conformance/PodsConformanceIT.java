package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.condition;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.expect;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.json;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.strategic;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods from their creation to their end, as clients see them. */
class PodsConformanceIT extends ConformanceSuite {
    @RegisterExtension
    static final SimulatedPool NODES = new SimulatedPool("pods", 1);

    private static String pod(String name, String labels) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, labels: {%s}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: pause, image: "appl-x:1.18"}]
                """.formatted(name, labels);
    }

    private static boolean running(JsonObject pod) {
        return text(pod, "status", "phase").equals("Running");
    }

    @Test
    @DisplayName("node | Pods | host IP")
    void hostAddress() {
        String pods = collection("v1", "pods");
        create(pods, pod("pod-hostip", ""));
        JsonObject pod = eventually(pods + "/pod-hostip", PodsConformanceIT::running);
        JsonArray addresses = read(SimulatedPool.NODES + "/" + text(pod, "spec", "nodeName"))
                .getJsonObject("status")
                .getJsonArray("addresses");
        assertThat(addresses.getValuesAs(JsonObject.class))
                .filteredOn(address -> text(address, "type").equals("InternalIP"))
                .extracting(address -> text(address, "address"))
                .containsExactly(text(pod, "status", "hostIP"));
        assertThat(pod.getJsonObject("status").getJsonArray("hostIPs"))
                .isEqualTo(json("[{\"ip\":\"" + text(pod, "status", "hostIP") + "\"}]"));
    }

    @Test
    @DisplayName("node | Pods | submitted and removed")
    void submittedAndRemoved() {
        String pods = collection("v1", "pods");
        String selector = "time%3Dnow";
        JsonObject before = read(pods + "?labelSelector=" + selector);
        assertThat(before.getJsonArray("items")).isEmpty();
        try (Watch watch = watchAfter(before, pods, selector)) {
            create(pods, pod("pod-submit-remove", "name: foo, time: now"));
            next(watch, "ADDED");
            next(watch, "MODIFIED", PodsConformanceIT::running);
            assertThat(names(pods + "?labelSelector=" + selector)).containsExactly("pod-submit-remove");
            expect(200, api().delete(pods + "/pod-submit-remove", "{\"gracePeriodSeconds\":30}"));
            JsonObject last = next(watch, "DELETED", pod -> true);
            assertThat(text(last, "metadata", "deletionTimestamp")).isNotEmpty();
            // The node has ended it before.
            assertThat(last.getJsonObject("status")
                            .getJsonArray("containerStatuses")
                            .getValuesAs(JsonObject.class))
                    .allSatisfy(container ->
                            assertThat(container.getJsonObject("state")).containsKey("terminated"));
        }
        assertThat(items(pods + "?labelSelector=" + selector)).isEmpty();
    }

    @Test
    @DisplayName("node | Pods | updated")
    void updated() {
        String pods = collection("v1", "pods");
        create(pods, pod("pod-update", "name: foo, time: before"));
        eventually(pods + "/pod-update", PodsConformanceIT::running);
        assertThat(names(pods + "?labelSelector=time%3Dbefore")).containsExactly("pod-update");
        update(pods + "/pod-update", pod -> with(pod, "after", "metadata", "labels", "time"));
        eventually(pods + "/pod-update", PodsConformanceIT::running);
        assertThat(names(pods + "?labelSelector=time%3Dafter")).containsExactly("pod-update");
        assertThat(names(pods + "?labelSelector=time%3Dbefore")).isEmpty();
    }

    @Test
    @DisplayName("node | Pods | activeDeadlineSeconds updated")
    void deadline() {
        String path = collection("v1", "pods") + "/pod-update-activedeadlineseconds";
        create(path.substring(0, path.lastIndexOf('/')), pod("pod-update-activedeadlineseconds", "name: foo"));
        eventually(path, PodsConformanceIT::running);
        update(path, pod -> with(pod, Json.createValue(3), "spec", "activeDeadlineSeconds"));
        JsonObject ended = eventually(path, pod -> text(pod, "status", "reason").equals("DeadlineExceeded"));
        assertThat(text(ended, "status", "phase")).isEqualTo("Failed");
        assertThat(text(ended, "status", "message"))
                .isEqualTo("Pod was active on the node longer than the specified deadline");
    }

    @Test
    @DisplayName("node | Pods | delete a collection")
    void collectionOfPods() {
        String pods = collection("v1", "pods");
        for (int i = 1; i <= 3; i++) {
            create(pods, pod("test-pod-" + i, "type: Testing"));
        }
        String selected = pods + "?labelSelector=type%3DTesting";
        await("all run")
                .atMost(Requests.SOON)
                .until(() -> items(selected).stream()
                                .filter(PodsConformanceIT::running)
                                .count()
                        == 3);
        expect(200, api().delete(selected));
        await("all are gone").atMost(Requests.SOON).until(() -> items(selected).isEmpty());
    }

    @Test
    @DisplayName("node | Pods | patch pod status")
    void patchedStatus() {
        String path = collection("v1", "pods") + "/pod-status";
        create(path.substring(0, path.lastIndexOf('/')), pod("pod-status", "type: Testing"));
        eventually(path, PodsConformanceIT::running);
        JsonObject patched =
                strategic(path + "/status", "{\"status\":{\"message\":\"Patched by e2e test\",\"reason\":\"E2E\"}}");
        assertThat(text(patched, "status", "message")).isEqualTo("Patched by e2e test");
        assertThat(text(patched, "status", "reason")).isEqualTo("E2E");
        assertThat(running(patched)).isTrue();
    }

    @Test
    @DisplayName("node | Pods | lifecycle of Pods and PodStatus")
    void lifecycle() {
        String pods = collection("v1", "pods");
        String path = pods + "/pod-test";
        String selector = "test-pod-static%3Dtrue";
        try (Watch watch = watchAfter(read(pods), pods, selector)) {
            create(pods, pod("pod-test", "test-pod-static: \"true\""));
            next(watch, "ADDED");
            next(watch, "MODIFIED", pod -> text(pod, "spec", "nodeName").equals(NODES.first()));
            next(watch, "MODIFIED", PodsConformanceIT::running);
            strategic(path, """
                    {"metadata":{"labels":{"test-pod":"patched"}},
                    "spec":{"containers":[{"name":"pause","image":"appl-x:1.19"}]}}""");
            next(
                    watch,
                    "MODIFIED",
                    pod -> text(pod, "metadata", "labels", "test-pod").equals("patched"));
            // With its new image the container is another one.
            JsonObject changed = next(
                    watch,
                    "MODIFIED",
                    pod -> running(pod)
                            && ready(pod).equals("True")
                            && image(pod).equals("appl-x:1.19"));
            assertThat(text(changed, "metadata", "labels", "test-pod")).isEqualTo("patched");
            update(path + "/status", pod -> with(pod, unready(pod), "status", "conditions"));
            next(watch, "MODIFIED", pod -> ready(pod).equals("False"));
            assertThat(text(read(path + "/status"), "kind")).isEqualTo("Pod");
            expect(200, api().delete(pods + "?labelSelector=" + selector));
            next(watch, "DELETED", pod -> true);
        }
        expect(404, api().get(path));
    }

    private static String ready(JsonObject pod) {
        return condition(pod, "Ready").map(ready -> text(ready, "status")).orElse("");
    }

    private static String image(JsonObject pod) {
        return pod.getJsonObject("status").getJsonArray("containerStatuses").getValuesAs(JsonObject.class).stream()
                .map(container -> text(container, "image"))
                .findFirst()
                .orElse("");
    }

    private static JsonArray unready(JsonObject pod) {
        JsonArrayBuilder conditions = Json.createArrayBuilder();
        Stream<JsonObject> all =
                pod.getJsonObject("status").getJsonArray("conditions").getValuesAs(JsonObject.class).stream();
        all.map(each -> text(each, "type").equals("Ready") ? with(each, "False", "status") : each)
                .forEach(conditions::add);
        return conditions.build();
    }
}
