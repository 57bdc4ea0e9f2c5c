package io.coxswain.controller.job;

import io.coxswain.controller.runtime.Pods;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a Job's pods tell: their index, their failures, their end. */
final class JobPods {
    static final String FINALIZER = "batch.kubernetes.io/job-tracking";
    static final String INDEX = "batch.kubernetes.io/job-completion-index";
    static final String FAILURES = "batch.kubernetes.io/job-index-failure-count";
    static final String IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count";
    static final int NO_INDEX = -1;

    private JobPods() {}

    static boolean isIndexed(Job job) {
        return "Indexed".equals(job.getSpec().getCompletionMode());
    }

    static boolean limitsIndexes(Job job) {
        return isIndexed(job) && job.getSpec().getBackoffLimitPerIndex() != null;
    }

    static int completions(Job job) {
        return number(job.getSpec().getCompletions());
    }

    static boolean isSuspended(Job job) {
        return Boolean.TRUE.equals(job.getSpec().getSuspend());
    }

    /** A pod on its way out is replaced only when it has failed, and counts as failed only then. */
    static boolean replacesOnlyFailed(Job job) {
        return "Failed".equals(job.getSpec().getPodReplacementPolicy())
                || job.getSpec().getPodFailurePolicy() != null;
    }

    static boolean hasFinalizer(Pod pod) {
        return pod.getMetadata().getFinalizers().contains(FINALIZER);
    }

    /** The pod's completion index, or {@link #NO_INDEX} if it has none. */
    static int index(Pod pod) {
        return annotation(pod, INDEX, NO_INDEX);
    }

    /** How many pods of this index failed before this one. */
    static int failures(Pod pod) {
        return annotation(pod, FAILURES, 0);
    }

    static int ignoredFailures(Pod pod) {
        return annotation(pod, IGNORED, 0);
    }

    private static int annotation(Pod pod, String name, int otherwise) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        String text = annotations == null ? null : annotations.get(name);
        if (text == null || !text.matches("\\d{1,9}")) {
            return otherwise;
        }
        return Integer.parseInt(text);
    }

    static boolean hasSucceeded(Pod pod) {
        return Pods.phase(pod).equals("Succeeded");
    }

    static boolean hasFailed(Job job, Pod pod) {
        if (Pods.phase(pod).equals("Failed")) {
            return true;
        }
        // An orphan of a lost node never gets to the phase Failed.
        return !replacesOnlyFailed(job) && Pods.isBeingDeleted(pod) && !hasSucceeded(pod);
    }

    /** On its way out, and something of it still runs. */
    static boolean isTerminating(Pod pod) {
        return Pods.isBeingDeleted(pod) && !Pods.isFinished(pod);
    }

    /** When the last container ended, or the nearest to it that is known. */
    static Instant finished(Pod pod) {
        Optional<Instant> containers = pod.getStatus() == null
                ? Optional.empty()
                : Stream.concat(
                                pod.getStatus().getContainerStatuses().stream(),
                                pod.getStatus().getInitContainerStatuses().stream())
                        .flatMap(container -> ended(container).stream())
                        .max(Instant::compareTo);
        return containers
                .or(() -> Pods.condition(pod, "Ready")
                        .filter(condition -> "False".equals(condition.getStatus()))
                        .flatMap(condition -> Pods.time(condition.getLastTransitionTime())))
                .or(() -> Pods.time(pod.getMetadata().getDeletionTimestamp()))
                .orElseGet(() -> Pods.created(pod.getMetadata()));
    }

    private static Optional<Instant> ended(ContainerStatus container) {
        return container.getState() == null || container.getState().getTerminated() == null
                ? Optional.empty()
                : Pods.time(container.getState().getTerminated().getFinishedAt());
    }

    static int number(@org.jspecify.annotations.Nullable Integer value) {
        return value == null ? 0 : value;
    }
}
