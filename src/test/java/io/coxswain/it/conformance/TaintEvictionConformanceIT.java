package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.condition;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods that tolerate a taint for some time only. */
class TaintEvictionConformanceIT extends ConformanceSuite {
    @RegisterExtension
    static final SimulatedPool NODES = new SimulatedPool("evicting", 1);

    private static final String NODE = SimulatedPool.NODES + "/evicting-1";

    private static void taint(String taints) {
        merge(NODE, "{\"spec\":{\"taints\":" + taints + "}}");
    }

    private static void taint() {
        taint("[{\"key\":\"kubernetes.io/e2e-evict-taint-key\",\"value\":\"evictTaintVal\",\"effect\":\"NoExecute\"}]");
    }

    @AfterEach
    void removeTaint() {
        taint("null");
    }

    /** The path of a pod that runs on the node and tolerates the taint. */
    private static String pod(String pods, String name, String tolerations) {
        create(pods, """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 0
                  tolerations: [%s]
                  nodeName: evicting-1
                  containers: [{name: pause, image: "appl-x:1.18"}]
                """.formatted(name, tolerations));
        eventually(pods + "/" + name, pod -> text(pod, "status", "phase").equals("Running"));
        return pods + "/" + name;
    }

    private static String toleration(int seconds) {
        return "{key: kubernetes.io/e2e-evict-taint-key, value: evictTaintVal, effect: NoExecute, tolerationSeconds: "
                + seconds + "}";
    }

    @Test
    @DisplayName("node | Taint eviction | removing taint cancels eviction")
    void cancelled() {
        String pods = collection("v1", "pods");
        String path = pod(pods, "taint-eviction-4", toleration(3));
        taint();
        stays(path, Duration.ofMillis(500));
        taint("null");
        stays(path, Duration.ofSeconds(4));
        assertThat(Requests.events(pods, "TaintManagerEviction", "taint-eviction-4"))
                .extracting(event -> text(event, "message"))
                .anyMatch(message -> message.startsWith("Cancelling deletion of Pod"));
    }

    private static void stays(String path, Duration time) {
        await(path + " stays")
                .during(time)
                .atMost(Requests.SOON)
                .until(() -> !read(path).getJsonObject("metadata").containsKey("deletionTimestamp"));
    }

    @Test
    @DisplayName("node | Taint eviction | evicts pods with minTolerationSeconds")
    void evicted() {
        String pods = collection("v1", "pods");
        JsonObject before = read(pods);
        // Of two tolerations the shorter one holds.
        pod(
                pods,
                "taint-eviction-b1",
                toleration(1) + ", {operator: Exists, effect: NoExecute, tolerationSeconds: 300}");
        pod(pods, "taint-eviction-b2", toleration(3));
        taint();
        try (Watch watch = watchAfter(before, pods, "")) {
            assertThat(text(disrupted(watch), "metadata", "name")).isEqualTo("taint-eviction-b1");
            assertThat(text(disrupted(watch), "metadata", "name")).isEqualTo("taint-eviction-b2");
        }
    }

    /** The next pod that is gone. */
    private static JsonObject disrupted(Watch watch) {
        JsonObject gone = next(watch, "DELETED", pod -> true);
        JsonObject disruption = condition(gone, "DisruptionTarget").orElseThrow();
        assertThat(text(disruption, "reason")).isEqualTo("DeletionByTaintManager");
        assertThat(text(disruption, "message")).isEqualTo("Taint manager: deleting due to NoExecute taint");
        return gone;
    }
}
