package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.deleteCollection;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.refused;
import static io.coxswain.it.conformance.Requests.status;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection.Answer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What upstream's tests of PodDisruptionBudgets and evictions ask for. */
class DisruptionConformanceIT extends SimulatedNodeSuite {
    @Test
    @DisplayName("apps | DisruptionController | create a PDB")
    void budget() {
        String budgets = budgets(namespace());
        String path = budgets + "/foo";
        budget(budgets, "foo", "\"1%\"");
        processed(path);
        JsonObject updated = update(path, now -> with(now, "2%", "spec", "minAvailable"));
        assertThat(text(updated, "spec", "minAvailable")).isEqualTo("2%");
        processed(path);
        JsonObject patched = merge(path, "{\"spec\":{\"minAvailable\":\"3%\"}}");
        assertThat(text(patched, "spec", "minAvailable")).isEqualTo("3%");
        processed(path);
        delete(path);
        Requests.awaitGone(path);
    }

    @Test
    @DisplayName("apps | DisruptionController | observe PDB status updated")
    void observe() {
        String namespace = namespace();
        String path = budgets(namespace) + "/foo";
        budget(budgets(namespace), "foo", "1");
        pods(namespace, 3);
        JsonObject budget = eventually(path, found -> status(found, "disruptionsAllowed") == 2);
        assertThat(status(budget, "currentHealthy")).isEqualTo(3);
        assertThat(status(budget, "desiredHealthy")).isEqualTo(1);
        assertThat(status(budget, "expectedPods")).isEqualTo(3);
        assertThat(Requests.isTrue(budget, "DisruptionAllowed")).isTrue();
    }

    @Test
    @DisplayName("apps | DisruptionController | update/patch PDB status")
    void statuses() {
        String namespace = namespace();
        String path = budgets(namespace) + "/foo";
        budget(budgets(namespace), "foo", "1");
        pods(namespace, 3);
        eventually(path, found -> status(found, "disruptionsAllowed") == 2);
        // The controller forgets pods that do not exist, and those whose time is long over.
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        JsonObject updated = update(
                path + "/status",
                found -> with(found, Json.createObjectBuilder().add("rs-0", now).build(), "status", "disruptedPods"));
        assertThat(updated.getJsonObject("status").getJsonObject("disruptedPods"))
                .containsOnlyKeys("rs-0");
        JsonObject known = eventually(path, found -> status(found, "disruptionsAllowed") == 1);
        assertThat(known.getJsonObject("status").getJsonObject("disruptedPods")).containsOnlyKeys("rs-0");
        JsonObject patched = merge(path + "/status", "{\"status\":{\"disruptedPods\":null}}");
        assertThat(patched.getJsonObject("status")).doesNotContainKey("disruptedPods");
        eventually(path, found -> status(found, "disruptionsAllowed") == 2);
    }

    @Test
    @DisplayName("apps | DisruptionController | block an eviction until PDB updated")
    void eviction() {
        String namespace = namespace();
        String path = budgets(namespace) + "/foo";
        String pods = collection("v1", namespace, "pods");
        budget(budgets(namespace), "foo", "3");
        pods(namespace, 3);
        healthy(path, 3);
        assertThat(refused(429, "TooManyRequests", evict(pods, "rs-0")))
                .isEqualTo("Cannot evict pod as it would violate the pod's disruption budget.");
        assertThat(text(
                        evict(pods, "rs-0")
                                .json()
                                .getJsonObject("details")
                                .getJsonArray("causes")
                                .getJsonObject(0),
                        "reason"))
                .isEqualTo("DisruptionBudget");

        update(path, found -> with(found, Json.createValue(2), "spec", "minAvailable"));
        evicted(pods, "rs-0");
        healthy(path, 2);

        create(pods, pod(3));
        healthy(path, 3);
        merge(path, "{\"spec\":{\"minAvailable\":null,\"maxUnavailable\":0}}");
        merge(path, "{\"spec\":{\"maxUnavailable\":null,\"minAvailable\":3}}");
        processed(path);
        refused(429, "TooManyRequests", evict(pods, "rs-1"));
        delete(path);
        Requests.awaitGone(path);
        evicted(pods, "rs-1");
    }

    /** A budget that is being looked at yet may refuse for a moment. */
    private static void evicted(String pods, String name) {
        await("the eviction of " + name).atMost(Requests.SOON).until(() -> {
            Answer answer = evict(pods, name);
            assertThat(answer.status()).as(answer.toString()).isIn(201, 429);
            return answer.status() == 201;
        });
        Requests.awaitGone(pods + "/" + name);
    }

    private static Answer evict(String pods, String name) {
        return api().post(
                        pods + "/" + name + "/eviction",
                        "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"" + name
                                + "\"}}");
    }

    @Test
    @DisplayName("apps | DisruptionController | list and delete a collection of PDBs")
    void collections() {
        String mine = namespace();
        String other = namespace();
        for (String path : List.of(budgets(mine), budgets(other))) {
            budget(path, "foo", "1");
            budget(path, "foo2", "\"2%\"");
            mergeLabel(path + "/foo", "e2e", mine);
            mergeLabel(path + "/foo2", "e2e", mine);
            processed(path + "/foo");
            processed(path + "/foo2");
        }
        String everywhere = "/apis/policy/v1/poddisruptionbudgets?labelSelector=e2e=" + mine;
        assertThat(names(everywhere)).containsExactlyInAnyOrder("foo", "foo", "foo2", "foo2");
        assertThat(names(budgets(mine))).containsExactly("foo", "foo2");
        deleteCollection(budgets(mine), "e2e=" + mine);
        assertThat(items(budgets(mine))).isEmpty();
        assertThat(names(everywhere)).containsExactly("foo", "foo2");
    }

    private static String budgets(String namespace) {
        return collection("policy/v1", namespace, "poddisruptionbudgets");
    }

    private static void budget(String budgets, String name, String minAvailable) {
        create(budgets, """
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: %s}
                spec:
                  selector: {matchLabels: {foo: bar}}
                  minAvailable: %s
                """.formatted(name, minAvailable));
    }

    private static String pod(int number) {
        return PodTemplate.of("foo: bar").pod("rs-" + number);
    }

    private static void pods(String namespace, int count) {
        String pods = collection("v1", namespace, "pods");
        for (int i = 0; i < count; i++) {
            create(pods, pod(i));
        }
        readyPods(pods, "foo=bar", count);
    }

    /** The controller has seen it as it is now. */
    private static void processed(String path) {
        eventually(
                path,
                found -> status(found, "observedGeneration")
                        >= found.getJsonObject("metadata").getInt("generation"));
    }

    private static void healthy(String path, int pods) {
        eventually(path, found -> status(found, "currentHealthy") == pods);
    }
}
