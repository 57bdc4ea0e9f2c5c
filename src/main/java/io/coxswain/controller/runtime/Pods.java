package io.coxswain.controller.runtime;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a pod's status says, by upstream's rules. */
public final class Pods {
    private Pods() {}

    public static String phase(Pod pod) {
        PodStatus status = pod.getStatus();
        return status == null || status.getPhase() == null ? "" : status.getPhase();
    }

    /** Succeeded or Failed: none of its containers will run again. */
    public static boolean isFinished(Pod pod) {
        String phase = phase(pod);
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    public static boolean isBeingDeleted(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    /** Finished, or on its way out with no container running any more: it uses nothing of its node's. */
    public static boolean hasEnded(Pod pod) {
        return isFinished(pod)
                || (isBeingDeleted(pod)
                        && (pod.getStatus() == null
                                || pod.getStatus().getContainerStatuses().stream()
                                        .noneMatch(Pods::mayRun)));
    }

    /** A container of which nothing is said is taken for a running one. */
    private static boolean mayRun(ContainerStatus container) {
        ContainerState state = container.getState();
        return state == null || (state.getTerminated() == null && state.getWaiting() == null);
    }

    /** Counts as a replica: neither finished nor on its way out. */
    public static boolean isActive(Pod pod) {
        return !isFinished(pod) && !isBeingDeleted(pod);
    }

    public static Optional<PodCondition> condition(Pod pod, String type) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(condition -> type.equals(condition.getType()))
                        .findFirst();
    }

    public static boolean isReady(Pod pod) {
        return condition(pod, "Ready")
                .filter(condition -> "True".equals(condition.getStatus()))
                .isPresent();
    }

    /** Ready for at least so many seconds. */
    public static boolean isAvailable(Pod pod, int minReadySeconds, Instant now) {
        if (!isReady(pod)) {
            return false;
        }
        return minReadySeconds == 0
                || readySince(pod)
                        .filter(since -> !since.plusSeconds(minReadySeconds).isAfter(now))
                        .isPresent();
    }

    /**
     * How long until the next of the pods is available by the mere passing of time, which no event tells; empty if none is
     * on its way.
     *
     * @param now not later than when it was counted how many are available, lest one slips through
     */
    public static Optional<Duration> untilAvailable(Collection<Pod> pods, int minReadySeconds, Instant now) {
        return pods.stream()
                .filter(pod -> !isAvailable(pod, minReadySeconds, now))
                .flatMap(pod -> readySince(pod).stream())
                .map(since -> Duration.between(now, since.plusSeconds(minReadySeconds)))
                .min(Duration::compareTo)
                .map(wait -> wait.plusMillis(1));
    }

    /** When the pod became ready; empty if it is not. */
    public static Optional<Instant> readySince(Pod pod) {
        return condition(pod, "Ready")
                .filter(condition -> "True".equals(condition.getStatus()))
                .flatMap(condition -> time(condition.getLastTransitionTime()));
    }

    public static String nodeName(Pod pod) {
        return pod.getSpec() == null || pod.getSpec().getNodeName() == null
                ? ""
                : pod.getSpec().getNodeName();
    }

    public static Instant created(ObjectMeta meta) {
        return time(meta.getCreationTimestamp()).orElse(Instant.EPOCH);
    }

    /** An RFC 3339 time; empty if there is none or it is malformed. */
    public static Optional<Instant> time(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
