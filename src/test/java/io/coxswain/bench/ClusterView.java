package io.coxswain.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything that a fault test looks at, as lists show it. The lists are read one after another: they agree once nothing changes. */
record ClusterView(Map<String, List<JsonNode>> resources) {
    /** Plural name to the path in front of it. */
    static final Map<String, String> PATHS = paths();

    private static Map<String, String> paths() {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String name : List.of(
                "namespaces",
                "nodes",
                "pods",
                "services",
                "endpoints",
                "configmaps",
                "resourcequotas",
                "persistentvolumeclaims",
                "persistentvolumes")) {
            paths.put(name, "/api/v1/");
        }
        for (String name : List.of("deployments", "replicasets", "statefulsets", "daemonsets", "controllerrevisions")) {
            paths.put(name, "/apis/apps/v1/");
        }
        paths.put("jobs", "/apis/batch/v1/");
        paths.put("cronjobs", "/apis/batch/v1/");
        paths.put("endpointslices", "/apis/discovery.k8s.io/v1/");
        paths.put("poddisruptionbudgets", "/apis/policy/v1/");
        return paths;
    }

    static String path(String resource, String namespace) {
        return PATHS.get(resource) + (namespace.isEmpty() ? "" : "namespaces/" + namespace + "/") + resource;
    }

    static String path(String resource, String namespace, String name) {
        return path(resource, namespace) + "/" + name;
    }

    static ClusterView read(PatientClient client) throws IOException, InterruptedException {
        Map<String, List<JsonNode>> resources = new LinkedHashMap<>();
        for (String resource : PATHS.keySet()) {
            List<JsonNode> items = new ArrayList<>();
            PatientClient.Reply list = client.get(path(resource, ""));
            if (!list.done()) {
                throw new IOException("no list of " + resource + ": " + list.message());
            }
            list.body().path("items").forEach(items::add);
            resources.put(resource, items);
        }
        return new ClusterView(resources);
    }

    List<JsonNode> all(String resource) {
        return resources.getOrDefault(resource, List.of());
    }

    List<JsonNode> in(String resource, String namespace) {
        return all(resource).stream()
                .filter(object -> namespace(object).equals(namespace))
                .toList();
    }

    Optional<JsonNode> find(String resource, String namespace, String name) {
        return in(resource, namespace).stream()
                .filter(object -> name(object).equals(name))
                .findFirst();
    }

    /** Objects whose controller is this one. */
    List<JsonNode> ownedBy(String resource, JsonNode owner) {
        return in(resource, namespace(owner)).stream()
                .filter(object -> controller(object).equals(uid(owner)))
                .toList();
    }

    int size() {
        return resources.values().stream().mapToInt(List::size).sum();
    }

    static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    static String namespace(JsonNode object) {
        return object.at("/metadata/namespace").asText();
    }

    static String uid(JsonNode object) {
        return object.at("/metadata/uid").asText();
    }

    static String label(JsonNode object, String key) {
        return object.path("metadata").path("labels").path(key).asText();
    }

    static String annotation(JsonNode object, String key) {
        return object.path("metadata").path("annotations").path(key).asText();
    }

    /** The uid of its controller; empty without one. */
    static String controller(JsonNode object) {
        for (JsonNode owner : object.at("/metadata/ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return owner.path("uid").asText();
            }
        }
        return "";
    }

    /** Whether a condition is True. */
    static boolean is(JsonNode object, String condition) {
        for (JsonNode one : object.at("/status/conditions")) {
            if (one.path("type").asText().equals(condition)) {
                return one.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** As kubectl names it. */
    static String describe(String resource, JsonNode object) {
        return resource + " " + (namespace(object).isEmpty() ? "" : namespace(object) + "/") + name(object);
    }
}
