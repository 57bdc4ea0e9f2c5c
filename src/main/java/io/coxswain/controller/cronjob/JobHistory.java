package io.coxswain.controller.cronjob;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.ResourceClient;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether jobs have ended, and how many of those that have are kept. */
final class JobHistory {
    private static final Comparator<Job> OLDEST_FIRST = Comparator.comparing(JobHistory::started)
            .thenComparing(job -> job.getMetadata().getName());

    private final ResourceClient<Job> jobs;
    private final EventRecorder events;

    JobHistory(ResourceClient<Job> jobs, EventRecorder events) {
        this.jobs = jobs;
        this.events = events;
    }

    /** {@code Complete} or {@code Failed}; empty while the job goes on. */
    static Optional<String> end(Job job) {
        return job.getStatus() == null
                ? Optional.empty()
                : job.getStatus().getConditions().stream()
                        .filter(condition -> "True".equals(condition.getStatus()))
                        .map(condition -> condition.getType())
                        .filter(List.of("Complete", "Failed")::contains)
                        .findFirst();
    }

    private static Instant started(Job job) {
        return job.getStatus() == null
                ? Instant.MAX
                : Pods.time(job.getStatus().getStartTime()).orElse(Instant.MAX);
    }

    void trim(CronJob cronJob, List<Job> children) {
        trim(cronJob, children, "Complete", cronJob.getSpec().getSuccessfulJobsHistoryLimit());
        trim(cronJob, children, "Failed", cronJob.getSpec().getFailedJobsHistoryLimit());
    }

    private void trim(CronJob cronJob, List<Job> children, String end, @Nullable Integer limit) {
        if (limit == null) {
            return;
        }
        List<Job> ended = children.stream()
                .filter(job -> end(job).filter(end::equals).isPresent())
                .filter(job -> job.getMetadata().getDeletionTimestamp() == null)
                .sorted(OLDEST_FIRST)
                .toList();
        ended.stream().limit(Math.max(0, ended.size() - limit)).forEach(job -> delete(cronJob, job));
    }

    void delete(CronJob cronJob, Job job) {
        String name = job.getMetadata().getName();
        try {
            jobs.delete(
                    job.getMetadata().getNamespace(),
                    name,
                    new DeleteOptions(null, "Background", job.getMetadata().getUid(), null));
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return;
            }
            events.event(cronJob, "Warning", "FailedDelete", "Deleted job: " + e.getMessage());
            throw e;
        }
        events.event(cronJob, "Normal", "SuccessfulDelete", "Deleted job " + name);
    }
}
