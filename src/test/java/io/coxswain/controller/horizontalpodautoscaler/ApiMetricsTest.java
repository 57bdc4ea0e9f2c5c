package io.coxswain.controller.horizontalpodautoscaler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ObjectCodec;
import io.coxswain.meta.selector.LabelSelector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ApiMetricsTest {
    private static final LabelSelector PODS = LabelSelector.parse("app=x,tier!=a");
    private static final LabelSelector ALL = LabelSelector.everything();

    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final ApiMetrics metrics = new ApiMetrics(api.client(timers));
    private final List<ApiRequest> asked = new ArrayList<>();

    @Test
    void addsUpWhatContainersUse() throws MetricsException {
        serve("/apis/metrics.k8s.io/v1beta1/namespaces/ns/pods", """
                {"items": [
                 {"metadata": {"name": "a", "namespace": "ns"}, "timestamp": "2026-01-01T00:00:00Z", "window": "30s",
                  "containers": [{"name": "main", "usage": {"cpu": "250m"}}, {"name": "log", "usage": {"cpu": "5000000n"}}]},
                 {"metadata": {"name": "b", "namespace": "ns"}, "timestamp": "2026-01-01T00:00:00Z", "window": "30s",
                  "containers": [{"name": "main", "usage": {"cpu": "1"}}, {"name": "log", "usage": {"memory": "1Mi"}}]}]}
                """);
        assertThat(metrics.usage("ns", PODS, "cpu", ""))
                .isEqualTo(
                        Map.of("a", new PodMetric(Instant.parse("2026-01-01T00:00:00Z"), Duration.ofSeconds(30), 255)));
        assertThat(asked.get(0).parameter("labelSelector")).contains("app=x,tier!=a");
        assertThat(metrics.usage("ns", PODS, "cpu", "main").get("b").milliValue())
                .isEqualTo(1000);
        failure(
                "failed to get container metrics: container other not present in metrics for pod ns/a",
                () -> metrics.usage("ns", PODS, "cpu", "other"));
    }

    @Test
    void saysInClientGosWordsThatNobodyServesTheApis() {
        failure(
                "unable to fetch metrics from resource metrics API: the server could not find the requested resource"
                        + " (get pods.metrics.k8s.io)",
                () -> metrics.usage("ns", PODS, "cpu", ""));
        failure(
                "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io)"
                        + " registered",
                () -> metrics.ofPods("ns", PODS, "requests", ALL));
        failure(
                "unable to fetch metrics from external metrics API: the server could not find the requested resource"
                        + " (get queue.external.metrics.k8s.io)",
                () -> metrics.external("ns", "queue", ALL));
    }

    @Test
    void anEmptyAnswerIsNoMeasurement() {
        api.extend(request -> Optional.of(tree("{\"items\": []}")));
        failure("no metrics returned from resource metrics API", () -> metrics.usage("ns", PODS, "cpu", ""));
        failure("no metrics returned from custom metrics API", () -> metrics.ofPods("ns", PODS, "requests", ALL));
        failure("no metrics returned from external metrics API", () -> metrics.external("ns", "queue", ALL));
    }

    @Test
    void asksForAMetricOfPods() throws MetricsException {
        serve("/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/pods/*/requests", """
                {"items": [{"describedObject": {"kind": "Pod", "name": "a"}, "metric": {"name": "requests"},
                            "timestamp": "2026-01-01T00:00:00Z", "windowSeconds": 20, "value": "1500m"},
                           {"describedObject": {"kind": "Pod", "name": "b"}, "value": "2"}]}
                """);
        Map<String, PodMetric> values = metrics.ofPods("ns", PODS, "requests", LabelSelector.parse("verb=GET"));
        assertThat(values.get("a"))
                .isEqualTo(new PodMetric(Instant.parse("2026-01-01T00:00:00Z"), Duration.ofSeconds(20), 1500));
        assertThat(values.get("b").milliValue()).isEqualTo(2000);
        assertThat(values.get("b").window()).isEqualTo(Duration.ofMinutes(1));
        assertThat(asked.get(0).parameter("labelSelector")).contains("app=x,tier!=a");
        assertThat(asked.get(0).parameter("metricLabelSelector")).contains("verb=GET");
    }

    @Test
    void asksForAMetricOfAnObjectInTheOlderVersionIfNeedBe() throws MetricsException {
        serve("/apis/custom.metrics.k8s.io/v1beta1/namespaces/ns/deployments.apps/web/hits", """
                {"items": [{"describedObject": {"kind": "Deployment", "name": "web"}, "value": "7"}]}
                """);
        assertThat(metrics.ofObject("ns", "apps/v1", "Deployment", "web", "hits", ALL))
                .isEqualTo(7000);
        serve("/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/metrics/hits", "{\"items\": [{\"value\": \"9\"}]}");
        assertThat(metrics.ofObject("ns", "v1", "Namespace", "another", "hits", ALL))
                .isEqualTo(9000);
        failure(
                "unable to fetch metrics from custom metrics API: no matches for kind \"Thing\" in group \"a.b\"",
                () -> metrics.ofObject("ns", "a.b/v1", "Thing", "x", "hits", ALL));
    }

    @Test
    void asksForAllSeriesOfAnExternalMetric() throws MetricsException {
        serve("/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/queue", """
                {"items": [{"metricName": "queue", "value": "3"}, {"metricName": "queue", "value": "500m"}]}
                """);
        assertThat(metrics.external("ns", "queue", LabelSelector.parse("name=work")))
                .containsExactly(3000L, 500L);
        assertThat(asked.get(0).parameter("labelSelector")).contains("name=work");
    }

    @Test
    void whatIsNoQuantityIsAFailure() {
        serve("/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/queue", "{\"items\": [{\"value\": \"many\"}]}");
        assertThatExceptionOfType(MetricsException.class)
                .isThrownBy(() -> metrics.external("ns", "queue", ALL))
                .withMessageStartingWith("\"many\" is no quantity");
    }

    private void serve(String path, String answer) {
        api.extend(request -> {
            if (!request.info().path().equals(path)) {
                return Optional.empty();
            }
            asked.add(request);
            return Optional.of(tree(answer));
        });
    }

    private static jakarta.json.JsonObject tree(String json) {
        return ObjectCodec.tree(json.getBytes(StandardCharsets.UTF_8));
    }

    private static void failure(String message, ThrowingCallable call) {
        assertThatExceptionOfType(MetricsException.class).isThrownBy(call).withMessage(message);
    }
}
