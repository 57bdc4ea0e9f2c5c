package io.coxswain.bootstrap.objects;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Map;

/**
 * A service without selector whose one endpoint is this server, as its three objects.
 *
 * @param clusterIp the service's address
 * @param endpoint the server's address
 */
record ServiceObjects(
        String namespace,
        String name,
        Map<String, String> labels,
        String clusterIp,
        String endpoint,
        List<Port> ports) {

    ServiceObjects {
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
    }

    /** One port: where the service listens and where the server does. */
    record Port(String name, String protocol, int port, int target) {}

    JsonObject service() {
        JsonArrayBuilder servicePorts = Json.createArrayBuilder();
        ports.forEach(port -> servicePorts.add(Json.createObjectBuilder()
                .add("name", port.name())
                .add("protocol", port.protocol())
                .add("port", port.port())
                .add("targetPort", port.target())));
        return Json.createObjectBuilder()
                .add("apiVersion", "v1")
                .add("kind", "Service")
                .add("metadata", metadata(labels))
                .add(
                        "spec",
                        Json.createObjectBuilder()
                                .add("type", "ClusterIP")
                                .add("clusterIP", clusterIp)
                                .add("clusterIPs", Json.createArrayBuilder().add(clusterIp))
                                .add("ipFamilies", Json.createArrayBuilder().add("IPv4"))
                                .add("ipFamilyPolicy", "SingleStack")
                                .add("sessionAffinity", "None")
                                .add("ports", servicePorts))
                .build();
    }

    JsonObject endpoints() {
        return Json.createObjectBuilder()
                .add("apiVersion", "v1")
                .add("kind", "Endpoints")
                .add("metadata", metadata(Map.of("endpointslice.kubernetes.io/skip-mirror", "true")))
                .add(
                        "subsets",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add(
                                                "addresses",
                                                Json.createArrayBuilder()
                                                        .add(Json.createObjectBuilder()
                                                                .add("ip", endpoint)))
                                        .add("ports", endpointPorts())))
                .build();
    }

    JsonObject slice() {
        return Json.createObjectBuilder()
                .add("apiVersion", "discovery.k8s.io/v1")
                .add("kind", "EndpointSlice")
                .add("metadata", metadata(Map.of("kubernetes.io/service-name", name)))
                .add("addressType", "IPv4")
                .add(
                        "endpoints",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add(
                                                "addresses",
                                                Json.createArrayBuilder().add(endpoint))
                                        .add(
                                                "conditions",
                                                Json.createObjectBuilder().add("ready", true))))
                .add("ports", endpointPorts())
                .build();
    }

    private JsonArrayBuilder endpointPorts() {
        JsonArrayBuilder array = Json.createArrayBuilder();
        ports.forEach(port -> array.add(Json.createObjectBuilder()
                .add("name", port.name())
                .add("port", port.target())
                .add("protocol", port.protocol())));
        return array;
    }

    private JsonObjectBuilder metadata(Map<String, String> itsLabels) {
        JsonObjectBuilder json = Json.createObjectBuilder();
        itsLabels.forEach(json::add);
        return Json.createObjectBuilder()
                .add("name", name)
                .add("namespace", namespace)
                .add("labels", json);
    }
}
