package io.coxswain.node.simulated;

import io.coxswain.node.Pods;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;

/** What part a container has in its pod. */
enum ContainerKind {
    INIT,
    SIDECAR,
    MAIN,
    EPHEMERAL;

    static ContainerKind of(Pod pod, Container container) {
        boolean first = pod.getSpec().getInitContainers().stream()
                .anyMatch(c -> c.getName().equals(container.getName()));
        return !first ? MAIN : Pods.sidecar(container) ? SIDECAR : INIT;
    }
}
