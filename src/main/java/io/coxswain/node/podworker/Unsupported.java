package io.coxswain.node.podworker;

import io.coxswain.node.Pods;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a pod may ask for and this agent cannot give yet: said in so many words, never ignored. {@code PodSpecCoverageTest} holds
 * the list of all fields. Volumes, sources of variables and hooks of unknown kinds are refused where they would be used.
 */
final class Unsupported {

    private static final boolean SELINUX = Files.exists(Path.of("/sys/fs/selinux/enforce"));

    private Unsupported() {}

    /** The first such thing in the pod's spec. */
    static Optional<String> in(Pod pod) {
        PodSpec spec = pod.getSpec();
        Optional<String> found = inSpec(spec);
        if (found.isEmpty() && SELINUX) {
            found = seLinux(pod);
        }
        return found.isPresent()
                ? found
                : Pods.allContainers(pod).flatMap(c -> in(c).stream()).findFirst();
    }

    private static Optional<String> inSpec(PodSpec spec) {
        if (spec.getRuntimeClassName() != null && !spec.getRuntimeClassName().isEmpty()) {
            return no("runtimeClassName \"" + spec.getRuntimeClassName() + "\"");
        }
        if (spec.getOverhead() != null && !spec.getOverhead().isEmpty()) {
            return no("overhead");
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
        if (spec.getHostnameOverride() != null) {
            return no("hostnameOverride");
        }
        if (spec.getResources() != null
                && !(spec.getResources().getLimits().isEmpty()
                        && spec.getResources().getRequests().isEmpty())) {
            return no("resources of the whole pod");
        }
        return Optional.empty();
    }

    private static Optional<String> in(Container container) {
        String of = " of container \"" + container.getName() + "\"";
        if (!container.getVolumeDevices().isEmpty()) {
            return no("volumeDevices" + of);
        }
        if (!container.getRestartPolicyRules().isEmpty()) {
            return no("restartPolicyRules" + of);
        }
        String policy = container.getRestartPolicy();
        if (policy != null && !policy.equals("Always")) {
            return no("restartPolicy \"" + policy + "\"" + of);
        }
        Lifecycle lifecycle = container.getLifecycle();
        if (lifecycle != null && lifecycle.getStopSignal() != null) {
            return no("lifecycle.stopSignal" + of);
        }
        if (container.getResources() != null
                && !container.getResources().getClaims().isEmpty()) {
            return no("resources.claims" + of);
        }
        return container.getVolumeMounts().stream()
                .filter(m -> "Enabled".equals(m.getRecursiveReadOnly()))
                .findFirst()
                .flatMap(m -> no("recursiveReadOnly of volumeMount \"" + m.getName() + "\"" + of));
    }

    private static Optional<String> seLinux(Pod pod) {
        var all = pod.getSpec().getSecurityContext();
        boolean asked = all != null && all.getSeLinuxOptions() != null
                || Pods.allContainers(pod)
                        .anyMatch(c -> c.getSecurityContext() != null
                                && c.getSecurityContext().getSeLinuxOptions() != null);
        return asked ? no("seLinuxOptions on a host with SELinux") : Optional.empty();
    }

    private static Optional<String> no(String what) {
        return Optional.of(what + " is not supported by this node agent");
    }
}
