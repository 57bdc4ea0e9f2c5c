package io.coxswain.admission.podsecurity;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Which checks make up a level as of a version, in the order in which upstream's messages name them. */
final class PodStandards {
    private PodStandards() {}

    static List<Violation> violations(PolicyLevel level, PodShape pod) {
        Found found = new Found(level.minor());
        if (level.isPrivileged()) {
            return found.violations;
        }
        int minor = level.minor();
        found.since(0, () -> BaselineChecks.appArmor(pod));
        found.since(0, () -> BaselineChecks.hostNamespaces(pod));
        found.since(0, () -> BaselineChecks.hostPorts(pod));
        found.since(34, () -> BaselineChecks.hostProbes(pod));
        found.since(0, () -> BaselineChecks.privileged(pod));
        found.since(0, () -> BaselineChecks.procMount(pod));
        found.since(0, () -> BaselineChecks.seLinux(pod, minor));
        found.since(0, () -> BaselineChecks.sysctls(pod, minor));
        found.since(0, () -> BaselineChecks.hostProcess(pod));
        boolean restricted = level.name() == PolicyLevel.Name.RESTRICTED;
        // Each of these three is replaced by a stricter one in the level above, from the version on that brought it.
        if (!restricted || minor < 22) {
            found.since(0, () -> BaselineChecks.capabilities(pod));
        }
        if (!restricted) {
            found.since(0, () -> BaselineChecks.hostPaths(pod));
        }
        if (!restricted || minor < 19) {
            found.since(0, () -> BaselineChecks.seccomp(pod, minor));
        }
        if (restricted) {
            restricted(found, pod);
        }
        return found.violations;
    }

    /** What makes no sense on Windows is not asked of its pods since 1.25. */
    private static void restricted(Found found, PodShape pod) {
        boolean exempt = found.minor >= 25 && pod.isWindows();
        if (!exempt) {
            found.since(8, () -> RestrictedChecks.privilegeEscalation(pod));
            found.since(22, () -> RestrictedChecks.capabilities(pod));
        }
        found.since(0, () -> RestrictedChecks.volumes(pod));
        found.since(0, () -> RestrictedChecks.runAsNonRoot(pod));
        found.since(23, () -> RestrictedChecks.runAsUser(pod));
        if (!exempt) {
            found.since(19, () -> RestrictedChecks.seccomp(pod));
        }
    }

    /** The violations so far. */
    private static final class Found {
        private final int minor;
        private final List<Violation> violations = new ArrayList<>();

        Found(int minor) {
            this.minor = minor;
        }

        void since(int version, Supplier<Optional<Violation>> check) {
            if (minor >= version) {
                check.get().ifPresent(violations::add);
            }
        }
    }
}
