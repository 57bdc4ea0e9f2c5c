package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.expect;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.json;
import static io.coxswain.it.conformance.Requests.merge;
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
import jakarta.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Services, what stands behind them, and the addresses they get. */
class NetworkConformanceIT extends ConformanceSuite {
    private static final String SERVERS_SERVICE = "/api/v1/namespaces/default/services/kubernetes";

    @Test
    @DisplayName("network | EndpointSlice | API operations")
    void endpointSlices() {
        ApiOperations operations =
                new ApiOperations("discovery.k8s.io/v1", "endpointslices", "EndpointSlice", namespace(), """
                        addressType: IPv4
                        endpoints:
                        - addresses: [1.2.3.4, 5.6.7.8]
                        ports:
                        - {name: http, port: 80, protocol: TCP}
                        """);
        operations.discovered();
        operations.created();
        operations.gotAndListed();
        operations.patchedAndUpdatedUnderWatch();
        operations.deleted();
    }

    @Test
    @DisplayName("network | Ingress | Ingress API operations")
    void ingresses() {
        ApiOperations operations = new ApiOperations("networking.k8s.io/v1", "ingresses", "Ingress", namespace(), """
                spec:
                  defaultBackend:
                    service: {name: default-backend, port: {number: 80}}
                  rules:
                  - host: foo.bar.com
                    http:
                      paths:
                      - path: /
                        pathType: ImplementationSpecific
                        backend: {service: {name: test-backend, port: {number: 8080}}}
                """);
        operations.discovered("status");
        operations.created();
        operations.gotAndListed();
        operations.patchedAndUpdatedUnderWatch();
        operations.status("loadBalancer", "{\"ingress\":[{\"ip\":\"169.1.1.1\"}]}");
        operations.deleted();
    }

    @Test
    @DisplayName("network | Ingress | IngressClass API operations")
    void ingressClasses() {
        ApiOperations operations =
                ApiOperations.ofCluster("networking.k8s.io/v1", "ingressclasses", "IngressClass", """
                        spec: {controller: example.com/controller}
                        """);
        operations.discovered();
        operations.created();
        operations.gotAndListed();
        operations.patchedAndUpdatedUnderWatch();
        operations.deleted();
    }

    @Test
    @DisplayName("network | ServiceCIDR/IPAddress | ServiceCIDR API operations")
    void serviceCidrs() {
        String cidrs = "/apis/networking.k8s.io/v1/servicecidrs";
        JsonObject standard = read(cidrs + "/kubernetes");
        assertThat(text(standard, "kind")).isEqualTo("ServiceCIDR");
        assertThat(standard.getJsonObject("spec").getJsonArray("cidrs")).isNotEmpty();
        JsonObject status = read(cidrs + "/kubernetes/status");
        assertThat(text(status, "apiVersion")).isEqualTo("networking.k8s.io/v1");
        assertThat(text(status, "metadata", "uid")).isEqualTo(text(standard, "metadata", "uid"));
        awaitReady(cidrs + "/kubernetes");
        JsonObject list = read(cidrs);
        assertThat(names(cidrs)).contains("kubernetes");

        // The rest of what the row's description asks for: every verb, and the status.
        try (Watch watch = watchAfter(list, cidrs, "")) {
            create(cidrs, """
                    apiVersion: networking.k8s.io/v1
                    kind: ServiceCIDR
                    metadata: {name: conformance-cidr}
                    spec: {cidrs: [203.0.113.0/24]}
                    """);
            afterwards(cidrs + "/conformance-cidr");
            next(watch, "ADDED", NetworkConformanceIT::isOurs);
            awaitReady(cidrs + "/conformance-cidr");
            merge(cidrs + "/conformance-cidr", "{\"metadata\":{\"annotations\":{\"patched\":\"true\"}}}");
            update(cidrs + "/conformance-cidr", now -> with(now, "true", "metadata", "annotations", "updated"));
            next(
                    watch,
                    "MODIFIED",
                    cidr -> text(cidr, "metadata", "annotations", "updated").equals("true"));
            JsonObject patched = strategic(cidrs + "/conformance-cidr/status", """
                    {"status":{"conditions":[{"type":"Tested","status":"True","reason":"E2E","message":"",
                    "lastTransitionTime":"2026-01-02T03:04:05Z"}]}}""");
            assertThat(patched.getJsonObject("status").toString()).contains("Tested");
            delete(cidrs + "/conformance-cidr");
            next(watch, "DELETED", NetworkConformanceIT::isOurs);
        }
    }

