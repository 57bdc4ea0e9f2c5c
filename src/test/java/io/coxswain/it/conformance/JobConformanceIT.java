package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.condition;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.deleteCollection;
import static io.coxswain.it.conformance.Requests.deleteInBackground;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.eventuallyItems;
import static io.coxswain.it.conformance.Requests.isTrue;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.status;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.watchFrom;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What upstream's tests of Jobs ask for. Where those have a container look at its index, the simulated node's script does. */
class JobConformanceIT extends SimulatedNodeSuite {
    private static final String FOREVER = "run-time: forever";
    private static final String ODD_INDEXES_FAIL = "exit-code: \"0; 1=1; 3=1\"";
    /** Ends well in the first index and runs on in the others. */
    private static final String FIRST_INDEX_SUCCEEDS = "run-time: \"forever; 0=100ms\"";

    private static final String INDEXED = "completionMode: Indexed\n  ";

    @Test
    @DisplayName("apps | Job | podFailurePolicy on exit code fails early")
    void failsEarly() {
        String path = job(namespace(), 1, 1, """
                backoffLimit: 6
                  podFailurePolicy:
                    rules:
                    - action: FailJob
                      onExitCodes: {containerName: main, operator: In, values: [1]}""", "exit-code: \"1\"");
        JsonObject failed = eventually(path, job -> isTrue(job, "Failed"));
        assertThat(text(condition(failed, "Failed").orElseThrow(), "reason")).isEqualTo("PodFailurePolicy");
        assertThat(status(failed, "failed")).isEqualTo(1);
    }

    @Test
    @DisplayName("apps | Job | apply changes to job status")
    void statuses() {
        String namespace = namespace();
        String path = job(namespace, 2, 4, "", FOREVER);
        running(namespace, 2);
        String patch = "{\"metadata\":{\"annotations\":{\"patchedstatus\":\"true\"}},\"status\":{\"conditions\":["
                + customCondition("2026-01-02T03:04:05Z") + "]}}";
        JsonObject patched = merge(path + "/status", patch);
        assertThat(isTrue(patched, "CustomConditionType")).isTrue();
        assertThat(text(patched, "metadata", "annotations", "patchedstatus")).isEqualTo("true");
        JsonObject updated = update(path + "/status", now -> {
            JsonArrayBuilder conditions = Json.createArrayBuilder();
            now.getJsonObject("status").getJsonArray("conditions").getValuesAs(JsonObject.class).stream()
                    .filter(each -> !text(each, "type").equals("CustomConditionType"))
                    .forEach(conditions::add);
            return with(
                    now,
                    conditions
                            .add(Requests.json(customCondition("2026-01-02T04:05:06Z")))
                            .build(),
                    "status",
                    "conditions");
        });
        assertThat(text(condition(updated, "CustomConditionType").orElseThrow(), "lastTransitionTime"))
                .isEqualTo("2026-01-02T04:05:06Z");
        JsonObject got = read(path + "/status");
        assertThat(uid(got)).isEqualTo(uid(read(path)));
        assertThat(text(condition(got, "CustomConditionType").orElseThrow(), "lastTransitionTime"))
                .isEqualTo("2026-01-02T04:05:06Z");
        assertThat(status(got, "active")).isEqualTo(2);
    }

    private static String customCondition(String changed) {
        return "{\"type\":\"CustomConditionType\",\"status\":\"True\",\"lastTransitionTime\":\"" + changed + "\"}";
    }

    @Test
    @DisplayName("apps | Job | Indexed job completion indexes and hostname")
    void indexed() {
        String namespace = namespace();
        String path = job(namespace, 2, 4, INDEXED, "");
        JsonObject complete = complete(path, "CompletionsReached");
        assertThat(text(complete, "status", "completedIndexes")).isEqualTo("0-3");
        List<JsonObject> pods = items(collection("v1", namespace, "pods"));
        assertThat(pods.stream()
                        .filter(pod -> text(pod, "status", "phase").equals("Succeeded"))
                        .map(pod -> text(pod, "metadata", "annotations", "batch.kubernetes.io/job-completion-index")))
                .containsExactlyInAnyOrder("0", "1", "2", "3");
        assertThat(pods).allSatisfy(pod -> {
            String index = text(pod, "metadata", "annotations", "batch.kubernetes.io/job-completion-index");
            assertThat(text(pod, "metadata", "labels", "batch.kubernetes.io/job-completion-index"))
                    .isEqualTo(index);
            assertThat(text(pod, "spec", "hostname")).isEqualTo("job-" + index);
        });
    }

