package io.coxswain.controller.job;

import io.coxswain.controller.runtime.Pods;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.SuccessPolicyRule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a Job has failed or need not go on, by its limits and policies. */
final class Verdicts {
    private Verdicts() {}

    /** The interim condition that names the end, FailureTarget or SuccessCriteriaMet; what was decided once stays. */
    static Optional<JobCondition> of(JobState state, Instant now) {
        JobStatus status = JobState.statusOf(state.job());
        return JobConditions.ifTrue(status, JobConditions.FAILURE_TARGET)
                .or(() -> JobConditions.ifTrue(status, JobConditions.SUCCESS_CRITERIA_MET))
                .or(() -> failure(state, now))
                .or(() -> success(state, now));
    }

    private static Optional<JobCondition> failure(JobState state, Instant now) {
        Job job = state.job();
        Optional<String> policy = state.pods().stream()
                .filter(pod -> JobPods.hasFailed(job, pod))
                .map(pod -> PodFailurePolicies.of(job, pod))
                .filter(PodFailurePolicies.Verdict::failsJob)
                .map(PodFailurePolicies.Verdict::message)
                .findFirst();
        if (policy.isPresent()) {
            return failed("PodFailurePolicy", policy.get(), now);
        }
        if (isBeyondBackoffLimit(state)) {
            return failed("BackoffLimitExceeded", "Job has reached the specified backoff limit", now);
        }
        if (untilDeadline(job, now).filter(Duration::isZero).isPresent()) {
            return failed("DeadlineExceeded", "Job was active longer than specified deadline", now);
        }
        return state.failedIndexes().flatMap(indexes -> indexFailure(state, indexes, now));
    }

    private static Optional<JobCondition> indexFailure(JobState state, IndexSet failed, Instant now) {
        Integer most = state.job().getSpec().getMaxFailedIndexes();
        if (most != null && failed.size() > most) {
            return failed(
                    "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes", now);
        }
        boolean allEnded = failed.size() + state.succeededIndexes().size() >= JobPods.completions(state.job());
        return failed.size() > 0 && allEnded
                ? failed("FailedIndexes", "Job has failed indexes", now)
                : Optional.empty();
    }

    private static Optional<JobCondition> failed(String reason, String message, Instant now) {
        return Optional.of(JobConditions.of(JobConditions.FAILURE_TARGET, "True", reason, message, now));
    }

    private static boolean isBeyondBackoffLimit(JobState state) {
        JobSpec spec = state.job().getSpec();
        Integer limit = spec.getBackoffLimit();
        if (limit == null) {
            return false;
        }
        if (state.failed() > limit) {
            return true;
        }
        if (!"OnFailure".equals(spec.getTemplate().getSpec().getRestartPolicy())) {
            return false;
        }
        int restarts = state.pods().stream()
                .filter(pod -> List.of("Running", "Pending").contains(Pods.phase(pod)))
                .mapToInt(Verdicts::restarts)
                .sum();
        return limit == 0 ? restarts > 0 : restarts >= limit;
    }

    private static int restarts(Pod pod) {
        return Stream.concat(
                        pod.getStatus().getContainerStatuses().stream(),
                        pod.getStatus().getInitContainerStatuses().stream())
                .map(ContainerStatus::getRestartCount)
                .mapToInt(JobPods::number)
                .sum();
    }

    /** How long the job may still run: zero if its time is over, empty if it has none set or stands still. */
    static Optional<Duration> untilDeadline(Job job, Instant now) {
        Long seconds = job.getSpec().getActiveDeadlineSeconds();
        if (seconds == null || JobPods.isSuspended(job)) {
            return Optional.empty();
        }
        return Pods.time(JobState.statusOf(job).getStartTime())
                .map(start -> Duration.between(now, start.plusSeconds(seconds)))
                .map(rest -> rest.isNegative() ? Duration.ZERO : rest);
    }

    private static Optional<JobCondition> success(JobState state, Instant now) {
        Job job = state.job();
        if (job.getSpec().getSuccessPolicy() == null || !JobPods.isIndexed(job)) {
            return Optional.empty();
        }
        List<SuccessPolicyRule> rules = job.getSpec().getSuccessPolicy().getRules();
        for (int i = 0; i < rules.size(); i++) {
            if (isMet(rules.get(i), state)) {
                return Optional.of(JobConditions.of(
                        JobConditions.SUCCESS_CRITERIA_MET,
                        "True",
                        "SuccessPolicy",
                        "Matched rules at index " + i,
                        now));
            }
        }
        return Optional.empty();
    }

    private static boolean isMet(SuccessPolicyRule rule, JobState state) {
        Integer count = rule.getSucceededCount();
        if (rule.getSucceededIndexes() == null) {
            return count != null && state.succeededIndexes().size() >= count;
        }
        IndexSet wanted = IndexSet.parse(rule.getSucceededIndexes(), JobPods.completions(state.job()));
        int met = wanted.sizeWithin(state.succeededIndexes());
        return met >= (count == null ? wanted.size() : count);
    }
}
