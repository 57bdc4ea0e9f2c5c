package io.coxswain.controller.runtime;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which pods go first when there are too many, as upstream ranks them: not assigned, pending, not ready, low deletion cost,
 * many of its kind on one node, ready for a short time, many restarts, young. Times count in powers of two, so that pods of
 * about one age go in no particular order.
 */
public final class DeletionOrder {
    private static final String COST = "controller.kubernetes.io/pod-deletion-cost";

    private DeletionOrder() {}

    /** @param related all pods that share an owner's owner with these, for spreading over nodes */
    public static Comparator<Pod> first(List<Pod> related, Instant now) {
        Map<String, Integer> perNode = new HashMap<>();
        for (Pod pod : related) {
            if (Pods.isActive(pod)) {
                perNode.merge(Pods.nodeName(pod), 1, Integer::sum);
            }
        }
        Comparator<Pod> order = Comparator.comparing(pod -> !Pods.nodeName(pod).isEmpty());
        return order.thenComparing(DeletionOrder::phaseRank)
                .thenComparing(Pods::isReady)
                .thenComparing(DeletionOrder::cost)
                .thenComparing(pod -> -perNode.getOrDefault(Pods.nodeName(pod), 0))
                .thenComparing(pod -> ageRank(Pods.readySince(pod).orElse(now), now))
                .thenComparing(pod -> -restarts(pod))
                .thenComparing(pod -> ageRank(Pods.created(pod.getMetadata()), now))
                .thenComparing(pod -> pod.getMetadata().getUid());
    }

    private static int phaseRank(Pod pod) {
        return switch (Pods.phase(pod)) {
            case "Running" -> 2;
            case "Unknown" -> 1;
            default -> 0;
        };
    }

    private static int cost(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        String text = annotations == null ? null : annotations.get(COST);
        if (text == null) {
            return 0;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException malformed) {
            return 0;
        }
    }

    private static int ageRank(Instant since, Instant now) {
        long seconds = Math.max(0, Duration.between(since, now).toSeconds());
        return 64 - Long.numberOfLeadingZeros(seconds);
    }

    private static int restarts(Pod pod) {
        return pod.getStatus() == null
                ? 0
                : pod.getStatus().getContainerStatuses().stream()
                        .map(ContainerStatus::getRestartCount)
                        .mapToInt(count -> count == null ? 0 : count)
                        .max()
                        .orElse(0);
    }
}
