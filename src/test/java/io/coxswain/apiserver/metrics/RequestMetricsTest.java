package io.coxswain.apiserver.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.registry.ResourceRegistry;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfoParser;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.kinds.core.ConfigMapKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestMetricsTest {
    private final RequestMetrics metrics =
            new RequestMetrics(new ResourceRegistry(List.of(new ConfigMapKind()), List.of()));
    private final MetricsPath path = new MetricsPath(List.of(metrics));

    private static ApiRequest request(String method, String url) {
        String[] parts = url.split("\\?", 2);
        Map<String, List<String>> query = RequestInfoParser.query(parts.length > 1 ? parts[1] : "");
        return new ApiRequest(
                UserInfo.of("jane"),
                RequestInfoParser.parse(method, parts[0], query),
                query,
                RequestBody.NONE,
                "",
                "*/*",
                "",
                "192.0.2.1",
                "1");
    }

    private List<String> lines() {
        ApiResponse.RawResponse answer = (ApiResponse.RawResponse) path.handle(request("GET", "/metrics"));
        assertThat(answer.contentType()).startsWith("text/plain; version=0.0.4");
        return new String(answer.body(), StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void countsAnswersUnderUpstreamsNames() {
        for (int i = 0; i < 2; i++) {
            metrics.begin(request("POST", "/api/v1/namespaces/a/configmaps?dryRun=All"))
                    .answered(201);
        }
        metrics.begin(request("GET", "/api/v1/namespaces/a/configmaps")).answered(200);
        assertThat(lines())
                .contains(
                        "apiserver_request_total{code=\"201\",component=\"apiserver\",dry_run=\"All\",group=\"\","
                                + "resource=\"configmaps\",scope=\"resource\",subresource=\"\",verb=\"POST\",version=\"v1\"} 2.0",
                        "apiserver_request_total{code=\"200\",component=\"apiserver\",dry_run=\"\",group=\"\","
                                + "resource=\"configmaps\",scope=\"namespace\",subresource=\"\",verb=\"LIST\",version=\"v1\"} 1.0")
                .anyMatch(line -> line.startsWith("apiserver_request_duration_seconds_bucket")
                        && line.contains("le=\"60.0\"")
                        && line.contains("verb=\"LIST\""));
    }

    @Test
    void showsWhatIsOnItsWay() {
        RequestMetrics.Running write = metrics.begin(request("DELETE", "/api/v1/namespaces/a/configmaps/x"));
        assertThat(lines())
                .contains(
                        "apiserver_current_inflight_requests{request_kind=\"mutating\"} 1.0",
                        "apiserver_current_inflight_requests{request_kind=\"readOnly\"} 0.0");
        write.answered(200);
        assertThat(lines()).contains("apiserver_current_inflight_requests{request_kind=\"mutating\"} 0.0");
    }

    @Test
    void countsWatchesWhileTheyAreOpenAndTheirEvents() {
        RequestMetrics.Running watch = metrics.begin(request("GET", "/api/v1/configmaps?watch=1"));
        Runnable event = watch.streaming();
        event.run();
        event.run();
        String open = "apiserver_longrunning_requests{component=\"apiserver\",group=\"\",resource=\"configmaps\","
                + "scope=\"cluster\",subresource=\"\",verb=\"WATCH\",version=\"v1\"} ";
        assertThat(lines())
                .contains(open + "1.0")
                .contains("apiserver_watch_events_total{group=\"\",resource=\"configmaps\",version=\"v1\"} 2.0")
                .contains("apiserver_current_inflight_requests{request_kind=\"readOnly\"} 0.0");
        watch.ended(200);
        assertThat(lines())
                .contains(open + "0.0")
                .anyMatch(line -> line.startsWith("apiserver_request_total") && line.contains("verb=\"WATCH\""));
    }

    @Test
    void makesNoSeriesOfWhatNobodyServes() {
        for (int i = 0; i < 1000; i++) {
            metrics.begin(request("GET", "/apis/g" + i + "/v1/things")).answered(404);
            metrics.begin(request("GET", "/api/v1/namespaces/a/configmaps/x/sub" + i))
                    .answered(404);
            metrics.begin(request("GET", "/path" + i)).answered(404);
        }
        assertThat(lines())
                .filteredOn(line -> line.startsWith("apiserver_request_total"))
                .hasSize(2);
    }
}
