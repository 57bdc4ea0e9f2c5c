package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.condition;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.events;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the scheduler decides, on two simulated nodes that only the pods of these tests tolerate and choose. */
class PodPlacementConformanceIT extends ConformanceSuite {
    private static final String NODES = "/api/v1/nodes";
    private static final List<String> NAMES = List.of("placement-1", "placement-2");

    /** Each node has five of {@code example.com/foo} and a thousand of {@code example.com/fakecpu}. */
    @BeforeAll
    static void addNodes() {
        for (String name : NAMES) {
            create(NODES, """
                    apiVersion: v1
                    kind: Node
                    metadata:
                      name: %s
                      labels: {simulated.coxswain.io/node: "true", placement: "true", kubernetes.io/hostname: %s}
                      annotations:
                        simulated.coxswain.io/capacity: "cpu=2,memory=4Gi,pods=30,example.com/foo=5,example.com/fakecpu=1000"
                    spec:
                      taints: [{key: simulated.coxswain.io/node, value: "true", effect: NoSchedule}]
                    """.formatted(name, name));
        }
        for (String name : NAMES) {
            eventually(
                    NODES + "/" + name,
                    node -> condition(node, "Ready")
                                    .filter(ready -> text(ready, "status").equals("True"))
                                    .isPresent()
                            && node.getJsonObject("spec").getJsonArray("taints").size() == 1
                            && node.getJsonObject("status")
                                    .getJsonObject("allocatable")
                                    .containsKey("example.com/foo"));
        }
    }

    @AfterAll
    static void removeNodes() {
        NAMES.forEach(name -> api().delete(NODES + "/" + name));
    }

    @Test
    @DisplayName("scheduling | Predicates | resource limits")
    void resources() {
        String pods = collection("v1", "pods");
        for (String node : NAMES) {
            create(pods, pod("filler-" + node, node, "", "{cpu: 1500m}"));
            eventually(
                    pods + "/filler-" + node,
                    pod -> text(pod, "spec", "nodeName").equals(node));
        }
        create(pods, pod("additional-pod", "", "", "{cpu: 600m}"));
        assertThat(refusal(pods + "/additional-pod")).contains("2 Insufficient cpu", "preemption: 0/");
        create(pods, pod("small-pod", "", "", "{cpu: 500m}"));
        eventually(pods + "/small-pod", pod -> NAMES.contains(text(pod, "spec", "nodeName")));
    }

    @Test
    @DisplayName("scheduling | Predicates | NodeSelector matching")
    void selectorMatches() {
        String pods = collection("v1", "pods");
        merge(NODES + "/placement-2", "{\"metadata\":{\"labels\":{\"kubernetes.io/e2e-matching\":\"42\"}}}");
        create(pods, pod("with-labels", "", "kubernetes.io/e2e-matching: \"42\"", "{cpu: 1m}"));
        eventually(pods + "/with-labels", pod -> text(pod, "spec", "nodeName").equals("placement-2"));
        merge(NODES + "/placement-2", "{\"metadata\":{\"labels\":{\"kubernetes.io/e2e-matching\":null}}}");
    }

    @Test
    @DisplayName("scheduling | Predicates | NodeSelector not matching")
    void selectorDoesNotMatch() {
        String pods = collection("v1", "pods");
        create(pods, pod("restricted-pod", "", "label: nonempty", "{cpu: 1m}"));
        assertThat(refusal(pods + "/restricted-pod"))
                .contains(
                        "node(s) didn't match Pod's node affinity/selector",
                        "Preemption is not helpful for scheduling");
        merge(NODES + "/placement-1", "{\"metadata\":{\"labels\":{\"label\":\"nonempty\"}}}");
        eventually(
                pods + "/restricted-pod", pod -> text(pod, "spec", "nodeName").equals("placement-1"));
        merge(NODES + "/placement-1", "{\"metadata\":{\"labels\":{\"label\":null}}}");
    }

    @Test
    @DisplayName("scheduling | Predicates | hostPort conflict with 0.0.0.0")
    void hostPorts() {
        String pods = collection("v1", "pods");
        create(pods, hostPort("pod4", ""));
        eventually(pods + "/pod4", pod -> text(pod, "spec", "nodeName").equals("placement-1"));
        create(pods, hostPort("pod5", "hostIP: 127.0.0.1, "));
        assertThat(refusal(pods + "/pod5")).contains("node(s) didn't have free ports for the requested pod ports");
        delete(pods + "/pod4");
        eventually(pods + "/pod5", pod -> text(pod, "spec", "nodeName").equals("placement-1"));
    }

