package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where services lead, by their pods. */
class EndpointsConformanceIT extends ConformanceSuite {
    @RegisterExtension
    static final SimulatedPool NODES = new SimulatedPool("endpoints", 2);

    private static final int SERVICES = 100;

    private String namespace = "";

    @Test
    @DisplayName("network | EndpointSlice | create Endpoints and EndpointSlices for Pods matching a Service")
    void slices() {
        namespace = namespace();
        service("example-int-port", "{pod1: endpointslice}", "3000");
        service("example-named-port", "{shared12: endpointslice}", "example-name");
        JsonObject noMatch = service("example-no-match", "{pod3: endpointslice}", "8080");
        assertThat(read(endpoints("example-int-port"))).doesNotContainKey("subsets");
        String pod1 = pod("pod1", "3000");
        String pod2 = pod("pod2", "3001");

        leadsTo("example-int-port", Set.of(pod1 + ":3000"), 1);
        leadsTo("example-named-port", Set.of(pod1 + ":3000", pod2 + ":3001"), 2);
        leadsTo("example-no-match", Set.of(), 1);
        JsonObject empty = items(slicesOf("example-no-match")).get(0);
        assertThat(text(empty, "addressType")).isEqualTo("IPv4");
        assertThat(empty.getJsonObject("metadata")
                        .getJsonArray("ownerReferences")
                        .getValuesAs(JsonObject.class))
                .extracting(owner -> text(owner, "uid"))
                .containsExactly(text(noMatch, "metadata", "uid"));

        // What somebody deletes comes back.
        Set<String> before = uids("example-named-port");
        items(slicesOf("example-named-port"))
                .forEach(slice -> delete(collection("discovery.k8s.io/v1", namespace, "endpointslices") + "/"
                        + text(slice, "metadata", "name")));
        leadsTo("example-named-port", Set.of(pod1 + ":3000", pod2 + ":3001"), 2);
        assertThat(uids("example-named-port")).doesNotContainAnyElementsOf(before);
    }

    private JsonObject service(String name, String selector, String targetPort) {
        JsonObject service = create(collection("v1", namespace, "services"), """
                apiVersion: v1
                kind: Service
                metadata: {name: %s}
                spec:
                  selector: %s
                  publishNotReadyAddresses: true
                  ports: [{name: example, port: 80, targetPort: %s, protocol: TCP}]
                """.formatted(name, selector, targetPort));
        await("Endpoints of " + name)
                .atMost(Requests.SOON)
                .until(() -> Requests.api().get(endpoints(name)).status() == 200);
        return service;
    }

    private String endpoints(String service) {
        return collection("v1", namespace, "endpoints") + "/" + service;
    }

    private String slicesOf(String service) {
        return collection("discovery.k8s.io/v1", namespace, "endpointslices")
                + "?labelSelector=kubernetes.io/service-name%3D" + service;
    }

    private Set<String> uids(String service) {
        Set<String> uids = new HashSet<>();
        items(slicesOf(service)).forEach(slice -> uids.add(text(slice, "metadata", "uid")));
        return uids;
    }

    /** The uid of a new pod, which runs. */
    private String pod(String name, String port) {
        String pods = collection("v1", namespace, "pods");
        create(pods, """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, labels: {%s: endpointslice, shared12: endpointslice}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: container1
                    image: appl-x:1.18
                    ports: [{name: example-name, containerPort: %s, protocol: TCP}]
                """.formatted(name, name, port));
        JsonObject running = eventually(
                pods + "/" + name, pod -> text(pod, "status", "phase").equals("Running"));
        return text(running, "metadata", "uid");
    }

    /** The service's Endpoints and slices say the same, {@code UID:PORT} for each pod, in so many slices. */
    private void leadsTo(String service, Set<String> pods, int slices) {
        await(service + " leads to " + pods).atMost(Requests.SOON).untilAsserted(() -> {
            JsonObject endpoints = read(endpoints(service));
            Set<String> found = new TreeSet<>();
            for (JsonObject subset : list(endpoints, "subsets")) {
                assertThat(subset).doesNotContainKey("notReadyAddresses");
                found.addAll(targets(list(subset, "addresses"), list(subset, "ports")));
            }
            assertThat(found).isEqualTo(new TreeSet<>(pods));

            List<JsonObject> now = items(slicesOf(service));
            assertThat(now).hasSize(slices);
            Set<String> sliced = new TreeSet<>();
            for (JsonObject slice : now) {
                assertThat(list(slice, "endpoints")).allSatisfy(endpoint -> {
                    assertThat(endpoint.getJsonObject("conditions").getBoolean("ready"))
                            .isTrue();
                    assertThat(text(endpoint, "nodeName")).isIn(NODES.names());
                });
                sliced.addAll(targets(list(slice, "endpoints"), list(slice, "ports")));
            }
            assertThat(sliced).isEqualTo(new TreeSet<>(pods));
        });
    }

    private static List<JsonObject> list(JsonObject object, String field) {
        return object.containsKey(field) && object.get(field) != jakarta.json.JsonValue.NULL
                ? object.getJsonArray(field).getValuesAs(JsonObject.class)
                : List.of();
    }

    private static List<String> targets(List<JsonObject> addresses, List<JsonObject> ports) {
        List<String> out = new ArrayList<>();
        for (JsonObject address : addresses) {
            for (JsonObject port : ports) {
                assertThat(text(port, "name")).isEqualTo("example");
                out.add(text(address, "targetRef", "uid") + ":" + text(port, "port"));
            }
        }
        return out;
    }

    /** Upstream's limits for one after another; here they are many more than are needed. */
    @Test
    @DisplayName("network | Service latency | endpoints latency not very high")
    void latency() {
        namespace = namespace();
        create(collection("v1", namespace, "replicationcontrollers"), """
                apiVersion: v1
                kind: ReplicationController
                metadata: {name: svc-latency-rc}
                spec:
                  replicas: 1
                  selector: {name: svc-latency-rc}
                  template:
                    metadata: {labels: {name: svc-latency-rc}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers: [{name: svc-latency-rc, image: "appl-x:1.18"}]
                """);
        eventually(
                collection("v1", namespace, "replicationcontrollers") + "/svc-latency-rc",
                controller -> controller.getJsonObject("status").getInt("readyReplicas", 0) == 1);
        String endpoints = collection("v1", namespace, "endpoints");
        JsonObject before = read(endpoints);
        Map<String, Long> created = new HashMap<>();
        for (int i = 0; i < SERVICES; i++) {
            created.put("latency-svc-" + i, System.nanoTime());
            create(collection("v1", namespace, "services"), """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: latency-svc-%d}
                    spec: {selector: {name: svc-latency-rc}, ports: [{port: 80, protocol: TCP}]}
                    """.formatted(i));
        }
        List<Duration> taken = new ArrayList<>();
        try (Watch watch = watchAfter(before, endpoints, "")) {
            while (!created.isEmpty()) {
                assertThat(watch.hasNext())
                        .as("the watch ended before %s", created.keySet())
                        .isTrue();
                JsonObject now = watch.next().getJsonObject("object");
                Long since = list(now, "subsets").isEmpty() ? null : created.remove(text(now, "metadata", "name"));
                if (since != null) {
                    taken.add(Duration.ofNanos(System.nanoTime() - since));
                }
            }
        }
        taken.sort(null);
        assertThat(taken.get(SERVICES / 2)).isLessThan(Duration.ofSeconds(20));
        assertThat(taken.get(SERVICES * 99 / 100)).isLessThan(Duration.ofSeconds(50));
    }
}
