package io.coxswain.node.simulated;

import io.coxswain.node.NodeApi;
import io.coxswain.node.PodFacts;
import io.coxswain.node.podworker.ContainerConfigException;
import io.coxswain.node.podworker.Environment;
import io.coxswain.node.podworker.SubPaths;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.Map;
import java.util.Optional;

/** Whether the parts of volumes that a container mounts can be named. Only expressions cost requests. */
final class SubPathCheck {
    private final Environment environment;

    SubPathCheck(NodeApi api) {
        environment = new Environment(api);
    }

    /** Why the container cannot be made, in a kubelet's words. */
    Optional<String> problem(Pod pod, PodFacts facts, Container container) {
        try {
            boolean expressions = container.getVolumeMounts().stream().anyMatch(SubPaths::hasExpression);
            Map<String, String> variables = expressions ? environment.of(pod, facts, container) : Map.of();
            for (VolumeMount mount : container.getVolumeMounts()) {
                SubPaths.of(mount, variables);
            }
            return Optional.empty();
        } catch (ContainerConfigException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
