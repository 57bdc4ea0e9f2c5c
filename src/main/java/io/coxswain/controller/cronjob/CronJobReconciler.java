package io.coxswain.controller.cronjob;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.Informer;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.LatestWrites;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.PodWrites;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Timestamps;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.cron.CronSchedule;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** The CronJob loop. Times without a time zone are the server's, which is UTC. */
@Dependent
public class CronJobReconciler implements Reconciler {
    private static final String BY_OWNER = "cronjob/owner";
    private static final String SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    /** So that a timer which fires a little early does not find nothing due. */
    private static final Duration LATE = Duration.ofMillis(100);

    private static final DateTimeFormatter EVENT_TIME = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss Z", java.util.Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Clock clock;
    private final LatestWrites<CronJob> latest = new LatestWrites<>();

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<CronJob> cronJobs;

    @SuppressWarnings("NullAway.Init")
    private Lister<Job> jobs;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<CronJob> cronJobClient;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Job> jobClient;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @SuppressWarnings("NullAway.Init")
    private JobHistory history;

    @SuppressWarnings("NullAway.Init")
    private ActiveJobs activeJobs;

    @Inject
    public CronJobReconciler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "cronjob-controller";
    }

    @Override
    public String queueName() {
        return "cronjob";
    }

    @Override
    public void setUp(Watches watches) {
        cronJobClient = watches.client().resource(ResourceTypes.CRON_JOBS);
        jobClient = watches.client().resource(ResourceTypes.JOBS);
        events = watches.events();
        cronJobs = watches.primary(ResourceTypes.CRON_JOBS).lister();
        Informer<Job> informer = watches.owned(ResourceTypes.JOBS, "CronJob");
        informer.addIndex(
                BY_OWNER,
                job -> Owners.controllerOf(job).map(OwnerReference::getUid).stream()
                        .toList());
        jobs = informer.lister();
        history = new JobHistory(jobClient, events);
        activeJobs = new ActiveJobs(jobClient, events);
    }

    @Override
    public Result reconcile(Key key) {
        Optional<CronJob> found = cronJobs.get(key.namespace(), key.name());
        if (found.isEmpty()) {
            latest.forget(key);
            return Result.done();
        }
        CronJob cronJob = latest.newest(found.get());
        CronJobStatus status = new CronJobBuilder(cronJob)
                .editOrNewStatus()
                .endStatus()
                .build()
                .getStatus();
        List<Job> children = jobs.byIndex(BY_OWNER, cronJob.getMetadata().getUid());
        activeJobs.refresh(cronJob, status, children);
        Result result = Result.done();
        try {
            if (cronJob.getMetadata().getDeletionTimestamp() == null) {
                result = run(cronJob, status);
            }
            history.trim(cronJob, children);
        } finally {
            // Also after a failure: what was begun must not be begun again.
            CronJobStatus before = cronJob.getStatus() == null ? new CronJobStatus() : cronJob.getStatus();
            if (!status.equals(before)) {
                latest.wrote(cronJobClient.updateStatus(
                        new CronJobBuilder(cronJob).withStatus(status).build()));
            }
        }
        return result;
    }

    private Result run(CronJob cronJob, CronJobStatus status) {
        Optional<ZoneId> zone = zone(cronJob);
        if (zone.isEmpty() || Boolean.TRUE.equals(cronJob.getSpec().getSuspend())) {
            return Result.done();
        }
        CronSchedule schedule;
        try {
            schedule = CronSchedule.parse(cronJob.getSpec().getSchedule());
        } catch (IllegalArgumentException e) {
            events.event(
                    cronJob,
                    "Warning",
                    "UnparseableSchedule",
                    "unparseable schedule: \"" + cronJob.getSpec().getSchedule() + "\" : " + e.getMessage());
            return Result.done();
        }
        Instant now = clock.instant();
        DueTime.of(cronJob, schedule, zone.get(), now).ifPresent(due -> start(cronJob, status, due, zone.get(), now));
        return schedule.next(now, zone.get())
                .map(next -> Result.after(Duration.between(now, next).plus(LATE)))
                .orElse(Result.done());
    }

    private Optional<ZoneId> zone(CronJob cronJob) {
        String name = cronJob.getSpec().getTimeZone();
        if (name == null) {
            return Optional.of(ZoneOffset.UTC);
        }
        try {
            return Optional.of(ZoneId.of(name));
        } catch (DateTimeException e) {
            events.event(
                    cronJob,
                    "Warning",
                    "UnknownTimeZone",
                    "invalid timeZone: \"" + name + "\": unknown time zone " + name);
            return Optional.empty();
        }
    }

    private void start(CronJob cronJob, CronJobStatus status, DueTime due, ZoneId zone, Instant now) {
        if (due.tooMany()) {
            events.event(
                    cronJob,
                    "Warning",
                    "TooManyMissedTimes",
                    "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew");
        }
        Long deadline = cronJob.getSpec().getStartingDeadlineSeconds();
        if (deadline != null && due.time().plusSeconds(deadline).isBefore(now)) {
            events.event(
                    cronJob,
                    "Warning",
                    "MissSchedule",
                    "Missed scheduled time to start a job: " + EVENT_TIME.format(due.time()));
            return;
        }
        String name = jobName(cronJob, due.time());
        if (status.getActive().stream().anyMatch(active -> name.equals(active.getName()))) {
            return;
        }
        if ("Forbid".equals(cronJob.getSpec().getConcurrencyPolicy())
                && !status.getActive().isEmpty()) {
            events.event(
                    cronJob,
                    "Normal",
                    "JobAlreadyActive",
                    "Not starting job because prior execution is running and concurrency policy is Forbid");
            return;
        }
        if ("Replace".equals(cronJob.getSpec().getConcurrencyPolicy())) {
            for (ObjectReference active : List.copyOf(status.getActive())) {
                jobClient
                        .find(active.getNamespace(), active.getName())
                        .filter(job -> job.getMetadata().getUid().equals(active.getUid()))
                        .ifPresent(job -> history.delete(cronJob, job));
                ActiveJobs.remove(status, active.getUid());
            }
        }
        create(cronJob, status, name, due.time(), zone);
    }

    private void create(CronJob cronJob, CronJobStatus status, String name, Instant time, ZoneId zone) {
        Job job;
        try {
            job = jobClient.create(job(cronJob, name, time, zone));
            events.event(cronJob, "Normal", "SuccessfulCreate", "Created job " + name);
        } catch (ApiException e) {
            if (PodWrites.isNamespaceTerminating(e)) {
                return;
            }
            if (!e.isAlreadyExists()) {
                events.event(cronJob, "Warning", "FailedCreate", "Error creating job: " + e.getMessage());
                throw e;
            }
            // Made before the status could be written, or a stranger.
            job = jobClient
                    .find(cronJob.getMetadata().getNamespace(), name)
                    .filter(known -> Owners.isControlledBy(known, cronJob))
                    .orElseThrow(() -> e);
        }
        if (JobHistory.end(job).isEmpty()) {
            ActiveJobs.add(status, job);
        }
        status.setLastScheduleTime(Timestamps.of(time));
    }

    /** One name per time, so that two servers cannot make two jobs of it. */
    private static String jobName(CronJob cronJob, Instant time) {
        return cronJob.getMetadata().getName() + "-" + time.getEpochSecond() / 60;
    }

    private static Job job(CronJob cronJob, String name, Instant time, ZoneId zone) {
        var template = cronJob.getSpec().getJobTemplate();
        ObjectMeta meta = template.getMetadata() == null ? new ObjectMeta() : template.getMetadata();
        return new JobBuilder()
                .withNewMetadata()
                .withNamespace(cronJob.getMetadata().getNamespace())
                .withName(name)
                .withLabels(meta.getLabels())
                .withAnnotations(meta.getAnnotations())
                .addToAnnotations(
                        SCHEDULED_AT,
                        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX").format(time.atZone(zone)))
                .withOwnerReferences(Owners.controllerReference(cronJob))
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }
}
