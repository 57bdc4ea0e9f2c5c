package io.coxswain.node.status;

import io.coxswain.node.cri.PodRuntime;
import io.coxswain.node.probe.ProbeResults;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that the status of a pod follows from, beside the Pod itself.
 *
 * @param waiting why containers cannot start, by name
 * @param notStarted ids of containers whose postStart hook has not ended
 * @param messages termination messages by container id
 * @param hostIps the node's addresses
 * @param podIps the pod's addresses, empty if it has none now
 * @param terminal the pod is at its end and nothing of it will start again
 * @param verdict why the agent itself ended the pod, if it did
 */
public record PodObservation(
        PodRuntime runtime,
        Map<String, Waiting> waiting,
        Set<String> notStarted,
        Map<String, String> messages,
        ProbeResults probes,
        List<String> hostIps,
        List<String> podIps,
        Instant now,
        boolean terminal,
        Optional<Verdict> verdict) {

    public PodObservation {
        waiting = Map.copyOf(waiting);
        notStarted = Set.copyOf(notStarted);
        messages = Map.copyOf(messages);
        hostIps = List.copyOf(hostIps);
        podIps = List.copyOf(podIps);
    }

    /** Reason and message of a waiting container. */
    public record Waiting(String reason, String message) {}

    /** Reason and message of a pod that the agent failed. */
    public record Verdict(String reason, String message) {}
}
