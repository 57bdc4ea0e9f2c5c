package io.coxswain.scheduler;

import io.coxswain.scheduler.framework.PodInfo;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which waiting pods others were preempted for, and on which node: room that pods of lower priority must not take. Known here from
 * the moment of the decision, before {@code status.nominatedNodeName} is written. Thread-safe.
 */
final class Nominations {
    private final Map<String, Nominated> byUid = new LinkedHashMap<>();

    /** A pod and the node it waits for. */
    record Nominated(PodInfo pod, String node) {}

    synchronized void set(PodInfo pod, String node) {
        byUid.put(pod.uid(), new Nominated(pod, node));
    }

    synchronized void clear(String uid) {
        byUid.remove(uid);
    }

    /** What the API shows of a waiting pod. That nothing is said, as before, tells nothing: the word may be on its way. */
    synchronized void heard(PodInfo pod, boolean withdrawn) {
        String node = pod.nominatedNode();
        if (!node.isEmpty()) {
            set(pod, node);
        } else if (withdrawn) {
            clear(pod.uid());
        } else {
            byUid.computeIfPresent(pod.uid(), (uid, known) -> new Nominated(pod, known.node()));
        }
    }

    synchronized Optional<String> nodeOf(String uid) {
        return Optional.ofNullable(byUid.get(uid)).map(Nominated::node);
    }

    /** Pods nominated to a node that are less important than this. */
    synchronized List<PodInfo> lowerOn(String node, int priority) {
        return byUid.values().stream()
                .filter(nominated ->
                        nominated.node().equals(node) && nominated.pod().priority() < priority)
                .map(Nominated::pod)
                .toList();
    }

    /** By node, the other pods whose nominations this pod must respect: those at least as important. */
    synchronized Map<String, List<PodInfo>> respectedBy(PodInfo pod) {
        if (byUid.isEmpty()) {
            return Map.of();
        }
        Map<String, List<PodInfo>> byNode = new HashMap<>();
        for (Nominated nominated : byUid.values()) {
            PodInfo other = nominated.pod();
            if (other.priority() >= pod.priority() && !other.uid().equals(pod.uid())) {
                byNode.merge(nominated.node(), List.of(other), Nominations::concat);
            }
        }
        return byNode;
    }

    private static List<PodInfo> concat(List<PodInfo> some, List<PodInfo> more) {
        return java.util.stream.Stream.concat(some.stream(), more.stream()).toList();
    }
}
