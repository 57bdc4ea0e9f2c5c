package io.coxswain.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.RequestMutator.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Valid requests for every kind that discovery names, in every encoding: what {@link RequestMutator} breaks. */
final class HostileSeeds {
    static final String NAMESPACE = "hostile";
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final String APPLY = "application/apply-patch+yaml";

    private final ApiConnection api;
    private final List<ServedResource> resources;

    HostileSeeds(ApiConnection api, List<ServedResource> resources) {
        this.api = api;
        this.resources = resources.stream()
                .filter(resource -> !resource.kind().equals("Binding")) // a pod is bound once
                .filter(resource -> resource.verbs().contains("create")) // nobody makes what the server computes
                .toList();
    }

    static String collection(ServedResource resource) {
        return resource.collection().replace(resource.namespace(), NAMESPACE);
    }

    private static byte[] yaml(ServedResource resource) {
        return resource.sample("hostile")
                .replace(resource.namespace(), NAMESPACE)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Makes one object of every kind that has a namespace. */
    void createTargets() {
        for (ServedResource resource : resources) {
            if (resource.namespaced() && !resource.isReview()) {
                api.send("POST", collection(resource), yaml(resource), type(ApiConnection.YAML));
            }
        }
    }

    /** Requests that change nothing even if they are accepted. */
    List<Request> tried() {
        List<Request> seeds = new ArrayList<>();
        for (ServedResource resource : resources) {
            String collection = collection(resource);
            byte[] yaml = yaml(resource);
            byte[] json = encoded(resource, ApiConnection.JSON);
            byte[] protobuf = encoded(resource, PROTOBUF);
            String query = resource.isReview() ? "" : "?dryRun=All";
            seeds.add(new Request("POST", collection, query, type(ApiConnection.YAML), yaml));
            seeds.add(new Request("POST", collection, query, type(ApiConnection.JSON), json));
            seeds.add(new Request("POST", collection, query, type(PROTOBUF), protobuf));
            if (!resource.isReview()) {
                addWrites(seeds, collection + "/" + resource.named("hostile"), query, yaml, json, protobuf);
                addReads(seeds, collection);
            }
        }
        for (String path :
                new String[] {"/api", "/apis", "/openapi/v3", "/openapi/v2", "/readyz", "/version", "/metrics"}) {
            seeds.add(new Request("GET", path, "", Map.of(), new byte[0]));
        }
        addExtremes(seeds);
        return seeds;
    }

    /** Requests that change objects in the namespace of these tests if they are accepted. */
    List<Request> real() {
        List<Request> seeds = new ArrayList<>();
        for (ServedResource resource : resources) {
            if (!resource.namespaced() || resource.isReview()) {
                continue;
            }
            String collection = collection(resource);
            byte[] yaml = yaml(resource);
            byte[] json = encoded(resource, ApiConnection.JSON);
            byte[] protobuf = encoded(resource, PROTOBUF);
            seeds.add(new Request("POST", collection, "", type(ApiConnection.YAML), yaml));
            seeds.add(new Request("POST", collection, "", type(PROTOBUF), protobuf));
            addWrites(seeds, collection + "/hostile", "", yaml, json, protobuf);
            seeds.add(new Request(
                    "DELETE",
                    collection + "/hostile",
                    "",
                    type(ApiConnection.JSON),
                    ascii("{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"gracePeriodSeconds\":0}")));
        }
        return seeds;
    }

    private static void addWrites(
            List<Request> seeds, String path, String query, byte[] yaml, byte[] json, byte[] protobuf) {
        String force = query.isEmpty() ? "?force=true" : query + "&force=true";
        seeds.add(new Request("PUT", path, query, type(ApiConnection.JSON), json));
        seeds.add(new Request("PUT", path, query, type(PROTOBUF), protobuf));
        seeds.add(new Request("PATCH", path, query, type(ApiConnection.STRATEGIC), json));
        seeds.add(new Request("PATCH", path, query, type(ApiConnection.MERGE), json));
        seeds.add(new Request(
                "PATCH",
                path,
                query,
                type(ApiConnection.JSON_PATCH),
                ascii("[{\"op\":\"test\",\"path\":\"/metadata/name\",\"value\":\"hostile\"},"
                        + "{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"a\":\"b\"}}]")));
        seeds.add(new Request("PATCH", path, force + "&fieldManager=hostile", type(APPLY), yaml));
    }

    private static void addReads(List<Request> seeds, String collection) {
        seeds.add(new Request("GET", collection, "?limit=2", Map.of("Accept", ApiConnection.TABLE), new byte[0]));
        seeds.add(new Request("GET", collection + "/hostile", "", Map.of("Accept", PROTOBUF), new byte[0]));
        seeds.add(new Request(
                "GET",
                collection,
                "?watch=1&timeoutSeconds=1&labelSelector=a%20in%20(b),!c&fieldSelector=metadata.name%3Dx",
                Map.of(),
                new byte[0]));
    }

    /** What no mutation comes to. */
    private static void addExtremes(List<Request> seeds) {
        String path = "/api/v1/namespaces/" + NAMESPACE + "/configmaps";
        String head = "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"deep\"},\"data\":";
        Map<String, String> bodies = new LinkedHashMap<>();
        bodies.put(head + "{\"a\":".repeat(20_000), ApiConnection.JSON);
        bodies.put(head + "[".repeat(20_000) + "]".repeat(20_000) + "}", ApiConnection.JSON);
        bodies.put("a: &a [x]\n" + yamlBomb() + "kind: ConfigMap\napiVersion: v1\n", ApiConnection.YAML);
        bodies.put("kind: ConfigMap\napiVersion: v1\ndata: " + "[".repeat(5_000), ApiConnection.YAML);
        bodies.put(head + "{\"a\":\"" + "x".repeat(3 * 1024 * 1024) + "\"}}", ApiConnection.JSON);
        bodies.forEach((body, type) -> {
            seeds.add(new Request("POST", path, "?dryRun=All", type(type), ascii(body)));
            seeds.add(new Request("PATCH", path + "/hostile", "?dryRun=All", type(ApiConnection.MERGE), ascii(body)));
        });
        // Lengths that promise more than there is, and messages in messages in messages.
        String envelope = "k8s\0\n\017\n\002v1\022\tConfigMap\022";
        for (String rest : List.of(
                "\u00ff\u00ff\u00ff\u00ff\u007f",
                "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001",
                "\u0080\u0080\u0001" + "\n\u00ff\u007f".repeat(2_000),
                "\u0010\n\u000e\n\007hostile\022\000\032\000\"\000\032\000\"\000")) {
            seeds.add(new Request(
                    "POST",
                    path,
                    "?dryRun=All",
                    type(PROTOBUF),
                    (envelope + rest).getBytes(StandardCharsets.ISO_8859_1)));
        }
    }

    private static String yamlBomb() {
        StringBuilder bomb = new StringBuilder();
        for (char c = 'b'; c < 'k'; c++) {
            String last = "*" + (char) (c - 1);
            bomb.append(c).append(": &").append(c).append(" [").append(last);
            bomb.append((", " + last).repeat(9)).append("]\n");
        }
        return bomb.toString();
    }

    /** The sample as the server writes it. It is asked for by a name of the same length that no object has. */
    private byte[] encoded(ServedResource resource, String mediaType) {
        ApiConnection.Answer answer = api.send(
                "POST",
                collection(resource) + "?dryRun=All",
                resource.sample("hostilf")
                        .replace(resource.namespace(), NAMESPACE)
                        .getBytes(StandardCharsets.UTF_8),
                Map.of("Content-Type", ApiConnection.YAML, "Accept", mediaType));
        assertThat(answer.status()).as("%s %s", resource, answer).isIn(200, 201);
        return new String(answer.response().body(), StandardCharsets.ISO_8859_1)
                .replace(resource.named("hostilf"), resource.named("hostile"))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Map<String, String> type(String contentType) {
        return Map.of("Content-Type", contentType);
    }
}
