package io.coxswain.controller.cronjob;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.ResourceClient;
import io.coxswain.controller.runtime.Pods;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps a CronJob's list of running jobs and its last success true to the jobs there are. */
final class ActiveJobs {
    private final ResourceClient<Job> jobs;
    private final EventRecorder events;

    ActiveJobs(ResourceClient<Job> jobs, EventRecorder events) {
        this.jobs = jobs;
        this.events = events;
    }

    void refresh(CronJob cronJob, CronJobStatus status, List<Job> children) {
        for (Job job : children) {
            boolean listed = isListed(status, job.getMetadata().getUid());
            Optional<String> end = JobHistory.end(job);
            if (listed && end.isPresent()) {
                remove(status, job.getMetadata().getUid());
                events.event(
                        cronJob,
                        "Normal",
                        "SawCompletedJob",
                        "Saw completed job: " + job.getMetadata().getName() + ", condition: " + end.get());
            } else if (!listed && end.isEmpty()) {
                events.event(
                        cronJob,
                        "Warning",
                        "UnexpectedJob",
                        "Saw a job that the controller did not create or forgot: "
                                + job.getMetadata().getName());
            }
            end.filter("Complete"::equals).ifPresent(complete -> succeeded(status, job));
        }
        List<String> known =
                children.stream().map(job -> job.getMetadata().getUid()).toList();
        for (ObjectReference active : List.copyOf(status.getActive())) {
            if (!known.contains(active.getUid()) && isGone(active)) {
                remove(status, active.getUid());
                events.event(cronJob, "Normal", "MissingJob", "Active job went missing: " + active.getName());
            }
        }
    }

    /** The cache may be behind a job that was made a moment ago. */
    private boolean isGone(ObjectReference active) {
        return jobs.find(active.getNamespace(), active.getName())
                .filter(job -> job.getMetadata().getUid().equals(active.getUid()))
                .isEmpty();
    }

    private static void succeeded(CronJobStatus status, Job job) {
        Optional<Instant> last = Pods.time(status.getLastSuccessfulTime());
        Pods.time(job.getStatus().getCompletionTime())
                .filter(time -> last.isEmpty() || time.isAfter(last.get()))
                .ifPresent(time -> status.setLastSuccessfulTime(time.toString()));
    }

    static boolean isListed(CronJobStatus status, String uid) {
        return status.getActive().stream().anyMatch(active -> uid.equals(active.getUid()));
    }

    static void remove(CronJobStatus status, String uid) {
        List<ObjectReference> rest = new ArrayList<>(status.getActive());
        rest.removeIf(active -> uid.equals(active.getUid()));
        status.setActive(rest);
    }

    static void add(CronJobStatus status, Job job) {
        if (isListed(status, job.getMetadata().getUid())) {
            return;
        }
        List<ObjectReference> all = new ArrayList<>(status.getActive());
        all.add(new ObjectReferenceBuilder()
                .withApiVersion("batch/v1")
                .withKind("Job")
                .withNamespace(job.getMetadata().getNamespace())
                .withName(job.getMetadata().getName())
                .withUid(job.getMetadata().getUid())
                .withResourceVersion(job.getMetadata().getResourceVersion())
                .build());
        status.setActive(all);
    }
}
