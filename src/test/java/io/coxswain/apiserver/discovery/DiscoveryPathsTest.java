package io.coxswain.apiserver.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.apiserver.PathHandler;
import io.coxswain.apiserver.registry.ResourceRegistry;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.RawResponse;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfoParser;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.codec.JsonCodec;
import io.coxswain.kinds.apps.DeploymentKind;
import io.coxswain.kinds.core.ConfigMapKind;
import io.coxswain.kinds.core.NamespaceKind;
import io.coxswain.kinds.core.PodKind;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionResource;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How clients find out what is served. */
class DiscoveryPathsTest {
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    /** As kubectl sends it. */
    private static final String KUBECTL =
            AGGREGATED + ",application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    private final ResourceRegistry registry = new ResourceRegistry(
            List.of(new ConfigMapKind(), new PodKind(), new NamespaceKind(), new DeploymentKind()), List.of());
    private final DiscoveryPaths paths = new DiscoveryPaths(registry, "10.0.0.1:6443");

    @Test
    void theCoreVersionsComeWithTheServersAddress() {
        JsonObject document = json("/api", "application/json");
        assertThat(document.getString("kind")).isEqualTo("APIVersions");
        assertThat(document.getJsonArray("versions")).hasToString("[\"v1\"]");
        assertThat(document.getJsonArray("serverAddressByClientCIDRs")
                        .getJsonObject(0)
                        .getString("serverAddress"))
                .isEqualTo("10.0.0.1:6443");
    }

    @Test
    void groupsAreListedWithThePreferredVersion() {
        JsonObject group =
                json("/apis", "application/json").getJsonArray("groups").getJsonObject(0);
        assertThat(group.getString("name")).isEqualTo("apps");
        assertThat(group.getJsonObject("preferredVersion").getString("groupVersion"))
                .isEqualTo("apps/v1");
        assertThat(json("/apis/apps", "application/json").getString("kind")).isEqualTo("APIGroup");
    }

    @Test
    void aGroupVersionListsItsResourcesAndTheirSubresources() {
        JsonObject list = json("/apis/apps/v1", "application/json");
        assertThat(list.getString("groupVersion")).isEqualTo("apps/v1");
        Map<String, JsonObject> byName = new java.util.HashMap<>();
        list.getJsonArray("resources")
                .forEach(each -> byName.put(each.asJsonObject().getString("name"), each.asJsonObject()));
        assertThat(byName).containsOnlyKeys("deployments", "deployments/scale", "deployments/status");
        JsonObject deployments = byName.get("deployments");
        assertThat(deployments.getBoolean("namespaced")).isTrue();
        assertThat(deployments.getString("singularName")).isEqualTo("deployment");
        assertThat(deployments.getJsonArray("shortNames")).hasToString("[\"deploy\"]");
        assertThat(deployments.getJsonArray("categories")).hasToString("[\"all\"]");
        assertThat(deployments.getJsonArray("verbs"))
                .hasToString(
                        "[\"create\",\"delete\",\"deletecollection\",\"get\",\"list\",\"patch\",\"update\",\"watch\"]");
        JsonObject scale = byName.get("deployments/scale");
        assertThat(scale.getString("group")).isEqualTo("autoscaling");
        assertThat(scale.getString("kind")).isEqualTo("Scale");
    }

    @Test
    void namespacesCannotBeDeletedAsACollection() {
        JsonObject namespaces = json("/api/v1", "application/json").getJsonArray("resources").stream()
                .map(JsonValue::asJsonObject)
                .filter(each -> each.getString("name").equals("namespaces"))
                .findFirst()
                .orElseThrow();
        assertThat(namespaces.getJsonArray("verbs").toString()).doesNotContain("deletecollection");
        assertThat(namespaces.getBoolean("namespaced")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"/api, ''", "/apis, apps"})
    void theAggregatedFormHasEverythingInOneDocument(String path, String group) {
        RawResponse response = raw(path, KUBECTL);
        assertThat(response.contentType()).isEqualTo(AGGREGATED);
        JsonObject document = JsonCodec.parseObject(response.body());
        assertThat(document.getString("kind")).isEqualTo("APIGroupDiscoveryList");
        assertThat(document.getString("apiVersion")).isEqualTo("apidiscovery.k8s.io/v2");
        JsonObject item = document.getJsonArray("items").getJsonObject(0);
        assertThat(item.getJsonObject("metadata").getString("name", "")).isEqualTo(group);
        JsonObject version = item.getJsonArray("versions").getJsonObject(0);
        assertThat(version.getString("freshness")).isEqualTo("Current");
        JsonObject resource = version.getJsonArray("resources").getJsonObject(0);
        assertThat(resource).containsKeys("resource", "responseKind", "scope", "singularResource", "verbs");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        application/json | false
        */* | false
        application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList | true
        application/json; g=apidiscovery.k8s.io; v=v2beta1; as=APIGroupDiscoveryList | true
        application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io,application/json | true
        application/json,application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList | false
        application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList;q=0.5,application/json | false
        application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList,application/json | false
        application/json;g=other.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json | false
        """)
    void theFirstFormThatTheClientLikesAndTheServerHasIsTaken(String accept, boolean aggregated) {
        assertThat(json("/apis", accept).getString("kind"))
                .isEqualTo(aggregated ? "APIGroupDiscoveryList" : "APIGroupList");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList",
                "application/json;as=Table;v=v1;g=meta.k8s.io"
            })
    void whatNobodyCanMakeIsNotAcceptable(String accept) {
        for (String path : List.of("/api", "/apis", "/apis/apps", "/apis/apps/v1")) {
            assertThatThrownBy(() -> answer(path, accept))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo(406));
        }
    }

    @Test
    void theEtagStaysUntilSomethingElseIsServed() {
        RawResponse first = raw("/apis", KUBECTL);
        assertThat(first.headers().get("ETag")).matches("\"[0-9A-F]{128}\"");
        assertThat(first.headers()).containsEntry("Vary", "Accept").containsEntry("Cache-Control", "public");
        assertThat(raw("/apis", KUBECTL).headers()).isEqualTo(first.headers());
        registry.unregister(new GroupVersionResource("apps", "v1", "deployments"));
        RawResponse later = raw("/apis", KUBECTL);
        assertThat(later.headers().get("ETag")).isNotEqualTo(first.headers().get("ETag"));
        assertThat(JsonCodec.parseObject(later.body()).getJsonArray("items")).isEmpty();
        assertThatThrownBy(() -> answer("/apis/apps/v1", "")).isInstanceOf(ApiException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/apis/none",
                "/apis/apps/v2",
                "/apis/apps/v1/deployments/d/e",
                "/api/v2",
                "/api/v1/x/y/z",
                "/apis/" + "a%20b"
            })
    void whatIsNotServedIsNotFound(String path) {
        assertThatThrownBy(() -> answer(path, "application/json"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(404))
                .hasMessage("the server could not find the requested resource");
    }

    @Test
    void aSlashAtTheEndChangesNothing() {
        assertThat(json("/apis/", "")).isEqualTo(json("/apis", ""));
        assertThat(json("/api/v1/", "")).isEqualTo(json("/api/v1", ""));
    }

    @Test
    void onlyItsOwnPathsAreServed() {
        assertThat(paths.serves("/apis")).isTrue();
        assertThat(paths.serves("/apisx")).isFalse();
        assertThat(paths.serves("/")).isFalse();
    }

    @Test
    void theRootNamesEveryGroupVersion() {
        JsonObject document = tree(answer(new RootPath(registry), "/", ""));
        assertThat(document.getJsonArray("paths").toString())
                .contains("\"/api\"", "\"/api/v1\"", "\"/apis/apps\"", "\"/apis/apps/v1\"", "\"/openapi/v3\"");
    }

    @Test
    void theVersionIsTheReleaseWhoseApiIsServed() {
        JsonObject version = tree(answer(new VersionPath(), "/version", ""));
        assertThat(version.getString("major")).isEqualTo("1");
        assertThat(version.getString("minor")).isEqualTo("34");
        assertThat(version.getString("gitVersion")).startsWith("v1.34.");
        assertThat(version.getString("platform")).contains("/");
    }

    private RawResponse raw(String path, String accept) {
        return (RawResponse) answer(path, accept);
    }

    private JsonObject json(String path, String accept) {
        ApiResponse response = answer(path, accept);
        return response instanceof RawResponse raw ? JsonCodec.parseObject(raw.body()) : tree(response);
    }

    private static JsonObject tree(ApiResponse response) {
        return ((ApiResponse.ObjectResponse) response).object().tree();
    }

    private ApiResponse answer(String path, String accept) {
        return answer(paths, path, accept);
    }

    private static ApiResponse answer(PathHandler handler, String path, String accept) {
        return handler.handle(new ApiRequest(
                UserInfo.ANONYMOUS,
                RequestInfoParser.parse("GET", path, Map.of()),
                Map.of(),
                RequestBody.NONE,
                "",
                accept,
                "",
                "",
                "1"));
    }
}
