package io.coxswain.controller.job;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.ResourceClient;
import io.coxswain.controller.runtime.LatestWrites;
import io.coxswain.controller.runtime.Timestamps;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.UncountedTerminatedPodsBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counts finished pods exactly once, also when the server dies in between: first their uids go into the status as
 * uncounted, then their finalizers go, then the uids turn into counts.
 */
final class JobAccounts {
    /** At most so many uids stand in a status at once. */
    private static final int MOST_UNCOUNTED = 500;

    private final ResourceClient<Job> jobs;
    private final LatestWrites<Job> latest;
    private final TrackingFinalizers finalizers;
    private final EventRecorder events;

    JobAccounts(
            ResourceClient<Job> jobs, LatestWrites<Job> latest, TrackingFinalizers finalizers, EventRecorder events) {
        this.jobs = jobs;
        this.latest = latest;
        this.finalizers = finalizers;
        this.events = events;
    }

    /** @param running pods that still run or end, so that the job has not ended whatever was decided */
    Job settle(Key key, JobState state, JobStatus status, Optional<JobCondition> end, boolean running, Instant now) {
        Set<String> succeeded = new LinkedHashSet<>(JobState.uncounted(status).getSucceeded());
        Set<String> failed = new LinkedHashSet<>(JobState.uncounted(status).getFailed());
        Set<String> tracked = uids(state.tracked());
        count(status, succeeded, failed, tracked);
        Set<Integer> indexes = new HashSet<>();
        List<Pod> releasing = note(state, end, succeeded, failed, indexes);
        if (JobPods.isIndexed(state.job())) {
            IndexSet completed = state.stored().with(indexes);
            status.setSucceeded(orNull(completed.size()));
            status.setCompletedIndexes(textOrNull(completed.toString()));
            state.failedIndexes().ifPresent(all -> status.setFailedIndexes(all.toString()));
        }
        end.filter(condition -> JobConditions.find(status, condition.getType()).isEmpty())
                .ifPresent(condition -> JobConditions.append(status, condition));
        setUncounted(status, succeeded, failed);
        Job job = write(state.job(), status);
        releasing.forEach(pod -> finalizers.release(key, pod));
        tracked.removeAll(uids(releasing));
        JobStatus after = copy(job);
        count(after, succeeded, failed, tracked);
        setUncounted(after, succeeded, failed);
        boolean over = end.isPresent() && !running && tracked.isEmpty();
        Optional<JobCondition> last = over ? Optional.of(finish(after, end.get(), now)) : Optional.empty();
        Job written = write(job, after);
        last.ifPresent(condition -> tell(written, condition));
        return written;
    }

    /** Writes the uids of pods that have finished into the sets; returns the pods whose finalizer may go then. */
    private static List<Pod> note(
            JobState state,
            Optional<JobCondition> end,
            Set<String> succeeded,
            Set<String> failed,
            Set<Integer> indexes) {
        Job job = state.job();
        boolean jobFails = end.filter(condition -> condition.getType().equals(JobConditions.FAILURE_TARGET))
                .isPresent();
        boolean over = end.isPresent() || job.getMetadata().getDeletionTimestamp() != null;
        Map<Integer, Pod> awaiting = state.awaitingReplacement();
        List<Pod> releasing = new ArrayList<>();
        for (Pod pod : state.tracked()) {
            String uid = pod.getMetadata().getUid();
            boolean hasFailed = JobPods.hasFailed(job, pod);
            boolean kept = awaiting.values().stream()
                    .anyMatch(other -> other.getMetadata().getUid().equals(uid));
            if (!over && !JobPods.hasSucceeded(pod) && (!hasFailed || kept)) {
                continue;
            }
            releasing.add(pod);
            boolean valid = JobState.hasValidIndex(job, pod);
            if (JobPods.hasSucceeded(pod) && !failed.contains(uid)) {
                if (JobPods.isIndexed(job) && valid) {
                    indexes.add(JobPods.index(pod));
                } else if (!JobPods.isIndexed(job)) {
                    succeeded.add(uid);
                }
            } else if ((hasFailed || jobFails)
                    && valid
                    && PodFailurePolicies.of(job, pod).counts()) {
                failed.add(uid);
            }
            if (succeeded.size() + failed.size() + indexes.size() >= MOST_UNCOUNTED) {
                break;
            }
        }
        return releasing;
    }

    /** Uids whose pods have lost their finalizer become numbers. */
    private static void count(JobStatus status, Set<String> succeeded, Set<String> failed, Set<String> tracked) {
        int before = succeeded.size();
        succeeded.retainAll(tracked);
        int successes = before - succeeded.size();
        before = failed.size();
        failed.retainAll(tracked);
        if (successes > 0) {
            status.setSucceeded(JobPods.number(status.getSucceeded()) + successes);
        }
        if (before > failed.size()) {
            status.setFailed(JobPods.number(status.getFailed()) + before - failed.size());
        }
    }

    private static JobCondition finish(JobStatus status, JobCondition end, Instant now) {
        boolean complete = end.getType().equals(JobConditions.SUCCESS_CRITERIA_MET);
        JobCondition last = JobConditions.of(
                complete ? JobConditions.COMPLETE : JobConditions.FAILED,
                "True",
                end.getReason(),
                end.getMessage(),
                now);
        JobConditions.append(status, last);
        if (complete) {
            status.setCompletionTime(Timestamps.of(now));
        }
        return last;
    }

    private void tell(Job job, JobCondition last) {
        if (last.getType().equals(JobConditions.COMPLETE)) {
            Integer wanted = job.getSpec().getCompletions();
            if (wanted != null && JobPods.number(job.getStatus().getSucceeded()) > wanted) {
                events.event(
                        job,
                        "Warning",
                        "TooManySucceededPods",
                        "Too many succeeded pods running after completion count reached");
            }
            events.event(job, "Normal", "Completed", "Job completed");
        } else {
            events.event(job, "Warning", last.getReason(), last.getMessage());
        }
    }

    private Job write(Job job, JobStatus status) {
        if (status.equals(job.getStatus())) {
            return job;
        }
        // With the version that was counted from: of two counts that raced one must be refused.
        return latest.wrote(
                jobs.updateStatus(new JobBuilder(job).withStatus(status).build()));
    }

    static JobStatus copy(Job job) {
        return new JobBuilder(job).editOrNewStatus().endStatus().build().getStatus();
    }

    private static void setUncounted(JobStatus status, Set<String> succeeded, Set<String> failed) {
        status.setUncountedTerminatedPods(new UncountedTerminatedPodsBuilder()
                .withSucceeded(List.copyOf(succeeded))
                .withFailed(List.copyOf(failed))
                .build());
    }

    private static Set<String> uids(List<Pod> pods) {
        Set<String> uids = new HashSet<>();
        pods.forEach(pod -> uids.add(pod.getMetadata().getUid()));
        return uids;
    }

    @SuppressWarnings("NullAway") // counts of zero are left out of the status, as upstream leaves them out
    static Integer orNull(int count) {
        return count == 0 ? null : count;
    }

    @SuppressWarnings("NullAway")
    private static String textOrNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
