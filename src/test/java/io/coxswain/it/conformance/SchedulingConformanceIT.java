package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.expect;
import static io.coxswain.it.conformance.Requests.json;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.refused;
import static io.coxswain.it.conformance.Requests.strategic;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection;
import io.coxswain.it.ApiConnection.Answer;
import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is decided about a pod before a scheduler sees it. */
class SchedulingConformanceIT extends ConformanceSuite {
    @Test
    @DisplayName("scheduling | LimitRange | defaults applied")
    void limits() {
        String namespace = namespace();
        String ranges = collection("v1", namespace, "limitranges");
        String pods = collection("v1", namespace, "pods");
        try (Watch watch = watchAfter(read(ranges), ranges, "")) {
            create(ranges, """
                    apiVersion: v1
                    kind: LimitRange
                    metadata: {name: limit-range}
                    spec:
                      limits:
                      - type: Container
                        min: {cpu: 50m, memory: 100Mi, ephemeral-storage: 100Gi}
                        max: {cpu: 500m, memory: 500Mi, ephemeral-storage: 500Gi}
                        default: {cpu: 500m, memory: 500Mi, ephemeral-storage: 500Gi}
                        defaultRequest: {cpu: 100m, memory: 200Mi, ephemeral-storage: 200Gi}
                    """);
            next(watch, "ADDED");
        }
        JsonObject limit = read(ranges + "/limit-range")
                .getJsonObject("spec")
                .getJsonArray("limits")
                .getJsonObject(0);
        assertThat(text(limit, "min", "cpu")).isEqualTo("50m");
        assertThat(text(limit, "defaultRequest", "memory")).isEqualTo("200Mi");

        JsonObject nothing =
                resources(expect(201, pod(pods, "pod-no-resources", "{}")).json());
        assertThat(nothing.getJsonObject("requests"))
                .isEqualTo(json("{\"cpu\":\"100m\",\"ephemeral-storage\":\"200Gi\",\"memory\":\"200Mi\"}"));
        assertThat(nothing.getJsonObject("limits"))
                .isEqualTo(json("{\"cpu\":\"500m\",\"ephemeral-storage\":\"500Gi\",\"memory\":\"500Mi\"}"));
        JsonObject partial = resources(expect(
                        201,
                        pod(
                                pods,
                                "pod-partial-resources",
                                "{requests: {memory: 150Mi, ephemeral-storage: 150Gi}, limits: {cpu: 300m}}"))
                .json());
        // A limit that is given is also the request where none is given.
        assertThat(partial.getJsonObject("requests"))
                .isEqualTo(json("{\"cpu\":\"300m\",\"ephemeral-storage\":\"150Gi\",\"memory\":\"150Mi\"}"));
        assertThat(partial.getJsonObject("limits"))
                .isEqualTo(json("{\"cpu\":\"300m\",\"ephemeral-storage\":\"500Gi\",\"memory\":\"500Mi\"}"));

        String small = "{requests: {cpu: 10m, memory: 50Mi, ephemeral-storage: 50Gi}}";
        assertThat(refused(403, "Forbidden", pod(pods, "too-small", small)))
                .contains("minimum cpu usage per Container is 50m, but request is 10m");
        assertThat(refused(
                        403,
                        "Forbidden",
                        pod(pods, "too-large", "{limits: {cpu: 600m, memory: 600Mi, ephemeral-storage: 600Gi}}")))
                .contains("maximum cpu usage per Container is 500m, but limit is 600m");

        update(ranges + "/limit-range", now -> with(now, json("""
                        [{"type":"Container","min":{"cpu":"9m","memory":"49Mi","ephemeral-storage":"49Gi"},
                        "max":{"cpu":"500m","memory":"500Mi","ephemeral-storage":"500Gi"}}]"""), "spec", "limits"));
        org.awaitility.Awaitility.await("the new minimum is in force")
                .atMost(Requests.SOON)
                .until(() -> pod(
                                        pods,
                                        "small-now",
                                        small.replace(
                                                "}}", "}, limits: {cpu: 20m, memory: 60Mi, ephemeral-storage: 60Gi}}"))
                                .status()
                        == 201);
        refused(
                403,
                "Forbidden",
                pod(pods, "still-too-large", "{limits: {cpu: 600m, memory: 600Mi, ephemeral-storage: 600Gi}}"));
        delete(ranges + "/limit-range");
        expect(404, api().get(ranges + "/limit-range"));
        org.awaitility.Awaitility.await("no limit is in force")
                .atMost(Requests.SOON)
                .until(() -> pod(pods, "large-now", "{requests: {cpu: 600m, memory: 600Mi}}")
                                .status()
                        == 201);
    }