    private static boolean isOurs(JsonObject cidr) {
        return text(cidr, "metadata", "name").equals("conformance-cidr");
    }

    private static void awaitReady(String path) {
        await(path + " is ready")
                .atMost(Requests.SOON)
                .untilAsserted(() -> assertThat(read(path)
                                .getJsonObject("status")
                                .getJsonArray("conditions")
                                .getValuesAs(JsonObject.class))
                        .filteredOn(condition -> condition.getString("type").equals("Ready"))
                        .extracting(condition -> condition.getString("status"))
                        .containsExactly("True"));
    }

    @Test
    @DisplayName("network | ServiceCIDR/IPAddress | IPAddress API operations")
    void ipAddresses() {
        String addresses = "/apis/networking.k8s.io/v1/ipaddresses";
        address(addresses, "255.255.255.255", "broadcast");
        address(addresses, "fe80::42:1dff:fe84:f9e2", "link-local");
        String broadcast = addresses + "/255.255.255.255";
        JsonObject created = read(broadcast);
        JsonObject patched = merge(broadcast, "{\"metadata\":{\"annotations\":{\"patched\":\"true\"}}}");
        assertThat(text(patched, "metadata", "annotations", "patched")).isEqualTo("true");
        assertThat(Requests.revision(patched)).isGreaterThan(Requests.revision(created));
        JsonObject updated = update(broadcast, now -> with(now, "true", "metadata", "annotations", "updated"));
        assertThat(text(updated, "metadata", "annotations", "updated")).isEqualTo("true");
        JsonObject list = read(addresses + "?labelSelector=type%3Dbroadcast");
        assertThat(list.getJsonArray("items")).hasSize(1);
        try (Watch watch = watchAfter(list, addresses, "type%3Dbroadcast")) {
            delete(broadcast);
            assertThat(text(next(watch, "DELETED"), "metadata", "name")).isEqualTo("255.255.255.255");
        }
        expect(200, api().delete(addresses + "?labelSelector=type%3Dlink-local"));
        assertThat(items(addresses + "?labelSelector=type%3Dlink-local")).isEmpty();
    }

    private void address(String addresses, String name, String type) {
        create(addresses, """
                apiVersion: networking.k8s.io/v1
                kind: IPAddress
                metadata: {name: "%s", labels: {type: %s}}
                spec:
                  parentRef: {group: mygroup, resource: myresources, namespace: foo, name: bar}
                """.formatted(name, type));
        afterwards(addresses + "/" + name);
    }

    @Test
    @DisplayName("network | Service | status lifecycle")
    void serviceStatus() {
        String services = collection("v1", "services");
        String path = services + "/test-service";
        try (Watch watch = watchAfter(read(services), services, "test-service-static%3Dtrue")) {
            create(services, """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: test-service, labels: {test-service-static: "true"}}
                    spec:
                      type: LoadBalancer
                      ports:
                      - {name: http, protocol: TCP, port: 80, targetPort: 80}
                    """);
            next(watch, "ADDED");
            assertThat(text(read(path + "/status"), "kind")).isEqualTo("Service");
            JsonObject patched = merge(path + "/status", """
                    {"metadata":{"annotations":{"patchedstatus":"true"}},
                    "status":{"loadBalancer":{"ingress":[{"ip":"203.0.113.1"}]}}}""");
            assertThat(text(patched, "status", "loadBalancer")).contains("203.0.113.1");
            next(
                    watch,
                    "MODIFIED",
                    service -> text(service, "metadata", "annotations", "patchedstatus")
                            .equals("true"));
            update(path + "/status", now -> with(now, json("""
                            [{"type":"StatusUpdate","status":"True","reason":"E2E","message":"Set from e2e test",
                            "lastTransitionTime":"2026-01-02T03:04:05Z"}]"""), "status", "conditions"));
            JsonObject updated = next(
                    watch,
                    "MODIFIED",
                    service -> text(service, "status", "conditions").contains("StatusUpdate"));
            assertThat(text(updated, "status", "loadBalancer")).contains("203.0.113.1");
            strategic(
                    path,
                    "{\"metadata\":{\"labels\":{\"test-service\":\"patched\"}},\"status\":{\"loadBalancer\":null}}");
            JsonObject labelled = next(
                    watch,
                    "MODIFIED",
                    service ->
                            text(service, "metadata", "labels", "test-service").equals("patched"));
            assertThat(text(labelled, "status", "loadBalancer"))
                    .as("a patch of the object leaves its status alone")
                    .contains("203.0.113.1");
            delete(path);
            next(watch, "DELETED");
        }
    }

