package io.coxswain.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection.Answer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the server tells about the requests that it serves: the audit log and the metrics. */
@ExtendWith(ArquillianExtension.class)
class ObservationIT {
    private static final String SECRETS = "/api/v1/namespaces/default/secrets";
    private final ApiConnection admin = ApiConnection.admin();

    @Test
    void aWriteIsAuditedWithoutWhatWasWritten() {
        String id = UUID.randomUUID().toString();
        Answer created = admin.with(Map.of("Audit-ID", id)).post(SECRETS, """
                {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "audited"}, "stringData": {"p": "hunter2-it"}}
                """);
        assertThat(created.status()).as("%s", created).isEqualTo(201);
        assertThat(created.header("Audit-ID")).isEqualTo(id);

        JsonObject event = event(id, "ResponseComplete");
        assertThat(event.getString("kind")).isEqualTo("Event");
        assertThat(event.getString("apiVersion")).isEqualTo("audit.k8s.io/v1");
        assertThat(event.getString("level")).isEqualTo("Metadata");
        assertThat(event.getString("verb")).isEqualTo("create");
        assertThat(event.getString("requestURI")).isEqualTo(SECRETS);
        assertThat(event.getJsonObject("user").getJsonArray("groups").toString())
                .contains("system:masters");
        assertThat(event.getJsonObject("objectRef").getString("resource")).isEqualTo("secrets");
        assertThat(event.getJsonObject("objectRef").getString("namespace")).isEqualTo("default");
        assertThat(event.getJsonObject("responseStatus").getInt("code")).isEqualTo(201);
        assertThat(event.getJsonObject("annotations").getString("authorization.k8s.io/decision"))
                .isEqualTo("allow");
        assertThat(log()).doesNotContain("hunter2-it");
        admin.delete(SECRETS + "/audited");
    }

    @Test
    void refusalsAreAudited() {
        String forbidden = UUID.randomUUID().toString();
        admin.with(Map.of("Audit-ID", forbidden, "Impersonate-User", "jane")).get(SECRETS);
        JsonObject event = event(forbidden, "ResponseComplete");
        assertThat(event.getJsonObject("responseStatus").getInt("code")).isEqualTo(403);
        assertThat(event.getJsonObject("impersonatedUser").getString("username"))
                .isEqualTo("jane");
        assertThat(event.getJsonObject("annotations").getString("authorization.k8s.io/decision"))
                .isEqualTo("forbid");

        String stranger = UUID.randomUUID().toString();
        ApiConnection.withToken("a.b.c").with(Map.of("Audit-ID", stranger)).get(SECRETS);
        assertThat(event(stranger, "ResponseComplete")
                        .getJsonObject("responseStatus")
                        .getInt("code"))
                .isEqualTo(401);
    }

    @Test
    void aWatchIsAuditedWhenItBeginsAndWhenItEnds() {
        String id = UUID.randomUUID().toString();
        Answer watched = admin.with(Map.of("Audit-ID", id)).get(SECRETS + "?watch=true&timeoutSeconds=1");
        assertThat(watched.status()).isEqualTo(200);
        assertThat(event(id, "ResponseStarted").getString("verb")).isEqualTo("watch");
        assertThat(event(id, "ResponseComplete").getString("verb")).isEqualTo("watch");
    }

    @Test
    void theAuditLogIsItsOwnersOnly() throws IOException {
        admin.get(SECRETS);
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(file()));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void metricsHaveUpstreamsNamesAndCount() {
        admin.get("/api/v1/namespaces/default/configmaps");
        double before = value("apiserver_request_total", "resource=\"configmaps\"", "verb=\"LIST\"", "code=\"200\"");
        admin.get("/api/v1/namespaces/default/configmaps");
        admin.get("/api/v1/namespaces/default/configmaps");
        assertThat(value("apiserver_request_total", "resource=\"configmaps\"", "verb=\"LIST\"", "code=\"200\""))
                .isEqualTo(before + 2);

        String text = metrics();
        assertThat(text)
                .contains(
                        "# TYPE apiserver_request_duration_seconds histogram",
                        "apiserver_current_inflight_requests{",
                        "apiserver_longrunning_requests",
                        "apiserver_storage_objects{",
                        "apiserver_flowcontrol_",
                        "workqueue_depth{",
                        "coxswain_store_",
                        "process_resident_memory_bytes");
    }

    @Test
    void everyLoopsQueueHasItsFiguresUnderUpstreamsName() {
        String text = metrics();
        for (String queue : List.of(
                "ClusterRoleAggregator",
                "certificate",
                "cronjob",
                "daemonset",
                "deployment",
                "disruption",
                "endpoint",
                "endpoint_slice",
                "endpoint_slice_mirroring",
                "garbage_collector_attempt_to_delete",
                "horizontalpodautoscaler",
                "job",
                "namespace",
                "replicaset",
                "replicationmanager",
                "root_ca_cert_publisher",
                "serviceaccount",
                "statefulset",
                "token_cleaner",
                "ttl_jobs_to_delete")) {
            String label = "{name=\"" + queue + "\"} ";
            assertThat(text)
                    .contains(
                            "workqueue_depth" + label,
                            "workqueue_adds_total" + label,
                            "workqueue_retries_total" + label,
                            "workqueue_unfinished_work_seconds" + label,
                            "workqueue_longest_running_processor_seconds" + label,
                            "workqueue_queue_duration_seconds_count" + label,
                            "workqueue_work_duration_seconds_count" + label);
        }
    }

    @Test
    void metricsAreNotForEverybody() {
        Answer refused = ApiConnection.anonymous().get("/metrics");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().getString("message"))
                .isEqualTo("forbidden: User \"system:anonymous\" cannot get path \"/metrics\"");
    }

    private String metrics() {
        Answer answer = admin.get("/metrics");
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("text/plain");
        return answer.body();
    }

    private double value(String name, String... labels) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Waits for the event of a request's stage: the log is written behind the answer. */
    private static JsonObject event(String id, String stage) {
        return await("audit event " + id + " at " + stage)
                .atMost(Duration.ofSeconds(20))
                .until(
                        () -> log().lines()
                                .filter(line -> line.contains(id) && line.contains(stage))
                                .findFirst()
                                .map(ObservationIT::parse)
                                .orElse(null),
                        java.util.Objects::nonNull);
    }

    private static JsonObject parse(String line) {
        try (JsonReader reader = Json.createReader(new StringReader(line))) {
            return reader.readObject();
        }
    }

    private static Path file() {
        return TestServer.get().data().resolve("logs/audit.log");
    }

    private static String log() {
        try {
            return Files.exists(file()) ? Files.readString(file()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
