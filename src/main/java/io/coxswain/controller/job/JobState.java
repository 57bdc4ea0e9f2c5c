package io.coxswain.controller.job;

import io.coxswain.controller.runtime.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.UncountedTerminatedPods;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Job and its pods at one moment, counted.
 *
 * @param pods all pods of the job
 * @param tracked those that carry the finalizer and are therefore not yet counted for good
 * @param newSucceeded successes that no status tells of yet
 * @param newFailed failures that no status tells of yet; those that a policy ignores count for the back-off only
 * @param stored completed indexes by the status
 * @param succeededIndexes completed indexes by status and pods
 * @param failedIndexes empty unless failures are limited per index
 */
record JobState(
        Job job,
        List<Pod> pods,
        List<Pod> tracked,
        List<Pod> newSucceeded,
        List<Pod> newFailed,
        IndexSet stored,
        IndexSet succeededIndexes,
        Optional<IndexSet> failedIndexes) {

    static JobState of(Job job, List<Pod> pods, List<Pod> tracked) {
        JobStatus status = statusOf(job);
        int completions = JobPods.completions(job);
        Set<String> countedSuccesses = new HashSet<>(uncounted(status).getSucceeded());
        Set<String> countedFailures = new HashSet<>(uncounted(status).getFailed());
        List<Pod> valid =
                tracked.stream().filter(pod -> hasValidIndex(job, pod)).toList();
        List<Pod> succeeded = valid.stream()
                .filter(JobPods::hasSucceeded)
                .filter(pod -> !countedSuccesses.contains(pod.getMetadata().getUid()))
                .toList();
        List<Pod> failed = valid.stream()
                .filter(pod -> JobPods.hasFailed(job, pod))
                .filter(pod -> !countedFailures.contains(pod.getMetadata().getUid()))
                .toList();
        if (!JobPods.isIndexed(job)) {
            return new JobState(
                    job, pods, tracked, succeeded, failed, IndexSet.EMPTY, IndexSet.EMPTY, Optional.empty());
        }
        IndexSet stored = IndexSet.parse(status.getCompletedIndexes(), completions);
        IndexSet indexes = stored.with(succeeded.stream().map(JobPods::index).toList());
        Optional<IndexSet> failedIndexes = JobPods.limitsIndexes(job)
                ? Optional.of(IndexSet.parse(status.getFailedIndexes(), completions)
                        .with(valid.stream()
                                .filter(pod -> endsIndex(job, pod))
                                .map(JobPods::index)
                                .filter(index -> !indexes.contains(index))
                                .toList()))
                : Optional.empty();
        return new JobState(job, pods, tracked, succeeded, failed, stored, indexes, failedIndexes);
    }

    static JobStatus statusOf(Job job) {
        return job.getStatus() == null ? new JobStatus() : job.getStatus();
    }

    static UncountedTerminatedPods uncounted(JobStatus status) {
        return status.getUncountedTerminatedPods() == null
                ? new UncountedTerminatedPods()
                : status.getUncountedTerminatedPods();
    }

    /** A pod without an index, or with one beyond the job's, counts for nothing in an Indexed job. */
    static boolean hasValidIndex(Job job, Pod pod) {
        int index = JobPods.index(pod);
        return !JobPods.isIndexed(job) || (index != JobPods.NO_INDEX && index < JobPods.completions(job));
    }

    /** With this failure the index has failed for good. */
    private static boolean endsIndex(Job job, Pod pod) {
        if (!JobPods.hasFailed(job, pod)) {
            return false;
        }
        PodFailurePolicies.Verdict verdict = PodFailurePolicies.of(job, pod);
        return verdict.failsIndex()
                || (verdict.counts()
                        && JobPods.failures(pod) >= JobPods.number(job.getSpec().getBackoffLimitPerIndex()));
    }

    List<Pod> active() {
        return pods.stream().filter(Pods::isActive).toList();
    }

    int terminating() {
        return (int) pods.stream().filter(JobPods::isTerminating).count();
    }

    int succeeded() {
        JobStatus status = statusOf(job);
        return JobPods.isIndexed(job)
                ? succeededIndexes.size()
                : JobPods.number(status.getSucceeded())
                        + uncounted(status).getSucceeded().size()
                        + newSucceeded.size();
    }

    int failed() {
        JobStatus status = statusOf(job);
        return JobPods.number(status.getFailed())
                + uncounted(status).getFailed().size()
                + (int) newFailed.stream()
                        .filter(pod -> PodFailurePolicies.of(job, pod).counts())
                        .count();
    }

    boolean needsIndex(int index) {
        return !succeededIndexes.contains(index)
                && !failedIndexes.map(failed -> failed.contains(index)).orElse(false);
    }

    /**
     * The failed pods that must stay until their successor is there, by index: they carry the number of failures. Empty
     * unless failures are limited per index.
     */
    Map<Integer, Pod> awaitingReplacement() {
        if (failedIndexes.isEmpty()) {
            return Map.of();
        }
        Map<Integer, Pod> last = new HashMap<>();
        for (Pod pod : tracked) {
            int index = JobPods.index(pod);
            if (hasValidIndex(job, pod) && JobPods.hasFailed(job, pod) && needsIndex(index)) {
                last.merge(index, pod, (a, b) -> failuresOf(a) >= failuresOf(b) ? a : b);
            }
        }
        active().forEach(pod -> last.remove(JobPods.index(pod)));
        return last;
    }

    private static int failuresOf(Pod pod) {
        return JobPods.failures(pod) + JobPods.ignoredFailures(pod);
    }

    /** The lowest indexes that need a pod and have none. */
    List<Integer> pendingIndexes(int count) {
        Set<Integer> busy = new HashSet<>();
        for (Pod pod : pods) {
            boolean runs = Pods.isActive(pod) || (JobPods.replacesOnlyFailed(job) && JobPods.isTerminating(pod));
            if (runs) {
                busy.add(JobPods.index(pod));
            }
        }
        List<Integer> pending = new ArrayList<>();
        for (int index = 0; index < JobPods.completions(job) && pending.size() < count; index++) {
            if (needsIndex(index) && !busy.contains(index)) {
                pending.add(index);
            }
        }
        return pending;
    }
}
