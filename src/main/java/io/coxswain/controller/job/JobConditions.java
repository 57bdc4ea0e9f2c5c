package io.coxswain.controller.job;

import io.coxswain.controller.runtime.Timestamps;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobConditionBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Job's conditions. The end comes in two steps: first what the end will be, then, once no pod runs, the end itself. */
final class JobConditions {
    static final String COMPLETE = "Complete";
    static final String FAILED = "Failed";
    static final String SUCCESS_CRITERIA_MET = "SuccessCriteriaMet";
    static final String FAILURE_TARGET = "FailureTarget";
    static final String SUSPENDED = "Suspended";

    private JobConditions() {}

    static JobCondition of(String type, String status, String reason, String message, Instant now) {
        String time = Timestamps.of(now);
        return new JobConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastProbeTime(time)
                .withLastTransitionTime(time)
                .build();
    }

    static Optional<JobCondition> find(JobStatus status, String type) {
        return status.getConditions().stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    static Optional<JobCondition> ifTrue(JobStatus status, String type) {
        return find(status, type).filter(condition -> "True".equals(condition.getStatus()));
    }

    static boolean isFinished(Job job) {
        return job.getStatus() != null
                && (ifTrue(job.getStatus(), COMPLETE).isPresent()
                        || ifTrue(job.getStatus(), FAILED).isPresent());
    }

    static void append(JobStatus status, JobCondition condition) {
        List<JobCondition> all = new ArrayList<>(status.getConditions());
        all.removeIf(known -> known.getType().equals(condition.getType()));
        all.add(condition);
        status.setConditions(all);
    }

    /** Sets the status of a condition, and tells whether that changed anything. One that never was need not become false. */
    static boolean ensure(JobStatus status, String type, boolean wanted, String reason, String message, Instant now) {
        Optional<JobCondition> known = find(status, type);
        String text = wanted ? "True" : "False";
        if (known.map(condition -> text.equals(condition.getStatus())).orElse(!wanted)) {
            return false;
        }
        append(status, of(type, text, reason, message, now));
        return true;
    }
}
