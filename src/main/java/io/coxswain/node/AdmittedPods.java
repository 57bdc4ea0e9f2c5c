package io.coxswain.node;

import io.coxswain.node.status.PodObservation.Verdict;
import io.coxswain.placement.HostPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The pods that a node has taken in, and the host ports they hold. The scheduler sees to it that ports are free, but a pod may name
 * its node itself. Each is asked about once: what has begun is not refused later. Thread-safe.
 */
public final class AdmittedPods {
    private final Map<String, Set<HostPort>> ports = new HashMap<>();

    /** Takes the pod in, unless another holds a port that it wants: then why, as upstream's kubelet says. */
    public synchronized Optional<Verdict> admit(Pod pod) {
        if (ports.containsKey(Pods.uid(pod))) {
            return Optional.empty();
        }
        Set<HostPort> wanted = HostPort.of(pod.getSpec());
        boolean taken = ports.values().stream()
                .flatMap(Set::stream)
                .anyMatch(held -> wanted.stream().anyMatch(held::conflictsWith));
        if (taken) {
            return Optional.of(new Verdict("NodePorts", "Predicate NodePorts failed: " + HostPort.TAKEN));
        }
        ports.put(Pods.uid(pod), wanted);
        return Optional.empty();
    }

    /** The pod was taken in before this began to count. */
    public synchronized void keep(Pod pod) {
        ports.put(Pods.uid(pod), HostPort.of(pod.getSpec()));
    }

    /** Nothing of the pod runs any more, and nothing will. */
    public synchronized void release(String uid) {
        ports.remove(uid);
    }
}