    private static String hostPort(String name, String address) {
        return pod(name, "placement-1", "", "{cpu: 1m}") + "    ports: [{containerPort: 8080, hostPort: 54322, "
                + address + "protocol: TCP}]\n";
    }

    @Test
    @DisplayName("scheduling | Preemption | basic preemption")
    void basicPreemption() {
        String pods = collection("v1", "pods");
        priorityClass("low", 1);
        priorityClass("medium", 100);
        priorityClass("high", 1000);
        fill(pods);
        create(pods, pod("preemptor", "", "", "{example.com/foo: 3}") + "  priorityClassName: placement-high\n");
        eventually(pods + "/preemptor", pod -> text(pod, "spec", "nodeName").equals("placement-1"));
        assertThat(text(read(pods + "/preemptor"), "status", "nominatedNodeName"))
                .isEqualTo("placement-1");
        Requests.awaitGone(pods + "/victim");
        for (String name : List.of("spared", "medium-1", "medium-2")) {
            assertThat(read(pods + "/" + name).getJsonObject("metadata")).doesNotContainKey("deletionTimestamp");
        }
        assertThat(events(pods, "Preempted", "victim"))
                .singleElement()
                .satisfies(event -> assertThat(text(event, "message"))
                        .isEqualTo("Preempted by pod " + text(read(pods + "/preemptor"), "metadata", "uid")
                                + " on node placement-1"));
    }

    /** The node with the least important pod has room for three more once that is gone. */
    private void fill(String pods) {
        create(pods, pod("victim", "placement-1", "", "{example.com/foo: 3}") + "  priorityClassName: placement-low\n");
        create(
                pods,
                pod("spared", "placement-1", "", "{example.com/foo: 2}") + "  priorityClassName: placement-medium\n");
        create(
                pods,
                pod("medium-1", "placement-2", "", "{example.com/foo: 3}") + "  priorityClassName: placement-medium\n");
        create(
                pods,
                pod("medium-2", "placement-2", "", "{example.com/foo: 2}") + "  priorityClassName: placement-medium\n");
        for (String name : List.of("victim", "spared", "medium-1", "medium-2")) {
            eventually(pods + "/" + name, pod -> text(pod, "status", "phase").equals("Running"));
        }
    }

    @Test
    @DisplayName("scheduling | Preemption | by critical pod")
    void criticalPod() {
        String pods = collection("v1", "pods");
        priorityClass("low", 1);
        priorityClass("medium", 100);
        fill(pods);
        String system = "/api/v1/namespaces/kube-system/pods";
        create(
                system,
                pod("critical-pod", "", "", "{example.com/foo: 3}") + "  priorityClassName: system-cluster-critical\n");
        afterwards(system + "/critical-pod");
        eventually(
                system + "/critical-pod", pod -> text(pod, "spec", "nodeName").equals("placement-1"));
        Requests.awaitGone(pods + "/victim");
        assertThat(read(pods + "/medium-1").getJsonObject("metadata")).doesNotContainKey("deletionTimestamp");
    }

    @Test
    @DisplayName("scheduling | Preemption | DisruptionTarget condition")
    void disruptionTarget() {
        String pods = collection("v1", "pods");
        priorityClass("low", 1);
        priorityClass("high", 1000);
        create(
                pods,
                pod("victim", "placement-1", "", "{example.com/foo: 4}")
                                .replace("name: victim", "name: victim, finalizers: [example.com/test-finalizer]")
                        + "  priorityClassName: placement-low\n");
        eventually(pods + "/victim", pod -> text(pod, "status", "phase").equals("Running"));
        create(
                pods,
                pod("preemptor", "placement-1", "", "{example.com/foo: 4}") + "  priorityClassName: placement-high\n");
        JsonObject victim = eventually(
                pods + "/victim", pod -> condition(pod, "DisruptionTarget").isPresent());
        JsonObject disruption = condition(victim, "DisruptionTarget").orElseThrow();
        assertThat(text(disruption, "status")).isEqualTo("True");
        assertThat(text(disruption, "reason")).isEqualTo("PreemptionByScheduler");
        assertThat(text(disruption, "message"))
                .isEqualTo("default-scheduler: preempting to accommodate a higher priority pod");
        eventually(pods + "/victim", pod -> pod.getJsonObject("metadata").containsKey("deletionTimestamp"));
        merge(pods + "/victim", "{\"metadata\":{\"finalizers\":null}}");
        Requests.awaitGone(pods + "/victim");
        eventually(pods + "/preemptor", pod -> text(pod, "spec", "nodeName").equals("placement-1"));
    }

