package io.coxswain.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.RequestInfoParser;
import io.coxswain.apiserver.request.RequestOrigin;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.codec.JsonCodec;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuditorTest {
    private static final UserInfo ADMIN = UserInfo.of("admin", "system:masters");
    private static final UserInfo JANE = UserInfo.of("jane", "developers");
    private static final String SECRET = "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\","
            + "\"managedFields\":[{\"manager\":\"kubectl\"}]},\"data\":{\"password\":\"aHVudGVyMg==\"}}";

    private final List<AuditEvent> events = new ArrayList<>();
    private final Auditor auditor = new Auditor(
            List.of((AuditSink) events::add),
            Clock.fixed(Instant.parse("2026-01-02T03:04:05.000600Z"), ZoneOffset.UTC));

    private void record(AuditLevel level) {
        AuditPolicy.Rule rule = new AuditPolicy.Rule(
                level,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Set.of(),
                java.util.Optional.of(true));
        auditor.use(new AuditPolicy(List.of(rule), Set.of(AuditStage.REQUEST_RECEIVED), false));
    }

    private static ApiRequest request(String method, String path, String body) {
        RequestInfo info = RequestInfoParser.parse(method, path, Map.of());
        return new ApiRequest(
                JANE,
                info,
                Map.of(),
                body.isEmpty() ? RequestBody.NONE : new RequestBody.Encoded(body.getBytes(StandardCharsets.UTF_8)),
                "application/json",
                "*/*",
                "kubectl/v1.34.0",
                "192.0.2.7",
                "id-1",
                new RequestOrigin(ADMIN, List.of("198.51.100.1", "192.0.2.7"), path + "?pretty=true"));
    }

    private JsonObject only() {
        assertThat(events).hasSize(1);
        return JsonCodec.parseObject(AuditEventEncoder.encode(events.get(0)));
    }

    private static ApiResponse created(String json) {
        return new ApiResponse.ObjectResponse(
                201, new TreeObject(JsonCodec.parseObject(json.getBytes(StandardCharsets.UTF_8))), List.of());
    }

    @Test
    void tellsWhoDidWhatFromWhere() {
        record(AuditLevel.METADATA);
        AuditContext context = auditor.begin(request("POST", "/api/v1/namespaces/a/secrets", SECRET));
        context.annotate("authorization.k8s.io/decision", "allow");
        context.annotate("authorization.k8s.io/decision", "forbid");
        context.answered(created(SECRET));
        assertThat(only()).isEqualTo(JsonCodec.parseObject("""
                        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"id-1",
                         "stage":"ResponseComplete","requestURI":"/api/v1/namespaces/a/secrets?pretty=true","verb":"create",
                         "user":{"username":"admin","groups":["system:masters"]},
                         "impersonatedUser":{"username":"jane","groups":["developers"]},
                         "sourceIPs":["198.51.100.1","192.0.2.7"],"userAgent":"kubectl/v1.34.0",
                         "objectRef":{"resource":"secrets","namespace":"a","name":"s","apiVersion":"v1"},
                         "responseStatus":{"metadata":{},"code":201},
                         "requestReceivedTimestamp":"2026-01-02T03:04:05.000600Z",
                         "stageTimestamp":"2026-01-02T03:04:05.000600Z",
                         "annotations":{"authorization.k8s.io/decision":"allow"}}
                        """.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void keepsBodiesOutAtMetadata() {
        record(AuditLevel.METADATA);
        auditor.begin(request("POST", "/api/v1/namespaces/a/secrets", SECRET)).answered(created(SECRET));
        assertThat(only().toString()).doesNotContain("aHVudGVyMg==");
        assertThat(events.get(0).requestObject()).isEqualTo(RequestBody.NONE);
    }

    @Test
    void showsBodiesAtTheirLevelsWithoutManagedFields() {
        record(AuditLevel.REQUEST);
        auditor.begin(request("POST", "/api/v1/namespaces/a/secrets", SECRET)).answered(created(SECRET));
        ObjectView request = new ObjectView(only());
        assertThat(request.at("requestObject", "data", "password")).isPresent();
        assertThat(request.at("requestObject", "metadata", "managedFields")).isEmpty();
        assertThat(request.at("responseObject")).isEmpty();
        events.clear();
        record(AuditLevel.REQUEST_RESPONSE);
        auditor.begin(request("POST", "/api/v1/namespaces/a/secrets", SECRET)).answered(created(SECRET));
        assertThat(new ObjectView(only()).at("responseObject", "data", "password"))
                .isPresent();
    }

    @Test
    void recordsAListWithoutEatingIt() {
        record(AuditLevel.REQUEST_RESPONSE);
        TreeObject item = new TreeObject(JsonCodec.parseObject(SECRET.getBytes(StandardCharsets.UTF_8)));
        ApiResponse sent = auditor.begin(request("GET", "/api/v1/namespaces/a/secrets", ""))
                .answered(new ApiResponse.ListResponse(
                        "v1", "SecretList", "7", "", -1, List.of(item, item).iterator(), List.of()));
        assertThat(((ApiResponse.ListResponse) sent).items()).toIterable().hasSize(2);
        assertThat(only().getJsonObject("responseObject").getJsonArray("items")).hasSize(2);
    }

    @Test
    void dropsBodiesThatAreTooLargeAndSaysSo() {
        record(AuditLevel.REQUEST_RESPONSE);
        String large = SECRET.replace("aHVudGVyMg==", "a".repeat(AuditEventEncoder.MAX_EVENT));
        auditor.begin(request("POST", "/api/v1/namespaces/a/secrets", large)).answered(created(large));
        JsonObject event = only();
        assertThat(event).doesNotContainKeys("requestObject", "responseObject");
        assertThat(event.getJsonObject("annotations").getString("audit.k8s.io/truncated"))
                .isEqualTo("true");
        assertThat(events.get(0).bytes()).isLessThan(10_000);
    }

    @Test
    void tellsFailuresWithTheirStatus() {
        record(AuditLevel.METADATA);
        AuditContext context = auditor.begin(request("DELETE", "/api/v1/namespaces/a/pods/x", ""));
        context.failed(ApiException.notFound(new GroupResource("", "pods"), "x"));
        context.panicked(new IllegalStateException("later"));
        JsonObject status = only().getJsonObject("responseStatus");
        assertThat(status.getInt("code")).isEqualTo(404);
        assertThat(status.getString("status")).isEqualTo("Failure");
        assertThat(status.getString("reason")).isEqualTo("NotFound");
        assertThat(status.getJsonObject("details").getString("name")).isEqualTo("x");
    }

    @Test
    void tellsFaultsOfTheServerAsPanic() {
        record(AuditLevel.METADATA);
        auditor.begin(request("GET", "/api/v1/namespaces/a/pods/x", "")).panicked(new IllegalStateException("broken"));
        assertThat(only().getString("stage")).isEqualTo("Panic");
        assertThat(only().getJsonObject("responseStatus").getInt("code")).isEqualTo(500);
    }

    @Test
    void tellsStreamsAtTheirStartAndAtTheirEnd() {
        record(AuditLevel.METADATA);
        AuditContext context = auditor.begin(request("GET", "/api/v1/namespaces/a/pods/x/log", ""));
        context.started(200);
        context.closed();
        context.closed();
        assertThat(events)
                .extracting(AuditEvent::stage)
                .containsExactly(AuditStage.RESPONSE_STARTED, AuditStage.RESPONSE_COMPLETE);
        assertThat(events).extracting(AuditEvent::code).containsOnly(200);
    }

    @Test
    void costsNothingWhereThePolicySaysNone() {
        record(AuditLevel.NONE);
        AuditContext context = auditor.begin(request("GET", "/api/v1/pods", ""));
        context.failed(ApiException.unauthorized(""));
        assertThat(context.isOn()).isFalse();
        assertThat(events).isEmpty();
    }

    @Test
    void survivesASinkThatFails() {
        Auditor broken = new Auditor(
                List.of(
                        event -> {
                            throw new IllegalStateException("sink");
                        },
                        (AuditSink) events::add),
                Clock.systemUTC());
        broken.use(AuditPolicyReader.standard(AuditLevel.METADATA));
        broken.begin(request("GET", "/api/v1/namespaces/a/pods/x", "")).failed(ApiException.unauthorized(""));
        assertThat(events).hasSize(1);
    }
}
