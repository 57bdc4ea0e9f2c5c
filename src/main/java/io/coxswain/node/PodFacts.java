package io.coxswain.node;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/**
 * What a pod may learn of itself and its node beyond its own spec.
 *
 * @param hostIps addresses of the node, the primary one first
 * @param podIps addresses of the pod, empty before it has any
 * @param allocatable the node's allocatable cpu, memory and ephemeral-storage: the limit where a container has none
 */
public record PodFacts(List<String> hostIps, List<String> podIps, Map<String, Quantity> allocatable) {
    public PodFacts {
        hostIps = List.copyOf(hostIps);
        podIps = List.copyOf(podIps);
        allocatable = Map.copyOf(allocatable);
    }
}
