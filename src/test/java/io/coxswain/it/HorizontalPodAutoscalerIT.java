package io.coxswain.it;

import static io.coxswain.it.ServedResource.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection.Answer;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.function.Predicate;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Autoscalers over pods of a simulated node, whose annotation says what they use; and over pods that nobody measures. */
@ExtendWith(ArquillianExtension.class)
class HorizontalPodAutoscalerIT {
    private static final String NODE = "/api/v1/nodes/autoscaled-it";
    private static final String NAMESPACE = "/api/v1/namespaces/autoscaled";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/autoscaled/deployments";
    private static final String AUTOSCALERS = "/apis/autoscaling/v2/namespaces/autoscaled/horizontalpodautoscalers";
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final ApiConnection ADMIN = ApiConnection.admin();

    @BeforeAll
    static void addNode() {
        created(ADMIN.post(
                "/api/v1/namespaces",
                "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"autoscaled\"}}"));
        created(ADMIN.post("/api/v1/nodes", """
                {"apiVersion": "v1", "kind": "Node",
                 "metadata": {"name": "autoscaled-it", "labels": {"simulated.coxswain.io/node": "true"},
                  "annotations": {"simulated.coxswain.io/usage": "cpu=200m"}},
                 "spec": {"taints": [{"key": "autoscaled", "effect": "NoSchedule"}]}}
                """));
        eventually(NODE, node -> condition(node, "Ready", "status").equals("True"));
    }

    @AfterAll
    static void removeNode() {
        ADMIN.delete(NAMESPACE);
        await("the namespace is gone")
                .atMost(SOON)
                .until(() -> ADMIN.get(NAMESPACE).status() == 404);
        ADMIN.delete(NODE);
    }

    @Test
    void followsTheLoadUpAndDown() {
        deploy("web", "autoscaled");
        eventually(DEPLOYMENTS + "/web", object -> status(object).getInt("availableReplicas", 0) == 1);
        created(ADMIN.post(AUTOSCALERS, """
                {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"},
                 "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
                  "minReplicas": 1, "maxReplicas": 3,
                  "metrics": [{"type": "Resource",
                   "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}],
                  "behavior": {"scaleDown": {"stabilizationWindowSeconds": 0}}}}
                """));
        JsonObject grown =
                eventually(AUTOSCALERS + "/web", object -> status(object).getInt("desiredReplicas", 0) == 2);
        JsonObject metric =
                status(grown).getJsonArray("currentMetrics").getJsonObject(0).getJsonObject("resource");
        assertThat(metric.getJsonObject("current").getInt("averageUtilization")).isEqualTo(100);
        assertThat(condition(grown, "AbleToScale", "reason")).isEqualTo("SucceededRescale");
        assertThat(condition(grown, "ScalingActive", "reason")).isEqualTo("ValidMetricFound");
        eventually(DEPLOYMENTS + "/web", object -> status(object).getInt("availableReplicas", 0) == 2);

        // A changed spec is looked at without waiting for the next 15 seconds.
        touch("web", 4);
        eventually(AUTOSCALERS + "/web", object -> status(object).getInt("desiredReplicas", 0) == 4);
        merge(NODE, "{\"metadata\":{\"annotations\":{\"simulated.coxswain.io/usage\":\"cpu=10m\"}}}");
        touch("web", 5);
        eventually(AUTOSCALERS + "/web", object -> status(object).getInt("desiredReplicas", 0) == 1);
        eventually(DEPLOYMENTS + "/web", object -> status(object).getInt("replicas", 0) == 1);
        await("the events are written").atMost(SOON).until(() -> {
            String events = ADMIN.get(NAMESPACE + "/events").body();
            return events.contains("New size: 2; reason: cpu resource utilization (percentage of request) above target")
                    && events.contains("New size: 1; reason: All metrics below target");
        });
    }

    @Test
    void saysThatNobodyMeasuresAndWarnsOfNothingWhenItIsWritten() {
        deploy("unmeasured", "nowhere");
        Answer answer = ADMIN.post(AUTOSCALERS, """
                {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "unmeasured"},
                 "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "unmeasured"},
                  "maxReplicas": 3}}
                """);
        created(answer);
        assertThat(answer.headers("Warning")).isEmpty();
        JsonObject unable = eventually(
                AUTOSCALERS + "/unmeasured",
                object -> !condition(object, "ScalingActive", "status").isEmpty());
        assertThat(condition(unable, "ScalingActive", "reason")).isEqualTo("FailedGetResourceMetric");
        assertThat(condition(unable, "ScalingActive", "message"))
                .isEqualTo("the HPA was unable to compute the replica count: failed to get cpu utilization: unable to"
                        + " get metrics for resource cpu: unable to fetch metrics from resource metrics API: the"
                        + " server could not find the requested resource (get pods.metrics.k8s.io)");
        assertThat(condition(unable, "AbleToScale", "reason")).isEqualTo("SucceededGetScale");
    }

    private static void deploy(String name, String node) {
        created(ADMIN.post(DEPLOYMENTS, """
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "%s"},
                 "spec": {"selector": {"matchLabels": {"app": "%s"}},
                  "template": {"metadata": {"labels": {"app": "%s"}},
                   "spec": {"tolerations": [{"operator": "Exists"}],
                    "nodeSelector": {"kubernetes.io/hostname": "%s-it"},
                    "containers": [{"name": "web", "image": "web:1",
                     "resources": {"requests": {"cpu": "200m"}}}]}}}}
                """.formatted(name, name, name, node)));
    }

    private static void touch(String autoscaler, int most) {
        merge(AUTOSCALERS + "/" + autoscaler, "{\"spec\":{\"maxReplicas\":" + most + "}}");
    }

    private static void merge(String path, String patch) {
        assertThat(ADMIN.patch(path, patch, ApiConnection.MERGE).status()).isEqualTo(200);
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

    private static JsonObject status(JsonObject object) {
        JsonObject status = object.getJsonObject("status");
        return status == null ? JsonValue.EMPTY_JSON_OBJECT : status;
    }

    private static String condition(JsonObject object, String type, String field) {
        JsonObject status = status(object);
        if (!status.containsKey("conditions")) {
            return "";
        }
        return status.getJsonArray("conditions").getValuesAs(JsonObject.class).stream()
                .filter(condition -> text(condition, "type").equals(type))
                .map(condition -> text(condition, field))
                .findFirst()
                .orElse("");
    }
}
