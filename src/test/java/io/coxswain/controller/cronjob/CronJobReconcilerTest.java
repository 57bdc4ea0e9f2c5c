package io.coxswain.controller.cronjob;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Virtual time begins at 2026-01-01T00:00:00Z, a Thursday. */
class CronJobReconcilerTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new CronJobReconciler(cluster.timers.clock()));
    }

    @Test
    void makesAJobAtEveryTimeOfItsSchedule() {
        create(spec -> spec.withSchedule("*/5 * * * *"));
        minutes(4);
        assertThat(jobs()).isEmpty();
        minutes(2);
        Job job = SimulatedCluster.only(this::jobs);
        // Minutes since 1970, so that a time has one job however often it is looked at.
        assertThat(job.getMetadata().getName()).isEqualTo("tick-29453765");
        assertThat(job.getMetadata().getLabels()).containsEntry("app", "x");
        assertThat(job.getMetadata().getAnnotations())
                .containsEntry("batch.kubernetes.io/cronjob-scheduled-timestamp", "2026-01-01T00:05:00Z");
        assertThat(job.getMetadata().getOwnerReferences().get(0).getKind()).isEqualTo("CronJob");
        assertThat(cronJob().getStatus().getLastScheduleTime()).isEqualTo("2026-01-01T00:05:00Z");
        assertThat(cronJob().getStatus().getActive()).singleElement().satisfies(active -> {
            assertThat(active.getName()).isEqualTo(job.getMetadata().getName());
            assertThat(active.getUid()).isEqualTo(job.getMetadata().getUid());
        });
        assertThat(cluster.eventMessages("ns", "SuccessfulCreate")).contains("Created job tick-29453765");
        minutes(10);
        assertThat(jobs()).hasSize(3);
        assertThat(cronJob().getStatus().getActive()).hasSize(3);
    }

    @Test
    void takesFinishedJobsFromTheListAndNotesTheLastSuccess() {
        create(spec -> spec.withSchedule("*/5 * * * *"));
        minutes(6);
        finish(jobs().get(0), "Complete");
        cluster.settle();
        assertThat(cronJob().getStatus().getActive()).isEmpty();
        assertThat(cronJob().getStatus().getLastSuccessfulTime()).startsWith("2026-01-01T00:06:00");
        assertThat(cluster.eventMessages("ns", "SawCompletedJob"))
                .containsExactly("Saw completed job: tick-29453765, condition: Complete");
        minutes(5);
        finish(jobs().get(1), "Failed");
        cluster.settle();
        assertThat(cronJob().getStatus().getLastSuccessfulTime()).startsWith("2026-01-01T00:06:00");
    }

    @Test
    void forbidWaitsForTheJobThatRuns() {
        create(spec -> spec.withSchedule("* * * * *").withConcurrencyPolicy("Forbid"));
        minutes(5);
        assertThat(jobs()).hasSize(1);
        assertThat(cluster.eventMessages("ns", "JobAlreadyActive"))
                .contains("Not starting job because prior execution is running and concurrency policy is Forbid");
        finish(jobs().get(0), "Complete");
        cluster.settle();
        assertThat(jobs()).hasSize(2);
    }

    @Test
    void replaceEndsTheJobThatRuns() {
        create(spec -> spec.withSchedule("* * * * *").withConcurrencyPolicy("Replace"));
        minutes(2);
        String first = SimulatedCluster.only(this::jobs).getMetadata().getName();
        minutes(1);
        assertThat(SimulatedCluster.only(this::jobs).getMetadata().getName()).isNotEqualTo(first);
        assertThat(cronJob().getStatus().getActive()).hasSize(1);
        assertThat(cluster.eventMessages("ns", "SuccessfulDelete")).contains("Deleted job " + first);
    }

    @Test
    void keepsAsManyFinishedJobsAsAskedFor() {
        create(spec ->
                spec.withSchedule("* * * * *").withSuccessfulJobsHistoryLimit(2).withFailedJobsHistoryLimit(1));
        for (int i = 0; i < 8; i++) {
            minutes(1);
            int round = i;
            jobs().stream()
                    .filter(job -> JobHistory.end(job).isEmpty())
                    .forEach(job -> finish(job, round % 2 == 0 ? "Complete" : "Failed"));
        }
        cluster.settle();
        assertThat(jobs().stream().filter(job -> JobHistory.end(job).equals(java.util.Optional.of("Complete"))))
                .hasSize(2);
        assertThat(jobs().stream().filter(job -> JobHistory.end(job).equals(java.util.Optional.of("Failed"))))
                .hasSize(1);
    }

    @Test
    void suspendedMakesNothingAndCatchesUpWithTheLatestTimeOnly() {
        create(spec -> spec.withSchedule("* * * * *").withSuspend(true));
        minutes(10);
        assertThat(jobs()).isEmpty();
        change(cronJob -> cronJob.getSpec().setSuspend(false));
        cluster.settle();
        assertThat(SimulatedCluster.only(this::jobs).getMetadata().getAnnotations())
                .containsValue("2026-01-01T00:10:00Z");
        assertThat(cluster.eventMessages("ns", "TooManyMissedTimes")).isEmpty();
    }

    @Test
    void saysThatMoreThanAHundredTimesWereMissed() {
        create(spec -> spec.withSchedule("* * * * *").withSuspend(true));
        minutes(150);
        change(cronJob -> cronJob.getSpec().setSuspend(false));
        cluster.settle();
        assertThat(SimulatedCluster.only(this::jobs).getMetadata().getAnnotations())
                .containsValue("2026-01-01T02:30:00Z");
        assertThat(cluster.eventMessages("ns", "TooManyMissedTimes"))
                .containsExactly("too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check"
                        + " clock skew");
    }

    @Test
    void doesNotStartAfterTheDeadline() {
        create(spec ->
                spec.withSchedule("0 * * * *").withStartingDeadlineSeconds(60L).withSuspend(true));
        minutes(65);
        change(cronJob -> cronJob.getSpec().setSuspend(false));
        cluster.settle();
        assertThat(jobs()).isEmpty();
        minutes(56);
        assertThat(jobs()).hasSize(1);
    }

    @Test
    void countsInItsTimeZone() {
        create(spec -> spec.withSchedule("30 9 * * *").withTimeZone("Asia/Kolkata"));
        minutes(4 * 60 - 1);
        assertThat(jobs()).isEmpty();
        minutes(2);
        assertThat(SimulatedCluster.only(this::jobs).getMetadata().getAnnotations())
                .containsValue("2026-01-01T09:30:00+05:30");
    }

    @Test
    void tellsOfWhatItCannotRead() {
        create(spec -> spec.withSchedule("* * * * *").withTimeZone("Mars/Olympus"));
        minutes(2);
        assertThat(cluster.eventMessages("ns", "UnknownTimeZone"))
                .contains("invalid timeZone: \"Mars/Olympus\": unknown time zone Mars/Olympus");
        change(cronJob -> {
            cronJob.getSpec().setTimeZone(null);
            cronJob.getSpec().setSchedule("61 * * * *");
        });
        minutes(2);
        assertThat(cluster.eventMessages("ns", "UnparseableSchedule"))
                .contains("unparseable schedule: \"61 * * * *\" : end of range (61) above maximum (59): 61");
        assertThat(jobs()).isEmpty();
    }

    @Test
    void anImpossibleDateCostsNothing() {
        create(spec -> spec.withSchedule("59 23 31 2 *"));
        cluster.settle();
        cluster.api.forgetRequests();
        minutes(60 * 24);
        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void makesNoSecondJobWhenItsStatusWasLost() {
        create(spec -> spec.withSchedule("*/5 * * * *"));
        cluster.api.failWhen(request ->
                request.info().subresource().equals("status") ? ApiException.internalError("down", null) : null);
        minutes(6);
        assertThat(jobs()).hasSize(1);
        cluster.api.failWhen(request -> null);
        minutes(3);
        assertThat(jobs()).hasSize(1);
        assertThat(cronJob().getStatus().getActive()).hasSize(1);
    }

    @Test
    void noticesThatAJobIsGone() {
        create(spec -> spec.withSchedule("*/5 * * * *"));
        minutes(6);
        cluster.api.remove(ResourceTypes.JOBS, "ns", jobs().get(0).getMetadata().getName());
        cluster.settle();
        assertThat(cronJob().getStatus().getActive()).isEmpty();
        assertThat(cluster.eventMessages("ns", "MissingJob")).contains("Active job went missing: tick-29453765");
    }

    @Test
    void aClockThatJumpsForwardsStartsTheLatestTimeOnly() {
        create(spec -> spec.withSchedule("*/5 * * * *"));
        minutes(1);
        cluster.timers.jump(Duration.ofHours(3));
        minutes(5);
        assertThat(SimulatedCluster.only(this::jobs).getMetadata().getAnnotations())
                .containsEntry("batch.kubernetes.io/cronjob-scheduled-timestamp", "2026-01-01T03:05:00Z");
    }

    @Test
    void aClockThatJumpsBackRunsNoTimeTwiceAndComesToRest() {
        create(spec -> spec.withSchedule("*/5 * * * *"));
        minutes(11);
        assertThat(jobs()).hasSize(2);
        cluster.timers.jump(Duration.ofMinutes(-30));
        cluster.api.forgetRequests();
        minutes(29); // it is 00:10 again
        assertThat(jobs()).hasSize(2);
        assertThat(cluster.writes()).isEmpty();
        minutes(6);
        assertThat(jobs()).hasSize(3);
        assertThat(cronJob().getStatus().getLastScheduleTime()).isEqualTo("2026-01-01T00:15:00Z");
    }

    private void create(Consumer<CronJobSpecBuilder> change) {
        CronJobSpecBuilder spec = new CronJobSpecBuilder()
                .withConcurrencyPolicy("Allow")
                .withSuspend(false)
                .withNewJobTemplate()
                .withNewMetadata()
                .addToLabels("app", "x")
                .endMetadata()
                .withNewSpec()
                .withTemplate(SimulatedCluster.template("i", Map.of()))
                .endSpec()
                .endJobTemplate();
        change.accept(spec);
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.CRON_JOBS)
                .create(new CronJobBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("tick")
                        .endMetadata()
                        .withSpec(spec.build())
                        .build());
    }

    private void change(Consumer<CronJob> change) {
        CronJob cronJob = cronJob();
        change.accept(cronJob);
        cluster.api.client(cluster.timers).resource(ResourceTypes.CRON_JOBS).update(cronJob);
    }

    private void finish(Job job, String end) {
        String now = cluster.timers.clock().instant().toString();
        cluster.api.put(
                ResourceTypes.JOBS,
                new JobBuilder(job)
                        .withNewStatus()
                        .withStartTime(now)
                        .withCompletionTime(end.equals("Complete") ? now : null)
                        .addNewCondition()
                        .withType(end)
                        .withStatus("True")
                        .endCondition()
                        .endStatus()
                        .build());
    }

    private void minutes(int minutes) {
        cluster.timers.advance(Duration.ofMinutes(minutes));
    }

    private CronJob cronJob() {
        return cluster.api.get(ResourceTypes.CRON_JOBS, "ns", "tick");
    }

    private List<Job> jobs() {
        return cluster.api.list(ResourceTypes.JOBS, "ns");
    }
}
