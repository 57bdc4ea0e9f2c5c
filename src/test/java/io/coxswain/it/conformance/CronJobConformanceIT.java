package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.read;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What upstream's tests of CronJobs ask for. The CronJobs of all tests are made together, so that they wait for the same full minute;
 * one run of each is overdue from the beginning, so that it is the second run for which they wait.
 */
class CronJobConformanceIT extends SimulatedNodeSuite {
    private static final Duration A_MINUTE = Duration.ofSeconds(80);

    /** The jobs of the overdue runs, by the CronJobs' concurrency policies. */
    private static final Map<String, JsonObject> FIRST = new HashMap<>();

    private static String inNamespace = "";

    @BeforeAll
    static void createCronJobs() {
        inNamespace = furnishedNamespace();
        // An instant's text always has its seconds, as RFC 3339 wants.
        String overdue = Instant.now()
                .minus(Duration.ofMinutes(2))
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        for (String policy : List.of("Allow", "Forbid", "Replace", "Suspended")) {
            String path = cronJob(policy);
            create(collection("batch/v1", inNamespace, "cronjobs"), """
                    apiVersion: batch/v1
                    kind: CronJob
                    metadata: {name: %s}
                    spec:
                      schedule: "*/1 * * * ?"
                      concurrencyPolicy: %s
                      suspend: true
                      jobTemplate: {spec: {template: %s}}
                    """.formatted(
                            name(policy),
                            policy.equals("Suspended") ? "Allow" : policy,
                            PodTemplate.of("cronjob: " + name(policy))
                                    .script("run-time: forever")
                                    .spec("restartPolicy: OnFailure")));
            merge(path + "/status", "{\"status\":{\"lastScheduleTime\":\"" + overdue + "\"}}");
            if (!policy.equals("Suspended")) {
                merge(path, "{\"spec\":{\"suspend\":false}}");
            }
        }
        for (String policy : List.of("Allow", "Forbid", "Replace")) {
            FIRST.put(
                    policy,
                    active(eventually(cronJob(policy), found -> active(found).size() == 1))
                            .getJsonObject(0));
        }
    }

    @AfterAll
    static void removeCronJobs() {
        delete("/api/v1/namespaces/" + inNamespace);
    }

    @Test
    @DisplayName("apps | CronJob | schedule multiple jobs concurrently")
    void concurrently() {
        eventually(cronJob("Allow"), A_MINUTE, found -> active(found).size() > 1);
        assertThat(running("Allow")).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    @DisplayName("apps | CronJob | ForbidConcurrent")
    void forbidden() {
        // The next run is due, and refused.
        JsonObject refused = eventually(
                collection("v1", inNamespace, "events")
                        + "?fieldSelector=reason%3DJobAlreadyActive,involvedObject.name%3D" + name("Forbid"),
                A_MINUTE,
                found -> !found.getJsonArray("items").isEmpty());
        assertThat(text(refused.getJsonArray("items").getJsonObject(0), "message"))
                .isEqualTo("Not starting job because prior execution is running and concurrency policy is Forbid");
        assertThat(active(read(cronJob("Forbid")))).containsExactly(FIRST.get("Forbid"));
        assertThat(running("Forbid")).hasSize(1);
    }

    @Test
    @DisplayName("apps | CronJob | ReplaceConcurrent")
    void replaced() {
        JsonObject first = FIRST.get("Replace");
        JsonObject second = eventually(
                cronJob("Replace"),
                A_MINUTE,
                found -> active(found).size() == 1 && !active(found).contains(first));
        List<JsonObject> running = running("Replace");
        assertThat(running).hasSize(1);
        assertThat(uid(running.get(0)))
                .isEqualTo(text(active(second).getJsonObject(0), "uid"))
                .isNotEqualTo(text(first, "uid"));
    }

    @Test
    @DisplayName("apps | CronJob | suspended")
    void suspended() {
        // As long as another of the same schedule needs for its second run.
        eventually(cronJob("Allow"), A_MINUTE, found -> active(found).size() > 1);
        JsonObject suspended = read(cronJob("Suspended"));
        assertThat(active(suspended)).isEmpty();
        assertThat(jobs("Suspended")).isEmpty();
    }

    private static String name(String policy) {
        return "cron-" + policy.toLowerCase(java.util.Locale.ROOT);
    }

    private static String cronJob(String policy) {
        return collection("batch/v1", inNamespace, "cronjobs") + "/" + name(policy);
    }

    private static JsonArray active(JsonObject cronJob) {
        JsonArray active = cronJob.getJsonObject("status").getJsonArray("active");
        return active == null ? JsonArray.EMPTY_JSON_ARRAY : active;
    }

    private static List<JsonObject> jobs(String policy) {
        String owner = uid(read(cronJob(policy)));
        return items(collection("batch/v1", inNamespace, "jobs")).stream()
                .filter(job -> controller(job).equals(owner))
                .toList();
    }

    /** Its jobs that have not ended and are not about to. */
    private static List<JsonObject> running(String policy) {
        return jobs(policy).stream()
                .filter(job -> !deleting(job) && !Requests.isTrue(job, "Complete") && !Requests.isTrue(job, "Failed"))
                .toList();
    }
}
