package io.coxswain.controller.job;

import io.coxswain.client.ApiClient;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Informer;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Claims;
import io.coxswain.controller.runtime.Expectations;
import io.coxswain.controller.runtime.LatestWrites;
import io.coxswain.controller.runtime.OwnedPodChanges;
import io.coxswain.controller.runtime.OwnedPods;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.PodWrites;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Timestamps;
import io.coxswain.controller.runtime.Watches;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The Job loop. */
@Dependent
public class JobReconciler implements Reconciler {
    private static final String KIND = "Job";
    private static final String OURSELVES = "kubernetes.io/job-controller";
    private static final String STRAYS = "job/strays";

    private final Clock clock;
    private final LatestWrites<Job> latest = new LatestWrites<>();
    private final Map<Key, Backoff> backoffs = new ConcurrentHashMap<>();

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Expectations expectations;

    @SuppressWarnings("NullAway.Init")
    private OwnedPodChanges changes;

    @SuppressWarnings("NullAway.Init")
    private Lister<Job> jobs;

    @SuppressWarnings("NullAway.Init")
    private Lister<Pod> strays;

    @SuppressWarnings("NullAway.Init")
    private OwnedPods pods;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Job> jobClient;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Pod> podClient;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @SuppressWarnings("NullAway.Init")
    private TrackingFinalizers finalizers;

    @SuppressWarnings("NullAway.Init")
    private JobScaler scaler;

    @SuppressWarnings("NullAway.Init")
    private JobAccounts accounts;