    @Test
    @DisplayName("scheduling | Preemption | PreemptionExecutionPath ReplicaSets")
    void replicaSets() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        String sets = collection("apps/v1", namespace, "replicasets");
        int[] requests = {200, 300, 450};
        for (int i = 0; i < requests.length; i++) {
            priorityClass("p" + (i + 1), i + 1);
            create(sets, replicaSet("rs-pod" + (i + 1), "placement-p" + (i + 1), requests[i]));
            eventually(
                    sets + "/rs-pod" + (i + 1),
                    set -> set.getJsonObject("status").getInt("readyReplicas", 0) == 1);
        }
        List<String> before = uids(pods);
        priorityClass("p4", 4);
        create(
                pods,
                pod("pod4", "placement-1", "", "{example.com/fakecpu: 500}") + "  priorityClassName: placement-p4\n");
        eventually(pods + "/pod4", pod -> text(pod, "spec", "nodeName").equals("placement-1"));
        // The most important one stays; the others are made anew and find no room.
        await("the victims' successors wait").atMost(Requests.SOON).until(() -> {
            List<JsonObject> now = items(pods);
            return now.size() == 4
                    && now.stream()
                                    .filter(pod -> text(pod, "spec", "nodeName").isEmpty())
                                    .count()
                            == 2;
        });
        List<String> kept = new ArrayList<>(uids(pods));
        kept.retainAll(before);
        assertThat(kept).hasSize(1);
        assertThat(items(pods).stream()
                        .filter(pod -> kept.contains(text(pod, "metadata", "uid")))
                        .map(pod -> text(pod, "spec", "priorityClassName")))
                .containsExactly("placement-p3");
    }

    private static List<String> uids(String pods) {
        return items(pods).stream().map(pod -> text(pod, "metadata", "uid")).toList();
    }

    private static String replicaSet(String name, String priorityClass, int fakecpu) {
        return """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: %s}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: %s}}
                  template:
                    metadata: {labels: {app: %s}}
                    spec:
                      priorityClassName: %s
                      terminationGracePeriodSeconds: 1
                      tolerations: [{key: simulated.coxswain.io/node, operator: Exists}]
                      nodeSelector: {kubernetes.io/hostname: placement-1}
                      containers:
                      - name: main
                        image: app:1
                        resources: {requests: {example.com/fakecpu: %d}, limits: {example.com/fakecpu: %d}}
                """.formatted(name, name, name, priorityClass, fakecpu, fakecpu);
    }

    private void priorityClass(String name, int value) {
        String classes = "/apis/scheduling.k8s.io/v1/priorityclasses";
        create(classes, """
                apiVersion: scheduling.k8s.io/v1
                kind: PriorityClass
                metadata: {name: placement-%s}
                value: %d
                """.formatted(name, value));
        afterwards(classes + "/placement-" + name);
    }

    /** A pod for these nodes, or one of them; what follows the last line is the rest of the container or, less indented, of the spec. */
    private static String pod(String name, String node, String selector, String resources) {
        String more = selector.isEmpty() ? "" : ", " + selector;
        String host = node.isEmpty() ? "" : ", kubernetes.io/hostname: " + node;
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 1
                  tolerations: [{key: simulated.coxswain.io/node, operator: Exists}]
                  nodeSelector: {placement: "true"%s%s}
                  containers:
                  - name: main
                    image: app:1
                    resources: {requests: %s, limits: %s}
                """.formatted(name, more, host, resources, resources);
    }

    private static String refusal(String path) {
        JsonObject pod = eventually(
                path,
                each -> condition(each, "PodScheduled")
                        .filter(condition -> text(condition, "reason").equals("Unschedulable"))
                        .isPresent());
        return text(condition(pod, "PodScheduled").orElseThrow(), "message");
    }
}
