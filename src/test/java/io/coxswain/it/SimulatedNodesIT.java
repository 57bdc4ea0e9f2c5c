package io.coxswain.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection.Answer;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Simulated nodes in a server that is control plane only: scheduler, controllers, Node authorizer and NodeRestriction are the real
 * ones. Only this test's pods tolerate these nodes.
 */
@ExtendWith(ArquillianExtension.class)
class SimulatedNodesIT {
    private static final String NODES = "/api/v1/nodes";
    private static final String NAMESPACE = "/api/v1/namespaces/simulated";
    private static final String PODS = NAMESPACE + "/pods";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/simulated/deployments";
    private static final String JOBS = "/apis/batch/v1/namespaces/simulated/jobs";
    private static final int COUNT = 5;
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final ApiConnection ADMIN = ApiConnection.admin();

    @BeforeAll
    static void addNodes() {
        created(ADMIN.post(
                "/api/v1/namespaces",
                "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"simulated\"}}"));
        for (int i = 0; i < COUNT; i++) {
            created(ADMIN.post(NODES, """
                    {"apiVersion": "v1", "kind": "Node",
                     "metadata": {"name": "simulated-it-%d", "labels": {"simulated.coxswain.io/node": "true"}},
                     "spec": {"taints": [{"key": "simulated.coxswain.io/node", "value": "true", "effect": "NoSchedule"}]}}
                    """.formatted(i)));
        }
        for (int i = 0; i < COUNT; i++) {
            String node = NODES + "/simulated-it-" + i;
            eventually(node, object -> condition(object, "Ready").equals("True"));
        }
    }

    @AfterAll
    static void removeNodes() {
        ADMIN.delete("/api/v1/namespaces/simulated");
        await("the namespace is gone")
                .atMost(SOON)
                .until(() -> ADMIN.get("/api/v1/namespaces/simulated").status() == 404);
        for (int i = 0; i < COUNT; i++) {
            ADMIN.delete(NODES + "/simulated-it-" + i);
        }
    }

    @Test
    void aNodeIsReadyHasALeaseAndSaysWhatItIs() {
        JsonObject node = ADMIN.get(NODES + "/simulated-it-0").json();
        JsonObject status = node.getJsonObject("status");
        assertThat(status.getJsonObject("nodeInfo").getString("containerRuntimeVersion"))
                .startsWith("simulated://");
        assertThat(status.getJsonObject("allocatable").getString("cpu")).isEqualTo("32");
        String leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/simulated-it-0";
        JsonObject lease = eventually(leases, object -> true);
        assertThat(lease.getJsonObject("spec").getString("holderIdentity")).isEqualTo("simulated-it-0");
    }

    @Test
    void aDeploymentOfFiftyBecomesAvailable() {
        created(ADMIN.post(DEPLOYMENTS, """
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
                 "spec": {"replicas": 50, "selector": {"matchLabels": {"app": "web"}},
                  "template": {"metadata": {"labels": {"app": "web"}},
                   "spec": {"tolerations": [{"key": "simulated.coxswain.io/node", "operator": "Exists"}],
                    "containers": [{"name": "web", "image": "web:1"}]}}}}
                """));
        eventually(
                DEPLOYMENTS + "/web", object -> object.getJsonObject("status").getInt("availableReplicas", 0) == 50);
        List<JsonObject> pods = pods("app=web");
        assertThat(pods).hasSize(50).allMatch(pod -> condition(pod, "Ready").equals("True"));
        assertThat(pods.stream()
                        .collect(Collectors.groupingBy(
                                pod -> pod.getJsonObject("spec").getString("nodeName"))))
                .hasSize(COUNT);
        assertThat(pods.stream().map(pod -> pod.getJsonObject("status").getString("podIP")))
                .doesNotHaveDuplicates();

        String name = pods.get(0).getJsonObject("metadata").getString("name");
        Answer logs = ADMIN.get(PODS + "/" + name + "/log");
        assertThat(logs.status()).isEqualTo(501);
        assertThat(logs.json().getString("message")).contains("is simulated: its containers do not run");

        assertThat(ADMIN.patch(DEPLOYMENTS + "/web/scale", "{\"spec\":{\"replicas\":3}}", ApiConnection.MERGE)
                        .status())
                .isEqualTo(200);
        await("the others are gone").atMost(SOON).until(() -> pods("app=web").size() == 3);
    }

    @Test
    void aJobFailsWhereItsScriptSaysSo() {
        created(ADMIN.post(JOBS, """
                {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "flaky"},
                 "spec": {"completions": 3, "parallelism": 3, "completionMode": "Indexed", "backoffLimitPerIndex": 2,
                  "template": {"metadata": {"labels": {"app": "flaky"},
                    "annotations": {"simulated.coxswain.io/exit-code": "0; 1=7,0",
                      "simulated.coxswain.io/termination-message": "scripted"}},
                   "spec": {"restartPolicy": "Never",
                    "tolerations": [{"key": "simulated.coxswain.io/node", "operator": "Exists"}],
                    "containers": [{"name": "work", "image": "work:1"}]}}}}
                """));
        JsonObject job = eventually(
                JOBS + "/flaky", object -> condition(object, "Complete").equals("True"));
        assertThat(job.getJsonObject("status").getInt("succeeded")).isEqualTo(3);
        assertThat(job.getJsonObject("status").getInt("failed")).isEqualTo(1);
        List<JsonObject> failed = pods("app=flaky").stream()
                .filter(pod -> pod.getJsonObject("status").getString("phase").equals("Failed"))
                .toList();
        assertThat(failed).hasSize(1);
        JsonObject end = failed.get(0)
                .getJsonObject("status")
                .getJsonArray("containerStatuses")
                .getJsonObject(0)
                .getJsonObject("state")
                .getJsonObject("terminated");
        assertThat(end.getInt("exitCode")).isEqualTo(7);
        assertThat(end.getString("message")).isEqualTo("scripted");
    }

    @Test
    void eachNodeWritesAsItselfOnly() {
        created(ADMIN.post(PODS, """
                {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "mine"},
                 "spec": {"nodeName": "simulated-it-1", "containers": [{"name": "c", "image": "c:1"}]}}
                """));
        eventually(PODS + "/mine", pod -> condition(pod, "Ready").equals("True"));
        ApiConnection other = ADMIN.with(
                Map.of("Impersonate-User", "system:node:simulated-it-2", "Impersonate-Group", "system:nodes"));
        assertThat(other.patch(PODS + "/mine/status", "{\"status\":{\"phase\":\"Failed\"}}", ApiConnection.MERGE)
                        .status())
                .isEqualTo(403);
    }

    private static void created(Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(201);
    }

    private static JsonObject eventually(String path, Predicate<JsonObject> wanted) {
        await(path).atMost(SOON).pollInterval(Duration.ofMillis(100)).until(() -> {
            Answer answer = ADMIN.get(path);
            return answer.status() == 200 && wanted.test(answer.json());
        });
        return ADMIN.get(path).json();
    }

    private static String condition(JsonObject object, String type) {
        JsonObject status = object.getJsonObject("status");
        if (status == null || !status.containsKey("conditions")) {
            return "";
        }
        return status.getJsonArray("conditions").stream()
                .map(JsonValue::asJsonObject)
                .filter(condition -> condition.getString("type").equals(type))
                .map(condition -> condition.getString("status"))
                .findFirst()
                .orElse("");
    }

    private static List<JsonObject> pods(String selector) {
        return ADMIN.get(PODS + "?labelSelector=" + selector).json().getJsonArray("items").stream()
                .map(JsonValue::asJsonObject)
                .toList();
    }
}