    @Test
    @DisplayName("apps | Job | delete a job")
    void deletion() {
        String namespace = namespace();
        String path = job(namespace, 2, 4, "", FOREVER);
        running(namespace, 2);
        deleteInBackground(path);
        Requests.awaitGone(path);
        eventuallyItems(collection("v1", namespace, "pods"), List::isEmpty);
    }

    @Test
    @DisplayName("apps | Job | backoffLimitPerIndex executes all indexes")
    void backoffLimitPerIndex() {
        String path = job(namespace(), 2, 4, INDEXED + "backoffLimitPerIndex: 1", ODD_INDEXES_FAIL);
        JsonObject failed = failed(path, "FailedIndexes");
        assertThat(text(failed, "status", "failedIndexes")).isEqualTo("1,3");
        assertThat(text(failed, "status", "completedIndexes")).isEqualTo("0,2");
        assertThat(status(failed, "failed")).isEqualTo(4);
        assertThat(status(failed, "succeeded")).isEqualTo(2);
    }

    @Test
    @DisplayName("apps | Job | FailIndex action")
    void failIndex() {
        String path = job(namespace(), 2, 2, INDEXED + """
                        backoffLimitPerIndex: 1
                          podFailurePolicy:
                            rules:
                            - action: FailIndex
                              onExitCodes: {containerName: main, operator: In, values: [1]}""", ODD_INDEXES_FAIL);
        JsonObject failed = failed(path, "FailedIndexes");
        assertThat(text(failed, "status", "failedIndexes")).isEqualTo("1");
        assertThat(text(failed, "status", "completedIndexes")).isEqualTo("0");
        assertThat(status(failed, "failed")).isEqualTo(1);
        assertThat(status(failed, "succeeded")).isEqualTo(1);
    }

    @Test
    @DisplayName("apps | Job | maxFailedIndexes terminates")
    void maxFailedIndexes() {
        String path =
                job(namespace(), 1, 2, INDEXED + "backoffLimitPerIndex: 0\n  maxFailedIndexes: 0", "exit-code: \"1\"");
        JsonObject failed = failed(path, "MaxFailedIndexesExceeded");
        assertThat(text(failed, "status", "failedIndexes")).isEqualTo("0");
        assertThat(text(failed, "status", "completedIndexes")).isEmpty();
        assertThat(status(failed, "failed")).isEqualTo(1);
        assertThat(status(failed, "succeeded")).isZero();
    }

    @Test
    @DisplayName("apps | Job | successPolicy all indexes")
    void successOfAll() {
        String path = job(
                namespace(), 2, 2, INDEXED + "successPolicy: {rules: [{succeededIndexes: 0-1}]}", "exit-code: \"0\"");
        JsonObject complete = complete(path, "SuccessPolicy");
        assertThat(text(complete, "status", "completedIndexes")).isEqualTo("0,1");
        assertThat(status(complete, "succeeded")).isEqualTo(2);
        assertNothingRuns(complete);
    }

    @Test
    @DisplayName("apps | Job | successPolicy succeededCount")
    void successOfCount() {
        firstIndexSuffices("successPolicy: {rules: [{succeededCount: 1}]}");
    }

    @Test
    @DisplayName("apps | Job | successPolicy succeededIndexes")
    void successOfIndexes() {
        firstIndexSuffices("successPolicy: {rules: [{succeededIndexes: \"0\"}]}");
    }