    @Test
    @DisplayName("network | Service | delete a collection")
    void collectionOfServices() {
        String services = collection("v1", "services");
        String[] specs = {
            "type: ClusterIP, ports: [{port: 80}]",
            "type: NodePort, ports: [{port: 80}, {name: more, port: 443}]"
                    .replace("{port: 80}", "{name: http, port: 80}"),
            "type: ClusterIP, ports: [{port: 80}]",
        };
        for (int i = 0; i < specs.length; i++) {
            create(
                    services,
                    "{apiVersion: v1, kind: Service, metadata: {name: e2e-svc-%d, labels: {e2e: %s}}, spec: {%s}}"
                            .formatted(i, i == 2 ? "keep" : "collection", specs[i]));
        }
        assertThat(names(services)).containsExactly("e2e-svc-0", "e2e-svc-1", "e2e-svc-2");
        expect(200, api().delete(services + "?labelSelector=e2e%3Dcollection"));
        assertThat(names(services)).containsExactly("e2e-svc-2");
    }

    @Test
    @DisplayName("network | Service | find a service from listing all namespaces")
    void allServices() {
        assertThat(items("/api/v1/services"))
                .filteredOn(service -> text(service, "metadata", "name").equals("kubernetes")
                        && text(service, "metadata", "namespace").equals("default"))
                .hasSize(1);
    }

    @Test
    @DisplayName("network | Service | secure master service")
    void secureServer() {
        assertThat(read(SERVERS_SERVICE)
                        .getJsonObject("spec")
                        .getJsonArray("ports")
                        .getValuesAs(JsonObject.class))
                .extracting(port -> text(port, "name") + " " + text(port, "port") + "/" + text(port, "protocol"))
                .contains("https 443/TCP");
    }

    @Test
    @DisplayName("network | Service | lifecycle of an Endpoint")
    void endpoints() {
        String endpoints = collection("v1", "endpoints");
        String selector = "test-endpoint-static%3Dtrue";
        String path = endpoints + "/testservice";
        try (Watch watch = watchAfter(read(endpoints), endpoints, selector)) {
            create(endpoints, """
                    apiVersion: v1
                    kind: Endpoints
                    metadata: {name: testservice, labels: {test-endpoint-static: "true"}}
                    subsets:
                    - addresses: [{ip: 10.0.0.24}]
                      ports: [{name: http, port: 80, protocol: TCP}]
                    """);
            next(watch, "ADDED");
            assertThat(names("/api/v1/endpoints?labelSelector=" + selector)).containsExactly("testservice");
            update(path, now -> with(now, "updated", "metadata", "labels", "test-service"));
            next(
                    watch,
                    "MODIFIED",
                    object -> text(object, "metadata", "labels", "test-service").equals("updated"));
            JsonObject got = read(path);
            assertThat(text(got, "metadata", "labels", "test-service")).isEqualTo("updated");
            strategic(path, """
                    {"metadata":{"labels":{"test-service":"patched"}},
                    "subsets":[{"addresses":[{"ip":"10.0.0.25"}],"ports":[{"name":"http-test","port":8080}]}]}""");
            next(
                    watch,
                    "MODIFIED",
                    object -> text(object, "metadata", "labels", "test-service").equals("patched"));
            JsonObject patched = read(path).getJsonArray("subsets").getJsonObject(0);
            assertThat(patched.getJsonArray("addresses").getJsonObject(0).getString("ip"))
                    .isEqualTo("10.0.0.25");
            assertThat(patched.getJsonArray("ports").getValuesAs(JsonObject.class))
                    .extracting(port -> text(port, "name") + ":" + text(port, "port"))
                    .isEqualTo(List.of("http-test:8080"));
            expect(200, api().delete(endpoints + "?labelSelector=" + selector));
            next(watch, "DELETED");
        }
        expect(404, api().get(path));
    }