    @Inject
    public JobReconciler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "job-controller";
    }

    @Override
    public String queueName() {
        return "job";
    }

    @Override
    public void setUp(Watches watches) {
        ApiClient client = watches.client();
        jobClient = client.resource(ResourceTypes.JOBS);
        podClient = client.resource(ResourceTypes.PODS);
        events = watches.events();
        expectations = new Expectations(watches.steady());
        changes = new OwnedPodChanges(KIND, expectations, this::jobsThatMightAdopt);
        jobs = watches.primary(ResourceTypes.JOBS).lister();
        Informer<Pod> informer = watches.changes(ResourceTypes.PODS, this::podChanged);
        informer.addIndex(STRAYS, this::strayKey);
        strays = informer.lister();
        pods = new OwnedPods(informer);
        finalizers = new TrackingFinalizers(podClient);
        scaler = new JobScaler(new PodWrites(podClient, events, expectations), finalizers);
        accounts = new JobAccounts(jobClient, latest, finalizers, events);
    }

    private Collection<Key> podChanged(@Nullable Pod old, @Nullable Pod now) {
        List<Key> keys = new ArrayList<>(changes.changed(old, now));
        if (now != null && JobPods.hasFinalizer(now) && Owners.controllerOf(now).isEmpty()) {
            // Nobody will count it, so nobody will take the finalizer unless somebody looks.
            keys.add(new Key(now.getMetadata().getNamespace(), now.getMetadata().getName()));
        }
        return keys;
    }

    /** By which key a pod with our finalizer is found when no job is there to find it: its job's or, without one, its own. */
    private Collection<String> strayKey(Pod pod) {
        if (!JobPods.hasFinalizer(pod)) {
            return List.of();
        }
        if (Owners.controllerOf(pod).isEmpty()) {
            return List.of(
                    pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName());
        }
        return changes.owner(pod).map(Key::toString).stream().toList();
    }

    private Collection<Key> jobsThatMightAdopt(Pod pod) {
        return OwnedPodChanges.selecting(
                pod,
                jobs.list(pod.getMetadata().getNamespace()),
                job -> job.getSpec().getSelector());
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Job> found = jobs.get(key.namespace(), key.name());
        releaseStrays(key, found);
        if (found.isEmpty()) {
            forget(key);
            latest.forget(key);
            return Result.done();
        }
        Job job = latest.newest(found.get());
        String manager = job.getSpec().getManagedBy();
        if (manager != null && !manager.equals(OURSELVES)) {
            return Result.done();
        }
        if (JobConditions.isFinished(job)) {
            pods.of(job.getMetadata().getUid()).stream()
                    .filter(JobPods::hasFinalizer)
                    .forEach(pod -> finalizers.release(key, pod));
            forget(key);
            return Result.done();
        }
        return step(key, job);
    }

    private void forget(Key key) {
        expectations.forget(key);
        backoffs.remove(key);
        finalizers.forget(key);
    }

    /** Pods of this name's jobs that are no more, and a pod of this name without any. */
    private void releaseStrays(Key key, Optional<Job> job) {
        String uid = job.map(found -> found.getMetadata().getUid()).orElse("");
        for (Pod pod : strays.byIndex(STRAYS, key.toString())) {
            boolean adoptable = Owners.controllerOf(pod).isEmpty()
                    && jobsThatMightAdopt(pod).stream().findAny().isPresent();
            boolean owned = Owners.controllerOf(pod)
                    .filter(owner -> owner.getUid().equals(uid))
                    .isPresent();
            if (!adoptable && !owned) {
                finalizers.release(key, pod);
                finalizers.forget(key);
            }
        }
    }

    private Result step(Key key, Job job) {
        Instant now = clock.instant();
        boolean cacheIsCurrent = expectations.satisfied(key);
        List<Pod> owned = claim(job);
        JobState state = JobState.of(job, owned, finalizers.tracked(key, owned));
        Backoff backoff = backoffs.getOrDefault(key, Backoff.NONE).with(state.newSucceeded(), state.newFailed());
        JobStatus status = JobAccounts.copy(job);
        if (status.getStartTime() == null && !JobPods.isSuspended(job)) {
            status.setStartTime(Timestamps.of(now));
        }
        // What has not shown in the cache yet cannot be ended: the decision waits for it.
        Optional<JobCondition> end = cacheIsCurrent ? Verdicts.of(state, now) : decided(job);
        JobScaler.Outcome outcome = unchanged(state);
        if (end.isPresent()) {
            outcome = scaler.end(key, state);
            if (outcome.failure().isPresent() || outcome.active() > 0) {
                end = end.filter(condition ->
                        JobConditions.find(status, condition.getType()).isPresent());
            }
        } else if (cacheIsCurrent && job.getMetadata().getDeletionTimestamp() == null) {
            outcome = scaler.scale(key, state, backoff, now);
            if (isComplete(state, outcome)) {
                end = Optional.of(JobConditions.of(
                        JobConditions.SUCCESS_CRITERIA_MET,
                        "True",
                        "CompletionsReached",
                        "Reached expected number of succeeded pods",
                        now));
            } else {
                suspendOrResume(job, status, now);
            }
        }
        putCounts(status, state, outcome);
        boolean running = !cacheIsCurrent || outcome.active() > 0 || state.terminating() + outcome.deleted() > 0;
        Job written = accounts.settle(key, state, status, end, running, now);
        backoffs.put(key, backoff);
        if (outcome.failure().isPresent()) {
            throw outcome.failure().get();
        }
        return again(written, outcome, now);
    }

    private static Optional<JobCondition> decided(Job job) {
        JobStatus status = JobState.statusOf(job);
        return JobConditions.ifTrue(status, JobConditions.FAILURE_TARGET)
                .or(() -> JobConditions.ifTrue(status, JobConditions.SUCCESS_CRITERIA_MET));
    }

    private static JobScaler.Outcome unchanged(JobState state) {
        return new JobScaler.Outcome(state.active().size(), 0, Optional.empty(), Optional.empty());
    }

    private List<Pod> claim(Job job) {
        return new Claims<>(
                        podClient,
                        job,
                        job.getSpec().getSelector(),
                        () -> jobClient.get(
                                job.getMetadata().getNamespace(),
                                job.getMetadata().getName()),
                        JobPods.FINALIZER)
                .claim(pods.candidates(job), pod -> true);
    }

    private static boolean isComplete(JobState state, JobScaler.Outcome outcome) {
        if (outcome.active() > 0 || outcome.failure().isPresent()) {
            return false;
        }
        return state.job().getSpec().getCompletions() == null
                ? state.succeeded() > 0
                : state.succeeded() >= JobPods.completions(state.job());
    }

    private void suspendOrResume(Job job, JobStatus status, Instant now) {
        boolean suspended = JobPods.isSuspended(job);
        String reason = suspended ? "JobSuspended" : "JobResumed";
        String message = suspended ? "Job suspended" : "Job resumed";
        if (!JobConditions.ensure(status, JobConditions.SUSPENDED, suspended, reason, message, now)) {
            return;
        }
        events.event(job, "Normal", suspended ? "Suspended" : "Resumed", message);
        if (!suspended) {
            // The deadline counts anew.
            status.setStartTime(Timestamps.of(now));
        }
    }

    private static void putCounts(JobStatus status, JobState state, JobScaler.Outcome outcome) {
        int ready = (int) state.active().stream().filter(Pods::isReady).count();
        status.setActive(JobAccounts.orNull(outcome.active()));
        status.setReady(Math.min(ready, outcome.active()));
        status.setTerminating(state.terminating() + outcome.deleted());
    }

    private static Result again(Job job, JobScaler.Outcome outcome, Instant now) {
        if (JobConditions.isFinished(job)) {
            return Result.done();
        }
        return Stream.concat(outcome.again().stream(), Verdicts.untilDeadline(job, now).stream())
                .min(Duration::compareTo)
                .map(wait -> Result.after(wait.plusMillis(1)))
                .orElse(Result.done());
    }
}
