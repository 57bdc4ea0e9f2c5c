package io.coxswain.controller.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobReconcilerTest {
    private static final Map<String, String> LABELS = Map.of("app", "x");

    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new JobReconciler(cluster.timers.clock()));
    }

    @Test
    void runsAsManyPodsAsItMayUntilEnoughHaveSucceeded() {
        create(spec -> spec.withCompletions(3).withParallelism(2));
        cluster.run(2);
        assertThat(cluster.pods("ns")).hasSize(2);
        Pod pod = cluster.pods("ns").get(0);
        assertThat(pod.getMetadata().getFinalizers()).containsExactly("batch.kubernetes.io/job-tracking");
        assertThat(job().getStatus().getActive()).isEqualTo(2);
        assertThat(job().getStatus().getReady()).isEqualTo(2);
        assertThat(job().getStatus().getStartTime()).isEqualTo("2026-01-01T00:00:00Z");
        exitAll(0);
        cluster.run(2);
        assertThat(job().getStatus().getSucceeded()).isEqualTo(2);
        assertThat(job().getStatus().getActive()).isEqualTo(1);
        exitAll(0);
        cluster.run(2);
        assertThat(cluster.pods("ns"))
                .hasSize(3)
                .allMatch(one -> one.getMetadata().getFinalizers().isEmpty());
        assertThat(job().getStatus().getSucceeded()).isEqualTo(3);
        assertThat(job().getStatus().getActive()).isNull();
        assertThat(job().getStatus().getReady()).isZero();
        assertThat(job().getStatus().getCompletionTime()).isNotNull();
        assertThat(job().getStatus().getUncountedTerminatedPods().getSucceeded())
                .isEmpty();
        assertThat(conditions())
                .containsExactly("SuccessCriteriaMet/CompletionsReached", "Complete/CompletionsReached");
        assertThat(cluster.eventMessages("ns", "Completed")).containsExactly("Job completed");
    }

    @Test
    void aFinishedJobIsLeftAlone() {
        create(spec -> spec.withCompletions(1).withParallelism(1));
        cluster.run(2);
        exitAll(0);
        cluster.run(2);
        cluster.api.forgetRequests();
        cluster.api.remove(
                ResourceTypes.PODS,
                "ns",
                cluster.pods("ns").get(0).getMetadata().getName());
        cluster.run(60);
        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void aWorkQueueStartsNothingNewAfterTheFirstSuccess() {
        create(spec -> spec.withCompletions(null).withParallelism(3));
        cluster.run(2);
        assertThat(cluster.pods("ns")).hasSize(3);
        exit(0, 0);
        cluster.run(2);
        assertThat(cluster.pods("ns")).hasSize(3);
        assertThat(conditions()).isEmpty();
        exitAll(0);
        cluster.run(2);
        assertThat(conditions()).contains("Complete/CompletionsReached");
        assertThat(job().getStatus().getSucceeded()).isEqualTo(3);
    }

    @Test
    void replacesFailedPodsAfterABackOffUntilTheLimit() {
        create(spec -> spec.withBackoffLimit(2));
        cluster.run(2);
        exitAll(1);
        cluster.run(8);
        assertThat(cluster.pods("ns")).hasSize(1);
        assertThat(job().getStatus().getFailed()).isEqualTo(1);
        cluster.run(4);
        assertThat(cluster.pods("ns")).hasSize(2);
        exitAll(1);
        cluster.run(17);
        assertThat(cluster.pods("ns")).hasSize(2);
        cluster.run(5);
        assertThat(cluster.pods("ns")).hasSize(3);
        exitAll(1);
        cluster.run(2);
        assertThat(job().getStatus().getFailed()).isEqualTo(3);
        assertThat(conditions()).containsExactly("FailureTarget/BackoffLimitExceeded", "Failed/BackoffLimitExceeded");
        assertThat(cluster.eventMessages("ns", "BackoffLimitExceeded"))
                .containsExactly("Job has reached the specified backoff limit");
        cluster.run(100);
        assertThat(cluster.pods("ns")).hasSize(3);
    }

    @Test
    void countsRestartsInPlaceTowardsTheLimit() {
        create(spec -> {
            spec.withBackoffLimit(3);
            spec.editTemplate()
                    .editSpec()
                    .withRestartPolicy("OnFailure")
                    .endSpec()
                    .endTemplate();
        });
        cluster.run(2);
        Pod pod = cluster.pods("ns").get(0);
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder(pod)
                        .editStatus()
                        .addNewContainerStatus()
                        .withName("main")
                        .withRestartCount(3)
                        .endContainerStatus()
                        .endStatus()
                        .build());
        cluster.run(3);
        assertThat(conditions()).contains("Failed/BackoffLimitExceeded");
        assertThat(job().getStatus().getFailed()).isEqualTo(1);
    }

    @Test
    void failsOnlyOnceNoPodRunsAnyMore() {
        create(spec -> spec.withCompletions(2).withParallelism(2).withBackoffLimit(0));
        cluster.run(2);
        exit(0, 1);
        cluster.settle();
        assertThat(conditions()).containsExactly("FailureTarget/BackoffLimitExceeded");
        assertThat(job().getStatus().getTerminating()).isEqualTo(1);
        cluster.run(3);
        assertThat(conditions()).contains("Failed/BackoffLimitExceeded");
        assertThat(job().getStatus().getTerminating()).isZero();
        assertThat(job().getStatus().getFailed()).isEqualTo(2);
        assertThat(job().getStatus().getCompletionTime()).isNull();
    }

    @Test
    void endsAtTheActiveDeadline() {
        create(spec -> spec.withActiveDeadlineSeconds(10L));
        cluster.run(8);
        assertThat(conditions()).isEmpty();
        cluster.run(5);
        assertThat(conditions()).containsExactly("FailureTarget/DeadlineExceeded", "Failed/DeadlineExceeded");
        assertThat(cluster.activePods("ns")).isEmpty();
    }

    @Test
    void suspendsAndResumesWithoutCountingAnythingAsFailed() {
        create(spec -> spec.withCompletions(2).withParallelism(2).withSuspend(true));
        cluster.run(2);
        assertThat(cluster.pods("ns")).isEmpty();
        assertThat(job().getStatus().getStartTime()).isNull();
        assertThat(condition("Suspended").getStatus()).isEqualTo("True");
        change(job -> job.getSpec().setSuspend(false));
        cluster.run(2);
        assertThat(cluster.pods("ns")).hasSize(2);
        assertThat(condition("Suspended").getReason()).isEqualTo("JobResumed");
        String started = job().getStatus().getStartTime();
        change(job -> job.getSpec().setSuspend(true));
        cluster.run(3);
        assertThat(cluster.pods("ns")).isEmpty();
        assertThat(job().getStatus().getFailed()).isNull();
        change(job -> job.getSpec().setSuspend(false));
        cluster.run(3);
        assertThat(cluster.pods("ns")).hasSize(2);
        assertThat(job().getStatus().getStartTime()).isGreaterThan(started);
        assertThat(cluster.eventMessages("ns", "Resumed")).contains("Job resumed");
        assertThat(cluster.eventMessages("ns", "Suspended")).contains("Job suspended");
    }

    @Test
    void givesEveryIndexItsPodWithHostnameLabelAnnotationAndVariable() {
        create(spec -> spec.withCompletionMode("Indexed").withCompletions(3).withParallelism(2));
        cluster.run(2);
        assertThat(indexes()).containsExactlyInAnyOrder("0", "1");
        Pod pod = ofIndex("1");
        assertThat(pod.getMetadata().getName()).startsWith("work-1-");
        assertThat(pod.getMetadata().getLabels()).containsEntry(JobPods.INDEX, "1");
        assertThat(pod.getSpec().getHostname()).isEqualTo("work-1");
        assertThat(pod.getSpec().getContainers().get(0).getEnv())
                .singleElement()
                .satisfies(variable -> {
                    assertThat(variable.getName()).isEqualTo("JOB_COMPLETION_INDEX");
                    assertThat(variable.getValueFrom().getFieldRef().getFieldPath())
                            .isEqualTo("metadata.labels['batch.kubernetes.io/job-completion-index']");
                });
        cluster.exit("ns", pod.getMetadata().getName(), 0);
        cluster.run(2);
        assertThat(job().getStatus().getCompletedIndexes()).isEqualTo("1");
        assertThat(indexes()).containsExactlyInAnyOrder("0", "1", "2");
        exitAll(0);
        cluster.run(2);
        assertThat(job().getStatus().getCompletedIndexes()).isEqualTo("0-2");
        assertThat(job().getStatus().getSucceeded()).isEqualTo(3);
        assertThat(conditions()).contains("Complete/CompletionsReached");
    }

    @Test
    void anElasticIndexedJobDropsItsHighestIndexes() {
        create(spec -> spec.withCompletionMode("Indexed").withCompletions(4).withParallelism(4));
        cluster.run(2);
        change(job -> {
            job.getSpec().setCompletions(2);
            job.getSpec().setParallelism(2);
        });
        cluster.run(3);
        assertThat(indexes()).containsExactlyInAnyOrder("0", "1");
        assertThat(job().getStatus().getFailed()).isNull();
    }

    @Test
    void limitsFailuresPerIndexAndLetsTheOthersRun() {
        create(spec -> spec.withCompletionMode("Indexed")
                .withCompletions(2)
                .withParallelism(2)
                .withBackoffLimitPerIndex(1)
                .withBackoffLimit(Integer.MAX_VALUE));
        cluster.run(2);
        cluster.exit("ns", ofIndex("0").getMetadata().getName(), 1);
        cluster.run(5);
        assertThat(ofIndex("0").getMetadata().getFinalizers()).isNotEmpty();
        cluster.run(8);
        Pod second = cluster.pods("ns").stream()
                .filter(pod -> "1".equals(pod.getMetadata().getAnnotations().get(JobPods.FAILURES)))
                .findFirst()
                .orElseThrow();
        assertThat(second.getMetadata().getAnnotations()).containsEntry(JobPods.INDEX, "0");
        assertThat(job().getStatus().getFailed()).isEqualTo(1);
        cluster.exit("ns", second.getMetadata().getName(), 1);
        cluster.run(30);
        assertThat(job().getStatus().getFailedIndexes()).isEqualTo("0");
        assertThat(conditions()).isEmpty();
        exitAll(0);
        cluster.run(2);
        assertThat(job().getStatus().getCompletedIndexes()).isEqualTo("1");
        assertThat(job().getStatus().getFailed()).isEqualTo(2);
        assertThat(conditions()).containsExactly("FailureTarget/FailedIndexes", "Failed/FailedIndexes");
    }

    @Test
    void endsEarlyWhenTooManyIndexesHaveFailed() {
        create(spec -> spec.withCompletionMode("Indexed")
                .withCompletions(4)
                .withParallelism(4)
                .withBackoffLimitPerIndex(0)
                .withMaxFailedIndexes(1));
        cluster.run(2);
        cluster.exit("ns", ofIndex("0").getMetadata().getName(), 1);
        cluster.exit("ns", ofIndex("3").getMetadata().getName(), 1);
        cluster.run(3);
        assertThat(conditions()).contains("Failed/MaxFailedIndexesExceeded");
        assertThat(job().getStatus().getFailedIndexes()).isEqualTo("0,3");
        assertThat(cluster.activePods("ns").stream()
                        .filter(pod -> pod.getStatus().getPhase().equals("Running")))
                .isEmpty();
    }

    @Test
    void thePodFailurePolicyFailsTheJobOrIgnoresOrEndsAnIndex() {
        create(spec -> spec.withBackoffLimit(0)
                .withNewPodFailurePolicy()
                .addNewRule()
                .withAction("Ignore")
                .addNewOnPodCondition()
                .withType("DisruptionTarget")
                .withStatus("True")
                .endOnPodCondition()
                .endRule()
                .addNewRule()
                .withAction("FailJob")
                .withNewOnExitCodes()
                .withContainerName("main")
                .withOperator("In")
                .withValues(42)
                .endOnExitCodes()
                .endRule()
                .endPodFailurePolicy());
        cluster.run(2);
        Pod pod = cluster.pods("ns").get(0);
        cluster.exit("ns", pod.getMetadata().getName(), 1);
        Pod disrupted =
                cluster.api.get(ResourceTypes.PODS, "ns", pod.getMetadata().getName());
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder(disrupted)
                        .editStatus()
                        .addNewCondition()
                        .withType("DisruptionTarget")
                        .withStatus("True")
                        .endCondition()
                        .endStatus()
                        .build());
        cluster.run(8);
        assertThat(cluster.pods("ns")).hasSize(1);
        cluster.run(5);
        assertThat(job().getStatus().getFailed()).isNull();
        assertThat(conditions()).isEmpty();
        assertThat(cluster.pods("ns")).hasSize(2);
        Pod second = cluster.pods("ns").stream()
                .filter(other -> other.getStatus().getPhase().equals("Running"))
                .findFirst()
                .orElseThrow();
        cluster.exit("ns", second.getMetadata().getName(), 42);
        cluster.run(2);
        assertThat(conditions()).contains("Failed/PodFailurePolicy");
        assertThat(condition("Failed").getMessage())
                .isEqualTo("Container main for pod ns/" + second.getMetadata().getName()
                        + " failed with exit code 42 matching FailJob rule at index 1");
    }

    @Test
    void succeedsByItsSuccessPolicyAndEndsTheRest() {
        create(spec -> spec.withCompletionMode("Indexed")
                .withCompletions(4)
                .withParallelism(4)
                .withNewSuccessPolicy()
                .addNewRule()
                .withSucceededIndexes("0-1")
                .withSucceededCount(2)
                .endRule()
                .addNewRule()
                .withSucceededCount(1)
                .withSucceededIndexes("3")
                .endRule()
                .endSuccessPolicy());
        cluster.run(2);
        cluster.exit("ns", ofIndex("0").getMetadata().getName(), 0);
        cluster.run(2);
        assertThat(conditions()).isEmpty();
        cluster.exit("ns", ofIndex("3").getMetadata().getName(), 0);
        cluster.run(3);
        assertThat(conditions()).containsExactly("SuccessCriteriaMet/SuccessPolicy", "Complete/SuccessPolicy");
        assertThat(condition("Complete").getMessage()).isEqualTo("Matched rules at index 1");
        assertThat(job().getStatus().getCompletedIndexes()).isEqualTo("0,3");
        assertThat(job().getStatus().getTerminating()).isZero();
    }

    @Test
    void countsNoPodTwiceWhenTheServerDiesBetweenTheStatusAndTheFinalizers() {
        create(spec -> spec.withCompletions(2).withParallelism(2));
        cluster.run(2);
        cluster.api.failWhen(request -> request.info().verb().equals("patch")
                        && request.info().resource().equals("pods")
                ? ApiException.internalError("down", null)
                : null);
        exit(0, 0);
        cluster.run(1);
        assertThat(job().getStatus().getUncountedTerminatedPods().getSucceeded())
                .hasSize(1);
        assertThat(job().getStatus().getSucceeded()).isNull();
        SimulatedCluster.only(() -> cluster.pods("ns").stream()
                .filter(pod -> pod.getStatus().getPhase().equals("Succeeded"))
                .toList());
        cluster.runtime().stop();
        cluster.api.failWhen(request -> null);
        cluster.run(20);
        cluster.start(new JobReconciler(cluster.timers.clock()));
        cluster.run(20);
        assertThat(job().getStatus().getSucceeded()).isEqualTo(1);
        assertThat(job().getStatus().getUncountedTerminatedPods().getSucceeded())
                .isEmpty();
        assertThat(cluster.pods("ns")).hasSize(2);
    }

    @Test
    void replacesAPodOnItsWayOutOnlyAfterItFailedIfAskedTo() {
        create(spec -> spec.withPodReplacementPolicy("Failed"));
        cluster.run(2);
        Pod pod = cluster.pods("ns").get(0);
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.PODS)
                .delete("ns", pod.getMetadata().getName(), DeleteOptions.DEFAULT);
        cluster.settle();
        assertThat(cluster.pods("ns")).hasSize(1);
        assertThat(job().getStatus().getTerminating()).isEqualTo(1);
        assertThat(job().getStatus().getFailed()).isNull();
        cluster.run(15);
        assertThat(job().getStatus().getFailed()).isEqualTo(1);
        assertThat(cluster.activePods("ns")).hasSize(1);
    }

    @Test
    void adoptsMatchingOrphansAndReleasesWhatNoLongerMatches() {
        create(spec -> spec.withCompletions(2).withParallelism(2));
        cluster.run(2);
        Pod pod = cluster.pods("ns").get(0);
        String name = pod.getMetadata().getName();
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder(pod)
                        .editMetadata()
                        .withOwnerReferences(List.of())
                        .withFinalizers(List.of())
                        .endMetadata()
                        .build());
        cluster.run(2);
        Pod adopted = cluster.api.get(ResourceTypes.PODS, "ns", name);
        assertThat(adopted.getMetadata().getOwnerReferences()).hasSize(1);
        assertThat(adopted.getMetadata().getFinalizers()).containsExactly(JobPods.FINALIZER);
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder(adopted)
                        .editMetadata()
                        .withLabels(Map.of("app", "y"))
                        .endMetadata()
                        .build());
        cluster.run(2);
        Pod released = cluster.api.get(ResourceTypes.PODS, "ns", name);
        assertThat(released.getMetadata().getOwnerReferences()).isEmpty();
        assertThat(released.getMetadata().getFinalizers()).isEmpty();
        assertThat(cluster.pods("ns")).hasSize(3);
    }

    @Test
    void freesThePodsOfADeletedJob() {
        create(spec -> spec.withCompletions(2).withParallelism(2));
        cluster.run(2);
        cluster.api.remove(ResourceTypes.JOBS, "ns", "work");
        cluster.run(2);
        assertThat(cluster.pods("ns"))
                .hasSize(2)
                .allMatch(pod -> pod.getMetadata().getFinalizers().isEmpty());
    }

    @Test
    void leavesJobsOfOtherControllersAlone() {
        create(spec -> spec.withManagedBy("example.com/queue"));
        cluster.run(5);
        assertThat(cluster.pods("ns")).isEmpty();
        assertThat(job().getStatus()).isNull();
    }

    @Test
    void doesNotHammerAServerThatRefuses() {
        cluster.api.failWhen(request -> request.info().verb().equals("create")
                        && request.info().resource().equals("pods")
                ? ApiException.forbidden(new GroupResource("", "pods"), "p", "exceeded quota: q")
                : null);
        create(spec -> spec.withCompletions(100).withParallelism(100));
        cluster.settle();
        assertThat(cluster.api.countWrites("create", "pods")).isBetween(1L, 10L);
        assertThat(cluster.eventMessages("ns", "FailedCreate"))
                .contains("Error creating: pods \"p\" is forbidden: exceeded quota: q");
    }

    @Test
    void aClockThatJumpsBackPutsTheDeadlineOffWithoutAHotLoop() {
        create(spec -> spec.withActiveDeadlineSeconds(10L));
        cluster.run(2);
        cluster.timers.jump(Duration.ofMinutes(-5));
        cluster.api.forgetRequests();
        cluster.run(200);
        assertThat(conditions()).isEmpty();
        assertThat(cluster.writes()).isEmpty();
        cluster.run(115);
        assertThat(conditions()).containsExactly("FailureTarget/DeadlineExceeded", "Failed/DeadlineExceeded");
    }

    @Test
    void aClockThatJumpsForwardsEndsAJobOnceAndMakesNothingTwice() {
        create(spec -> spec.withCompletions(2).withParallelism(2));
        cluster.timers.jump(Duration.ofHours(1));
        cluster.run(2);
        assertThat(cluster.pods("ns")).hasSize(2);
        exitAll(0);
        cluster.timers.jump(Duration.ofHours(1));
        cluster.run(2);
        assertThat(conditions())
                .containsExactly("SuccessCriteriaMet/CompletionsReached", "Complete/CompletionsReached");
        assertThat(cluster.pods("ns")).hasSize(2);
    }

    private void create(Consumer<JobSpecBuilder> change) {
        JobSpecBuilder spec = new JobSpecBuilder()
                .withCompletions(1)
                .withParallelism(1)
                .withBackoffLimit(6)
                .withCompletionMode("NonIndexed")
                .withSuspend(false)
                .withPodReplacementPolicy("TerminatingOrFailed")
                .withSelector(SimulatedCluster.selector(LABELS).build())
                .withTemplate(SimulatedCluster.template("i", LABELS));
        change.accept(spec);
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.JOBS)
                .create(new JobBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("work")
                        .endMetadata()
                        .withSpec(spec.build())
                        .build());
    }

    private void change(Consumer<Job> change) {
        Job job = job();
        change.accept(job);
        cluster.api.client(cluster.timers).resource(ResourceTypes.JOBS).update(job);
    }

    private Job job() {
        return cluster.api.get(ResourceTypes.JOBS, "ns", "work");
    }

    private List<String> conditions() {
        return job().getStatus().getConditions().stream()
                .filter(condition -> condition.getStatus().equals("True"))
                .map(condition -> condition.getType() + "/" + condition.getReason())
                .toList();
    }

    private JobCondition condition(String type) {
        return job().getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private void exit(int which, int code) {
        cluster.exit("ns", cluster.pods("ns").get(which).getMetadata().getName(), code);
    }

    private void exitAll(int code) {
        cluster.pods("ns").stream()
                .filter(pod ->
                        !List.of("Succeeded", "Failed").contains(pod.getStatus().getPhase()))
                .forEach(pod -> cluster.exit("ns", pod.getMetadata().getName(), code));
    }

    private List<String> indexes() {
        return cluster.activePods("ns").stream()
                .map(pod -> pod.getMetadata().getAnnotations().get(JobPods.INDEX))
                .toList();
    }

    private Pod ofIndex(String index) {
        return cluster.pods("ns").stream()
                .filter(pod -> index.equals(pod.getMetadata().getAnnotations().get(JobPods.INDEX)))
                .findFirst()
                .orElseThrow();
    }
}