    @Test
    @DisplayName("network | EndpointSlice | create and delete for a Service with selector")
    void endpointsOfASelector() {
        String namespace = namespace();
        String services = collection("v1", namespace, "services");
        String endpoints = collection("v1", namespace, "endpoints") + "/example-empty-selector";
        String slices = collection("discovery.k8s.io/v1", namespace, "endpointslices")
                + "?labelSelector=kubernetes.io/service-name%3Dexample-empty-selector";
        create(services, """
                apiVersion: v1
                kind: Service
                metadata: {name: example-empty-selector}
                spec:
                  selector: {does-not-match-anything: endpoints-and-endpoint-slices-should-still-be-created}
                  ports: [{name: example, port: 80, protocol: TCP}]
                """);
        await("the Endpoints are there")
                .atMost(Requests.SOON)
                .until(() -> api().get(endpoints).status() == 200);
        await("the slice is there")
                .atMost(Requests.SOON)
                .until(() -> items(slices).size() == 1);
        assertThat(text(items(slices).get(0), "metadata", "labels", "endpointslice.kubernetes.io/managed-by"))
                .isEqualTo("endpointslice-controller.k8s.io");
        assertThat(read(endpoints).containsKey("subsets")).isFalse();

        delete(services + "/example-empty-selector");
        await("the Endpoints are gone")
                .atMost(Requests.SOON)
                .until(() -> api().get(endpoints).status() == 404);
        await("the slice is gone")
                .atMost(Requests.SOON)
                .until(() -> items(slices).isEmpty());
    }

    @Test
    @DisplayName("network | EndpointSlice | mirror a custom Endpoints")
    void mirroredEndpoints() {
        String namespace = namespace();
        String endpoints = collection("v1", namespace, "endpoints");
        String slices = collection("discovery.k8s.io/v1", namespace, "endpointslices")
                + "?labelSelector=kubernetes.io/service-name%3Dexample-custom-endpoints";
        create(collection("v1", namespace, "services"), """
                apiVersion: v1
                kind: Service
                metadata: {name: example-custom-endpoints}
                spec:
                  ports: [{name: example, port: 80, protocol: TCP}]
                """);
        create(endpoints, """
                apiVersion: v1
                kind: Endpoints
                metadata: {name: example-custom-endpoints, labels: {team: blue}}
                subsets:
                - addresses: [{ip: 10.1.2.3}]
                  ports: [{name: example, port: 80, protocol: TCP}]
                """);
        awaitMirrored(slices, "10.1.2.3");
        JsonObject slice = items(slices).get(0);
        assertThat(text(slice, "metadata", "labels", "endpointslice.kubernetes.io/managed-by"))
                .isEqualTo("endpointslicemirroring-controller.k8s.io");
        assertThat(text(slice, "metadata", "labels", "team")).isEqualTo("blue");
        assertThat(slice.getJsonArray("ports").getJsonObject(0).getInt("port")).isEqualTo(80);

        strategic(endpoints + "/example-custom-endpoints", """
                {"subsets":[{"addresses":[{"ip":"10.2.3.4"}],"ports":[{"name":"example","port":80}]}]}""");
        awaitMirrored(slices, "10.2.3.4");
        assertThat(items(slices))
                .extracting(each -> text(each, "metadata", "uid"))
                .containsExactly(text(slice, "metadata", "uid"));

        delete(endpoints + "/example-custom-endpoints");
        await("the slice is gone")
                .atMost(Requests.SOON)
                .until(() -> items(slices).isEmpty());
    }

    private static void awaitMirrored(String slices, String address) {
        await(address).atMost(Requests.SOON).until(() -> {
            List<JsonObject> found = items(slices);
            return found.size() == 1
                    && found.get(0).getJsonArray("endpoints").toString().contains(address);
        });
    }
}
