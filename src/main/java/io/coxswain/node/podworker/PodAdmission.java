package io.coxswain.node.podworker;

import io.coxswain.node.Pods;
import io.coxswain.node.status.PodObservation.Verdict;
import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a node refuses for good: the pod fails at once, with the reason and words of upstream's kubelet, so that its controller
 * can do better elsewhere. What this agent merely cannot do yet is {@link Unsupported}.
 */
final class PodAdmission {

    private static final Path APPARMOR = Path.of("/sys/module/apparmor/parameters/enabled");

    private final boolean appArmor;

    /** {@code appArmor}: whether the kernel of this host enforces AppArmor profiles. */
    PodAdmission(boolean appArmor) {
        this.appArmor = appArmor;
    }

    static PodAdmission ofHost() throws IOException {
        return new PodAdmission(
                Files.isReadable(APPARMOR) && Files.readString(APPARMOR).strip().equals("Y"));
    }

    /** Why this node must not run the pod, if so; the message is the event's. */
    Optional<Verdict> refusal(Pod pod) {
        var spec = pod.getSpec();
        if (spec.getOs() != null && !"linux".equals(spec.getOs().getName())) {
            return Optional.of(
                    new Verdict("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS"));
        }
        if (!appArmor && Pods.allContainers(pod).anyMatch(c -> wantsAppArmor(pod, c))) {
            return Optional.of(new Verdict("AppArmor", "Cannot enforce AppArmor: AppArmor is not enabled on the host"));
        }
        if (spec.getSecurityContext() != null
                && "Strict".equals(spec.getSecurityContext().getSupplementalGroupsPolicy())) {
            return Optional.of(new Verdict(
                    "SupplementalGroupsPolicyNotSupported",
                    "SupplementalGroupsPolicy=Strict is not supported in this node"));
        }
        return Optional.empty();
    }

    private static boolean wantsAppArmor(Pod pod, Container container) {
        AppArmorProfile profile = appArmor(pod, container);
        return profile != null && !"Unconfined".equals(profile.getType());
    }

    /** A container's profile: its own, else the pod's. */
    static @Nullable AppArmorProfile appArmor(Pod pod, Container container) {
        var own = container.getSecurityContext();
        if (own != null && own.getAppArmorProfile() != null) {
            return own.getAppArmorProfile();
        }
        var all = pod.getSpec().getSecurityContext();
        return all == null ? null : all.getAppArmorProfile();
    }
}
