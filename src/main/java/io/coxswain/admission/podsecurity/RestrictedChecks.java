package io.coxswain.admission.podsecurity;

import static io.coxswain.admission.podsecurity.BaselineChecks.when;
import static io.coxswain.admission.podsecurity.Violation.containers;
import static io.coxswain.admission.podsecurity.Violation.plural;
import static io.coxswain.admission.podsecurity.Violation.quoted;

import io.coxswain.meta.ObjectView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The checks of the level {@code restricted}: what a hardened pod must say of itself. */
final class RestrictedChecks {
    private static final Set<String> VOLUMES = Set.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");

    private RestrictedChecks() {}

    static Optional<Violation> privilegeEscalation(PodShape pod) {
        List<String> bad = pod.containersThat(container ->
                container.flag("securityContext", "allowPrivilegeEscalation").orElse(true));
        return when(
                !bad.isEmpty(),
                "allowPrivilegeEscalation != false",
                containers(bad) + " must set securityContext.allowPrivilegeEscalation=false");
    }

    static Optional<Violation> capabilities(PodShape pod) {
        List<String> undropped = pod.containersThat(container ->
                !container.strings("securityContext", "capabilities", "drop").contains("ALL"));
        Set<String> added = new TreeSet<>();
        List<String> adding = pod.containersThat(container -> {
            List<String> bad = container.strings("securityContext", "capabilities", "add").stream()
                    .filter(capability -> !capability.equals("NET_BIND_SERVICE"))
                    .toList();
            added.addAll(bad);
            return !bad.isEmpty();
        });
        List<String> details = new ArrayList<>();
        if (!undropped.isEmpty()) {
            details.add(containers(undropped) + " must set securityContext.capabilities.drop=[\"ALL\"]");
        }
        if (!adding.isEmpty()) {
            details.add(
                    containers(adding) + " must not include " + quoted(added) + " in securityContext.capabilities.add");
        }
        return when(!details.isEmpty(), "unrestricted capabilities", String.join("; ", details));
    }

    static Optional<Violation> volumes(PodShape pod) {
        List<String> bad = new ArrayList<>();
        Set<String> types = new TreeSet<>();
        for (ObjectView volume : pod.spec().items("volumes")) {
            Set<String> sources = new TreeSet<>(volume.json().keySet());
            sources.removeIf(field -> field.equals("name") || volume.at(field).isEmpty());
            if (sources.stream().noneMatch(VOLUMES::contains)) {
                bad.add(volume.text("name"));
                types.add(sources.isEmpty() ? "unknown" : sources.iterator().next());
            }
        }
        return when(
                !bad.isEmpty(),
                "restricted volume types",
                plural("volume ", "volumes ", bad.size())
                        + quoted(bad)
                        + plural(" uses ", " use ", bad.size())
                        + plural("restricted volume type ", "restricted volume types ", types.size())
                        + quoted(types));
    }

    static Optional<Violation> runAsNonRoot(PodShape pod) {
        String setters = pod.setters(context -> !context.flag("runAsNonRoot").orElse(true));
        if (!setters.isEmpty()) {
            return when(true, "runAsNonRoot != true", setters + " must not set securityContext.runAsNonRoot=false");
        }
        if (pod.spec().flag("securityContext", "runAsNonRoot").orElse(false)) {
            return Optional.empty();
        }
        List<String> silent = pod.containersThat(
                container -> container.flag("securityContext", "runAsNonRoot").isEmpty());
        return when(
                !silent.isEmpty(),
                "runAsNonRoot != true",
                "pod or " + containers(silent) + " must set securityContext.runAsNonRoot=true");
    }

    static Optional<Violation> runAsUser(PodShape pod) {
        String setters = pod.setters(context -> context.number("runAsUser").orElse(1L) == 0);
        return when(!setters.isEmpty(), "runAsUser=0", setters + " must not set runAsUser=0");
    }

    static Optional<Violation> seccomp(PodShape pod) {
        Optional<Violation> bad = BaselineChecks.seccompFields(pod);
        if (bad.isPresent()
                || pod.spec().at("securityContext", "seccompProfile").isPresent()) {
            return bad;
        }
        List<String> silent = pod.containersThat(
                container -> container.at("securityContext", "seccompProfile").isEmpty());
        return when(
                !silent.isEmpty(),
                "seccompProfile",
                "pod or " + containers(silent)
                        + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"");
    }
}