    /** The others are ended or not begun. */
    private void firstIndexSuffices(String policy) {
        String path = job(namespace(), 2, 5, INDEXED + policy, FIRST_INDEX_SUCCEEDS);
        JsonObject met = eventually(path, job -> isTrue(job, "SuccessCriteriaMet"));
        assertThat(text(condition(met, "SuccessCriteriaMet").orElseThrow(), "reason"))
                .isEqualTo("SuccessPolicy");
        JsonObject complete = complete(path, "SuccessPolicy");
        assertThat(text(complete, "status", "completedIndexes")).isEqualTo("0");
        assertThat(status(complete, "succeeded")).isEqualTo(1);
        assertNothingRuns(complete);
    }

    private static void assertNothingRuns(JsonObject job) {
        assertThat(status(job, "active")).isZero();
        assertThat(status(job, "ready")).isZero();
        assertThat(status(job, "terminating")).isZero();
    }

    @Test
    @DisplayName("apps | Job | manage lifecycle")
    void lifecycle() {
        String namespace = namespace();
        String jobs = collection("batch/v1", namespace, "jobs");
        String selector = "e2e-job-label=" + namespace;
        try (Watch watch = watchFrom(text(read(jobs), "metadata", "resourceVersion"), jobs, "")) {
            String path = job(namespace, 2, 4, "suspend: true", "");
            next(watch, "ADDED", job -> true);
            mergeLabel(path, "e2e-job-label", namespace);
            next(
                    watch,
                    "MODIFIED",
                    job -> text(job, "metadata", "labels", "e2e-job-label").equals(namespace));
            eventually(path, job -> isTrue(job, "Suspended"));
            assertThat(items(collection("v1", namespace, "pods"))).isEmpty();
            update(
                    path,
                    now -> with(
                            with(now, JsonValue.FALSE, "spec", "suspend"),
                            "true",
                            "metadata",
                            "annotations",
                            "updated"));
            next(
                    watch,
                    "MODIFIED",
                    job -> text(job, "metadata", "annotations", "updated").equals("true"));
            assertThat(names("/apis/batch/v1/jobs?labelSelector=" + selector)).containsExactly("job");
            JsonObject complete = next(watch, "MODIFIED", job -> isTrue(job, "Complete"));
            assertThat(status(complete, "succeeded")).isEqualTo(4);
            assertThat(condition(complete, "Suspended").orElseThrow().getString("status"))
                    .isEqualTo("False");
            deleteCollection(jobs, selector);
            next(watch, "DELETED", job -> name(job).equals("job"));
        }
        assertThat(items(jobs)).isEmpty();
    }

    @Test
    @DisplayName("apps | Job | adopt matching orphans and release non-matching pods")
    void adoptAndRelease() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        String owner = uid(read(job(namespace, 2, 4, "", FOREVER)));
        String path = pods + "/" + name(running(namespace, 2).get(0));
        merge(path, "{\"metadata\":{\"ownerReferences\":null}}");
        eventually(path, pod -> controller(pod).equals(owner));
        merge(path, "{\"metadata\":{\"labels\":null}}");
        eventually(path, pod -> controller(pod).isEmpty());
    }

    /** Makes a Job; more lines of its spec are indented by two. */
    private static String job(String namespace, int parallelism, int completions, String more, String script) {
        String jobs = collection("batch/v1", namespace, "jobs");
        create(jobs, """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: job}
                spec:
                  parallelism: %d
                  completions: %d
                  template: %s
                  %s
                """.formatted(
                        parallelism,
                        completions,
                        PodTemplate.of("job: foo").script(script).spec("restartPolicy: Never"),
                        more));
        return jobs + "/job";
    }

    private static List<JsonObject> running(String namespace, int count) {
        return readyPods(collection("v1", namespace, "pods"), "job-name=job", count);
    }

    private static JsonObject failed(String path, String reason) {
        return ended(path, "Failed", reason);
    }

    private static JsonObject complete(String path, String reason) {
        return ended(path, "Complete", reason);
    }

    private static JsonObject ended(String path, String condition, String reason) {
        JsonObject job = eventually(path, found -> isTrue(found, condition));
        assertThat(text(condition(job, condition).orElseThrow(), "reason")).isEqualTo(reason);
        return job;
    }
}
