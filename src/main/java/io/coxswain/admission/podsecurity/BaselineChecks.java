package io.coxswain.admission.podsecurity;

import static io.coxswain.admission.podsecurity.Violation.containers;
import static io.coxswain.admission.podsecurity.Violation.plural;
import static io.coxswain.admission.podsecurity.Violation.quoted;

import io.coxswain.meta.ObjectView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The checks of the level {@code baseline}: what would give a pod known ways out of its container. */
final class BaselineChecks {
    private static final Set<String> DEFAULT_CAPABILITIES = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");
    private static final Set<String> SYSCTLS = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
            "net.ipv4.ip_unprivileged_port_start");
    private static final Set<String> SYSCTLS_27 = Set.of("net.ipv4.ip_local_reserved_ports");
    private static final Set<String> SYSCTLS_29 = Set.of(
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes");
    private static final Set<String> SYSCTLS_32 = Set.of("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem");
    private static final Set<String> SELINUX_TYPES = Set.of("", "container_t", "container_init_t", "container_kvm_t");
    private static final String APPARMOR = "container.apparmor.security.beta.kubernetes.io/";
    private static final String SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";

    private BaselineChecks() {}

    static Optional<Violation> appArmor(PodShape pod) {
        Set<String> annotations = new TreeSet<>();
        pod.annotations().forEach((key, value) -> {
            boolean allowed = value.isEmpty() || value.equals("runtime/default") || value.startsWith("localhost/");
            if (key.startsWith(APPARMOR) && !allowed) {
                annotations.add(key + "=\"" + value + "\"");
            }
        });
        Set<String> types = new TreeSet<>();
        String setters = pod.setters(context -> {
            String type = context.text("appArmorProfile", "type");
            boolean bad = context.at("appArmorProfile").isPresent()
                    && !type.equals("RuntimeDefault")
                    && !type.equals("Localhost");
            if (bad) {
                types.add(type);
            }
            return bad;
        });
        List<String> details = new ArrayList<>();
        if (!setters.isEmpty()) {
            details.add(setters + " must not set AppArmor profile type to " + quoted(types));
        }
        details.addAll(annotations);
        return when(
                !details.isEmpty(),
                plural("forbidden AppArmor profile", "forbidden AppArmor profiles", types.size() + annotations.size()),
                String.join(", ", details));
    }

    static Optional<Violation> capabilities(PodShape pod) {
        Set<String> added = new TreeSet<>();
        List<String> bad = pod.containersThat(container -> collect(
                added,
                container.strings("securityContext", "capabilities", "add").stream(),
                capability -> !DEFAULT_CAPABILITIES.contains(capability)));
        return when(
                !bad.isEmpty(),
                "non-default capabilities",
                containers(bad) + " must not include " + quoted(added) + " in securityContext.capabilities.add");
    }

    static Optional<Violation> hostNamespaces(PodShape pod) {
        List<String> used = Stream.of("hostIPC", "hostNetwork", "hostPID")
                .filter(field -> pod.spec().flag(field).orElse(false))
                .map(field -> field + "=true")
                .toList();
        return when(!used.isEmpty(), "host namespaces", String.join(", ", used));
    }

    static Optional<Violation> hostPaths(PodShape pod) {
        List<String> volumes = pod.spec().items("volumes").stream()
                .filter(volume -> volume.at("hostPath").isPresent())
                .map(volume -> volume.text("name"))
                .toList();
        return when(
                !volumes.isEmpty(),
                "hostPath volumes",
                plural("volume ", "volumes ", volumes.size()) + quoted(volumes));
    }

    static Optional<Violation> hostPorts(PodShape pod) {
        Set<String> ports = new TreeSet<>();
        List<String> bad = pod.containersThat(container -> collect(
                ports,
                container.items("ports").stream()
                        .map(port -> port.number("hostPort").orElse(0L).toString()),
                port -> !port.equals("0")));
        return when(
                !bad.isEmpty(),
                "hostPort",
                containers(bad)
                        + plural(" uses ", " use ", bad.size())
                        + plural("hostPort ", "hostPorts ", ports.size())
                        + String.join(", ", ports));
    }

    static Optional<Violation> hostProbes(PodShape pod) {
        Set<String> hosts = new TreeSet<>();
        Set<String> bad = new TreeSet<>(pod.containersThat(container -> collect(
                hosts,
                handlers(container)
                        .flatMap(handler ->
                                Stream.of(handler.text("httpGet", "host"), handler.text("tcpSocket", "host"))),
                host -> !host.isEmpty())));
        return when(
                !bad.isEmpty(),
                "probe or lifecycle host",
                containers(List.copyOf(bad))
                        + plural(" uses ", " use ", bad.size())
                        + plural("probe or lifecycle host ", "probe or lifecycle hosts ", hosts.size())
                        + quoted(hosts));
    }

    private static Stream<ObjectView> handlers(ObjectView container) {
        return Stream.of(
                new ObjectView(container.object("livenessProbe")),
                new ObjectView(container.object("readinessProbe")),
                new ObjectView(container.object("startupProbe")),
                new ObjectView(container.object("lifecycle", "postStart")),
                new ObjectView(container.object("lifecycle", "preStop")));
    }

    static Optional<Violation> privileged(PodShape pod) {
        List<String> bad = pod.containersThat(
                container -> container.flag("securityContext", "privileged").orElse(false));
        return when(!bad.isEmpty(), "privileged", containers(bad) + " must not set securityContext.privileged=true");
    }

    static Optional<Violation> procMount(PodShape pod) {
        Set<String> mounts = new TreeSet<>();
        List<String> bad = pod.containersThat(container -> collect(
                mounts,
                container
                        .at("securityContext", "procMount")
                        .map(any -> container.text("securityContext", "procMount"))
                        .stream(),
                mount -> !mount.equals("Default")));
        return when(
                !bad.isEmpty(),
                "procMount",
                containers(bad) + " must not set securityContext.procMount to " + quoted(mounts));
    }

    /** @param minor from 31 on, one more type is allowed */
    static Optional<Violation> seLinux(PodShape pod, int minor) {
        Set<String> types = new TreeSet<>();
        List<String> more = new ArrayList<>();
        String setters = pod.setters(context -> {
            String type = context.text("seLinuxOptions", "type");
            boolean badType = !SELINUX_TYPES.contains(type) && !(minor >= 31 && type.equals("container_engine_t"));
            if (badType) {
                types.add(type);
            }
            boolean bad = badType;
            for (String field : List.of("user", "role")) {
                if (!context.text("seLinuxOptions", field).isEmpty()) {
                    bad = true;
                    more.add(field + " may not be set");
                }
            }
            return bad;
        });
        List<String> data = new ArrayList<>();
        if (!types.isEmpty()) {
            data.add(plural("type ", "types ", types.size()) + quoted(types));
        }
        // User before role, whoever set them.
        more.stream().distinct().sorted(java.util.Comparator.reverseOrder()).forEach(data::add);
        return when(
                !setters.isEmpty(),
                "seLinuxOptions",
                setters + " set forbidden securityContext.seLinuxOptions: " + String.join("; ", data));
    }

    /** Before 1.19 annotations, since then fields. */
    static Optional<Violation> seccomp(PodShape pod, int minor) {
        return minor < 19 ? seccompAnnotations(pod) : seccompFields(pod);
    }

    private static Optional<Violation> seccompAnnotations(PodShape pod) {
        Set<String> bad = new TreeSet<>();
        Stream.concat(
                        Stream.of(SECCOMP_POD),
                        pod.containers().stream().map(container -> SECCOMP_CONTAINER + container.text("name")))
                .forEach(key -> {
                    String value = pod.annotations().get(key);
                    boolean allowed = value == null
                            || value.equals("runtime/default")
                            || value.equals("docker/default")
                            || value.startsWith("localhost/");
                    if (!allowed) {
                        bad.add(key + "=\"" + value + "\"");
                    }
                });
        return when(
                !bad.isEmpty(),
                "seccompProfile",
                "forbidden " + plural("annotation ", "annotations ", bad.size()) + String.join(", ", bad));
    }

    static Optional<Violation> seccompFields(PodShape pod) {
        Set<String> types = new TreeSet<>();
        String setters = pod.setters(context -> collect(
                types,
                context.at("seccompProfile").map(any -> context.text("seccompProfile", "type")).stream(),
                type -> !isSeccomp(type)));
        return when(
                !setters.isEmpty(),
                "seccompProfile",
                setters + " must not set securityContext.seccompProfile.type to " + quoted(types));
    }

    static boolean isSeccomp(String type) {
        return type.equals("RuntimeDefault") || type.equals("Localhost");
    }

    static Optional<Violation> sysctls(PodShape pod, int minor) {
        List<String> bad = pod.spec().items("securityContext", "sysctls").stream()
                .map(sysctl -> sysctl.text("name"))
                .filter(name -> !(SYSCTLS.contains(name)
                        || (minor >= 27 && SYSCTLS_27.contains(name))
                        || (minor >= 29 && SYSCTLS_29.contains(name))
                        || (minor >= 32 && SYSCTLS_32.contains(name))))
                .toList();
        return when(!bad.isEmpty(), "forbidden sysctls", String.join(", ", bad));
    }

    static Optional<Violation> hostProcess(PodShape pod) {
        String setters = pod.setters(
                context -> context.flag("windowsOptions", "hostProcess").orElse(false));
        return when(
                !setters.isEmpty(),
                "hostProcess",
                setters + " must not set securityContext.windowsOptions.hostProcess=true");
    }

    /** Notes the bad ones among the values, and says whether there are any. */
    private static boolean collect(Set<String> noted, Stream<String> values, Predicate<String> isBad) {
        List<String> bad = values.filter(isBad).toList();
        noted.addAll(bad);
        return !bad.isEmpty();
    }

    static Optional<Violation> when(boolean violated, String reason, String detail) {
        return violated ? Optional.of(new Violation(reason, detail)) : Optional.empty();
    }
}
