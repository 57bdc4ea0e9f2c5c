package io.coxswain.kinds.batch;

import static io.coxswain.kinds.KindAssert.assertThatKind;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.kinds.Trees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.Test;

class JobKindTest {
    private static final String JOB = """
            metadata: {name: pi, uid: u1}
            spec:
              template: {spec: {restartPolicy: Never, containers: [{name: c, image: "x:1"}]}}
            """;

    @Test
    void aJobGetsASelectorOfItsOwn() {
        JobKind kind = new JobKind();
        ObjectView job = new ObjectView(kind.prepareForCreate(kind.defaults(Trees.yaml(JOB))));
        assertThat(job.object("spec", "selector"))
                .isEqualTo(Trees.yaml("matchLabels: {batch.kubernetes.io/controller-uid: u1}"));
        assertThat(job.texts("spec", "template", "metadata", "labels"))
                .containsEntry("job-name", "pi")
                .containsEntry("batch.kubernetes.io/job-name", "pi")
                .containsEntry("controller-uid", "u1")
                .containsEntry("batch.kubernetes.io/controller-uid", "u1");
        assertThat(job.number("spec", "completions")).contains(1L);
        assertThat(job.number("spec", "backoffLimit")).contains(6L);
        assertThat(job.text("spec", "podReplacementPolicy")).isEqualTo("TerminatingOrFailed");
        assertThatKind(kind).valid(JOB);
    }

    @Test
    void pendingWorkQueuesHaveNoCompletions() {
        ObjectView queue = new ObjectView(new JobKind().defaults(Trees.yaml("spec: {parallelism: 3}")));
        assertThat(queue.number("spec", "completions")).isEmpty();
    }

    @Test
    void faultsAreNamedAsUpstreamNamesThem() {
        assertThatKind(new JobKind())
                .faults(
                        JOB.replace("Never", "Always"),
                        "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"")
                .faults(
                        JOB + "  backoffLimitPerIndex: 1\n",
                        "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode")
                .faults(
                        JOB + "  completionMode: Indexed\n  parallelism: 200000\n",
                        "spec.completions: Required value: when completion mode is Indexed",
                        "spec.parallelism: Invalid value: 200000: must be less than or equal to 100000 when completion"
                                + " mode is Indexed")
                .faults(
                        JOB + "  podFailurePolicy: {rules: [{action: Stop}]}\n",
                        "spec.podFailurePolicy.rules[0].action: Unsupported value: \"Stop\": supported values: \"Count\","
                                + " \"FailIndex\", \"FailJob\", \"Ignore\"",
                        "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and"
                                + " OnPodConditions is required");
    }

    @Test
    void aJobThatRanKeepsItsTemplateButASuspendedOneMayMove() {
        JobKind kind = new JobKind();
        JsonObject old = kind.prepareForCreate(kind.defaults(Trees.yaml(JOB + "  suspend: true\n")));
        String moved = JOB.replace("restartPolicy: Never", "restartPolicy: Never, nodeSelector: {a: b}");
        JsonObject now = kind.prepareForCreate(kind.defaults(Trees.yaml(moved + "  suspend: true\n")));
        assertThat(kind.validateUpdate(new ObjectView(now), new ObjectView(old)))
                .isEmpty();
        JsonObject running = kind.prepareForCreate(kind.defaults(Trees.yaml(JOB)));
        assertThat(kind.validateUpdate(new ObjectView(now), new ObjectView(running)))
                .extracting(error -> error.field())
                .containsExactly("spec.template");
    }

    @Test
    void rowsTellHowFarAJobIs() {
        assertThatKind(new JobKind())
                .row("""
                        metadata: {name: pi}
                        spec: {completions: 5}
                        status: {succeeded: 2, startTime: "2026-01-02T03:04:00Z"}
                        """, "pi | Running | 2/5 | 5s | <unknown> |  |  | <none>")
                .row("""
                        metadata: {name: pi}
                        spec: {parallelism: 3}
                        status:
                          succeeded: 1
                          startTime: "2026-01-02T03:04:00Z"
                          completionTime: "2026-01-02T03:04:03Z"
                          conditions: [{type: Complete, status: "True"}]
                        """, "pi | Complete | 1/1 of 3 | 3s | <unknown> |  |  | <none>");
        assertThat(new JobKind().defaultPropagationPolicy()).isEqualTo("Orphan");
    }

    @Test
    void cronJobsMakeTheSelectorsOfTheirJobsThemselves() {
        assertThatKind(new CronJobKind())
                .faults(
                        "{metadata: {name: c}, spec: {schedule: '* * * * *', jobTemplate: {spec: {selector: {}, template:"
                                + " {spec: {restartPolicy: Never, containers: [{name: a, image: x}]}}}}}}",
                        "spec.jobTemplate.spec.selector: Invalid value: {}: `selector` will be auto-generated");
    }
}
