package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.expect;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection;
import io.coxswain.it.ApiConnection.Answer;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the server says of itself: discovery in both forms, its version, and which forms it can answer in. */
class DiscoveryConformanceIT extends ConformanceSuite {
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    /** A resource of every API group that was generally available when upstream's test was written. */
    private static final List<String> EXPECTED = List.of(
            "admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
            "apiextensions.k8s.io/v1/customresourcedefinitions",
            "apiregistration.k8s.io/v1/apiservices",
            "apps/v1/deployments",
            "authentication.k8s.io/v1/tokenreviews",
            "authorization.k8s.io/v1/selfsubjectaccessreviews",
            "autoscaling/v1/horizontalpodautoscalers",
            "autoscaling/v2/horizontalpodautoscalers",
            "batch/v1/jobs",
            "certificates.k8s.io/v1/certificatesigningrequests",
            "coordination.k8s.io/v1/leases",
            "discovery.k8s.io/v1/endpointslices",
            "events.k8s.io/v1/events",
            "networking.k8s.io/v1/ingresses",
            "node.k8s.io/v1/runtimeclasses",
            "policy/v1/poddisruptionbudgets",
            "scheduling.k8s.io/v1/priorityclasses",
            "storage.k8s.io/v1/csinodes");

    @Test
    @DisplayName("api-machinery | Aggregated discovery | raw aggregated discovery endpoint Accept headers")
    void aggregatedByAcceptHeader() {
        Answer apis = expect(200, api().get("/apis", AGGREGATED));
        assertThat(aggregated(apis)).containsAll(EXPECTED);
        assertThat(aggregated(expect(200, api().get("/api", AGGREGATED)))).contains("/v1/namespaces");
    }

    /** As client-go asks: for the newest form first, and for the old one if the server knows no other. */
    @Test
    @DisplayName("api-machinery | Aggregated discovery | aggregated discovery interface")
    void aggregatedByClient() {
        String accept = AGGREGATED + "," + AGGREGATED.replace("v=v2", "v=v2beta1") + ",application/json";
        List<String> all = new ArrayList<>();
        for (String path : List.of("/api", "/apis")) {
            Answer answer = expect(200, api().get(path, accept));
            all.addAll(aggregated(answer));
            Answer unchanged =
                    api().send("GET", path, null, Map.of("Accept", accept, "If-None-Match", answer.header("ETag")));
            assertThat(unchanged.status()).isEqualTo(304);
        }
        assertThat(all).containsAll(EXPECTED).contains("/v1/namespaces").doesNotHaveDuplicates();
        // The two forms of discovery tell the same.
        List<String> plain = new ArrayList<>(plain("", "v1", "/api/v1"));
        groups().forEach(group -> versions(group)
                .forEach(version -> plain.addAll(plain(
                        group.getString("name"),
                        version.getString("version"),
                        "/apis/" + version.getString("groupVersion")))));
        assertThat(all).containsExactlyInAnyOrderElementsOf(plain);
    }

    private static List<String> aggregated(Answer answer) {
        // The order of a media type's parameters means nothing.
        assertThat(answer.header("Content-Type").split(";")).containsExactlyInAnyOrder(AGGREGATED.split(";"));
        JsonObject list = answer.json();
        assertThat(text(list, "kind")).isEqualTo("APIGroupDiscoveryList");
        assertThat(text(list, "apiVersion")).isEqualTo("apidiscovery.k8s.io/v2");
        List<String> found = new ArrayList<>();
        for (JsonObject group : list.getJsonArray("items").getValuesAs(JsonObject.class)) {
            for (JsonObject version : group.getJsonArray("versions").getValuesAs(JsonObject.class)) {
                for (JsonObject resource : version.getJsonArray("resources").getValuesAs(JsonObject.class)) {
                    found.add(text(group, "metadata", "name") + "/" + version.getString("version") + "/"
                            + resource.getString("resource"));
                }
            }
        }
        return found;
    }

    private static List<String> plain(String group, String version, String path) {
        return read(path).getJsonArray("resources").getValuesAs(JsonObject.class).stream()
                .map(resource -> resource.getString("name"))
                .filter(name -> !name.contains("/"))
                .map(name -> group + "/" + version + "/" + name)
                .toList();
    }

    private static List<JsonObject> groups() {
        return read("/apis").getJsonArray("groups").getValuesAs(JsonObject.class);
    }

    private static List<JsonObject> versions(JsonObject group) {
        return group.getJsonArray("versions").getValuesAs(JsonObject.class);
    }

    @Test
    @DisplayName("api-machinery | Discovery | PreferredVersion for each APIGroup")
    void preferredVersion() {
        assertThat(groups()).hasSizeGreaterThan(15).allSatisfy(listed -> {
            JsonObject group = read("/apis/" + listed.getString("name"));
            assertThat(text(group, "kind")).isEqualTo("APIGroup");
            assertThat(text(group, "name")).isEqualTo(listed.getString("name"));
            assertThat(group.getJsonObject("preferredVersion")).isEqualTo(listed.getJsonObject("preferredVersion"));
            assertThat(versions(group)).contains(group.getJsonObject("preferredVersion"));
        });
    }

    @Test
    @DisplayName("api-machinery | Discovery | groupVersion and a resource within each APIGroup")
    void everyGroupVersion() {
        assertThat(read("/api").getJsonArray("versions").getValuesAs(JsonString.class))
                .extracting(JsonString::getString)
                .containsExactly("v1");
        List<String> found = new ArrayList<>();
        for (JsonObject group : groups()) {
            for (JsonObject version : versions(group)) {
                String groupVersion = version.getString("groupVersion");
                JsonObject resources = read("/apis/" + groupVersion);
                assertThat(text(resources, "kind")).isEqualTo("APIResourceList");
                assertThat(text(resources, "groupVersion")).isEqualTo(groupVersion);
                assertThat(resources.getJsonArray("resources")).isNotEmpty();
                resources
                        .getJsonArray("resources")
                        .getValuesAs(JsonObject.class)
                        .forEach(resource -> found.add(groupVersion + "/" + resource.getString("name")));
            }
        }
        assertThat(found).containsAll(EXPECTED).contains("flowcontrol.apiserver.k8s.io/v1/flowschemas");
    }

    @Test
    @DisplayName("api-machinery | Version | find the server version")
    void version() {
        JsonObject version = read("/version");
        assertThat(text(version, "major")).isEqualTo("1");
        assertThat(text(version, "minor")).isEqualTo("34");
        assertThat(text(version, "gitVersion")).startsWith("v1.34.");
    }

    @Test
    @DisplayName("api-machinery | Table | 406 for backend without metadata")
    void noTableOfReviews() {
        Answer answer = api().send(
                        "POST",
                        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                        """
                        {"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1",
                        "spec":{"nonResourceAttributes":{"path":"/","verb":"get"}}}""".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        Map.of("Content-Type", ApiConnection.JSON, "Accept", ApiConnection.TABLE));
        refused(406, "NotAcceptable", answer);
    }
}
