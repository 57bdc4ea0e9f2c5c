package io.coxswain.node.podworker;

import io.coxswain.node.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/** What a pod may ask for and this agent cannot give yet: said in so many words, never ignored. Pure. */
final class Unsupported {

    private Unsupported() {}

    /** The first such thing in the pod's spec. */
    static Optional<String> in(Pod pod) {
        var spec = pod.getSpec();
        if (spec.getRuntimeClassName() != null && !spec.getRuntimeClassName().isEmpty()) {
            return no("runtimeClassName \"" + spec.getRuntimeClassName() + "\"");
        }
        if (!spec.getEphemeralContainers().isEmpty()) {
            return no("ephemeralContainers");
        }
        if (!spec.getResourceClaims().isEmpty()) {
            return no("resourceClaims");
        }
        if (Boolean.FALSE.equals(spec.getHostUsers())) {
            return no("hostUsers: false");
        }
        if (spec.getOs() != null && !"linux".equals(spec.getOs().getName())) {
            return no("os \"" + spec.getOs().getName() + "\"");
        }
        return Pods.allContainers(pod)
                .filter(c -> !c.getVolumeDevices().isEmpty())
                .findFirst()
                .flatMap(c -> no("volumeDevices of container \"" + c.getName() + "\""));
    }

    private static Optional<String> no(String what) {
        return Optional.of(what + " is not supported by this node agent");
    }
}