    private static Answer pod(String pods, String name, String resources) {
        return api().post(pods, """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  containers:
                  - {name: pause, image: "coxswain/pause:1", resources: %s}
                """.formatted(name, resources), ApiConnection.YAML);
    }

    private static JsonObject resources(JsonObject pod) {
        return pod.getJsonObject("spec")
                .getJsonArray("containers")
                .getJsonObject(0)
                .getJsonObject("resources");
    }

    @Test
    @DisplayName("scheduling | LimitRange | list, patch, delete collection")
    void limitRanges() {
        String here = namespace();
        String there = namespace();
        for (String namespace : List.of(here, there)) {
            create(collection("v1", namespace, "limitranges"), """
                    apiVersion: v1
                    kind: LimitRange
                    metadata: {name: e2e-limitrange, labels: {e2e-limitrange: conformance}}
                    spec:
                      limits:
                      - type: Container
                        min: {cpu: 50m, memory: 100Mi}
                        max: {cpu: 500m, memory: 500Mi}
                        default: {cpu: 500m, memory: 500Mi}
                        defaultRequest: {cpu: 100m, memory: 200Mi}
                    """);
        }
        String everywhere = "/api/v1/limitranges?labelSelector=e2e-limitrange%3Dconformance";
        assertThat(names(everywhere)).hasSize(2);
        String ranges = collection("v1", here, "limitranges");
        JsonObject patched = strategic(ranges + "/e2e-limitrange", """
                {"metadata":{"labels":{"patched":"true"}},
                "spec":{"limits":[{"type":"Container","min":{"cpu":"40m","memory":"100Mi"},
                "max":{"cpu":"500m","memory":"500Mi"}}]}}""");
        assertThat(text(patched, "metadata", "labels", "patched")).isEqualTo("true");
        assertThat(text(patched.getJsonObject("spec").getJsonArray("limits").getJsonObject(0), "min", "cpu"))
                .isEqualTo("40m");
        expect(200, api().delete(ranges + "?labelSelector=patched%3Dtrue"));
        expect(404, api().get(ranges + "/e2e-limitrange"));
        assertThat(names(everywhere)).hasSize(1);
        expect(200, api().delete(collection("v1", there, "limitranges")));
        assertThat(names(everywhere)).isEmpty();
    }

    @Test
    @DisplayName("scheduling | Preemption | PriorityClass endpoints")
    void priorityClasses() {
        String classes = "/apis/scheduling.k8s.io/v1/priorityclasses";
        for (int value = 1; value <= 2; value++) {
            create(classes, """
                    apiVersion: scheduling.k8s.io/v1
                    kind: PriorityClass
                    metadata: {name: p%d, labels: {e2e: priority}}
                    value: %d
                    """.formatted(value, value));
            afterwards(classes + "/p" + value);
        }
        assertThat(names(classes + "?labelSelector=e2e%3Dpriority")).containsExactly("p1", "p2");
        for (int value = 1; value <= 2; value++) {
            String path = classes + "/p" + value;
            int other = value * 10;
            JsonObject now = read(path);
            Answer updated = api().put(
                            path,
                            with(now, jakarta.json.Json.createValue(other), "value")
                                    .toString());
            assertImmutable("p" + value, updated);
            assertImmutable(
                    "p" + value,
                    api().patch(
                                    path,
                                    "[{\"op\":\"replace\",\"path\":\"/value\",\"value\":" + other + "}]",
                                    ApiConnection.JSON_PATCH));
            JsonObject described = update(path, known -> with(known, "newDescription", "description"));
            assertThat(text(described, "description")).isEqualTo("newDescription");
            strategic(path, "{\"metadata\":{\"labels\":{\"patched\":\"true\"}}}");
            assertThat(text(read(path), "value")).isEqualTo(Integer.toString(value));
        }
        expect(200, api().delete(classes + "?labelSelector=patched%3Dtrue"));
        assertThat(names(classes + "?labelSelector=e2e%3Dpriority")).isEmpty();
        assertThat(names(classes)).contains("system-cluster-critical", "system-node-critical");
    }

    private static void assertImmutable(String name, Answer answer) {
        String message = refused(422, "Invalid", answer);
        assertThat(message)
                .isEqualTo("PriorityClass.scheduling.k8s.io \"" + name
                        + "\" is invalid: value: Forbidden: may not be changed in an update.");
        JsonObject cause =
                answer.json().getJsonObject("details").getJsonArray("causes").getJsonObject(0);
        assertThat(((JsonString) cause.get("field")).getString()).isEqualTo("value");
    }
}
