package io.coxswain.node.podworker;

import io.coxswain.node.NodeApi;
import io.coxswain.node.NodeSettings;
import io.coxswain.node.PodFacts;
import io.coxswain.node.Pods;
import io.coxswain.node.cri.CriLabels;
import io.coxswain.node.cri.v1.Capability;
import io.coxswain.node.cri.v1.ContainerConfig;
import io.coxswain.node.cri.v1.ContainerMetadata;
import io.coxswain.node.cri.v1.Image;
import io.coxswain.node.cri.v1.ImageSpec;
import io.coxswain.node.cri.v1.Int64Value;
import io.coxswain.node.cri.v1.KeyValue;
import io.coxswain.node.cri.v1.LinuxContainerConfig;
import io.coxswain.node.cri.v1.LinuxContainerResources;
import io.coxswain.node.cri.v1.LinuxContainerSecurityContext;
import io.coxswain.node.cri.v1.Mount;
import io.coxswain.node.cri.v1.MountPropagation;
import io.coxswain.node.cri.v1.SecurityProfile;
import io.coxswain.node.volume.PodVolumes.Mounted;
import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Translates one container of a Pod into the container that CRI is asked for. */
final class ContainerConfigs {

    private static final List<String> MASKED = List.of(
            "/proc/asound",
            "/proc/acpi",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");
    private static final long CPU_PERIOD = 100_000;

    private final NodeSettings node;
    private final Environment environment;

    ContainerConfigs(NodeSettings node, NodeApi api) {
        this.node = node;
        this.environment = new Environment(api);
    }

    /**
     * The configuration of attempt {@code attempt}; creates the files the container mounts.
     *
     * @throws ContainerConfigException if something it refers to is missing or contradictory
     * @throws IOException if the files cannot be made
     */
    ContainerConfig of(
            Pod pod, PodFacts facts, Container container, Image image, int attempt, Map<String, Mounted> volumes)
            throws IOException {
        Map<String, String> env = environment.of(pod, facts, container);
        ContainerConfig.Builder config = ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder()
                        .setName(container.getName())
                        .setAttempt(attempt))
                .setImage(ImageSpec.newBuilder().setImage(image.getId()))
                .setLogPath(container.getName() + "/" + attempt + ".log")
                .setStdin(Boolean.TRUE.equals(container.getStdin()))
                .setStdinOnce(Boolean.TRUE.equals(container.getStdinOnce()))
                .setTty(Boolean.TRUE.equals(container.getTty()))
                .setLinux(LinuxContainerConfig.newBuilder()
                        .setResources(resources(pod, container, facts))
                        .setSecurityContext(security(pod, container, image)));
        if (container.getWorkingDir() != null) {
            config.setWorkingDir(container.getWorkingDir());
        }
        container.getCommand().forEach(c -> config.addCommand(Expansion.expand(c, env)));
        container.getArgs().forEach(a -> config.addArgs(Expansion.expand(a, env)));
        env.forEach((k, v) -> config.addEnvs(KeyValue.newBuilder().setKey(k).setValue(v)));
        mounts(pod, container, env, volumes, attempt).forEach(config::addMounts);
        labels(config, pod, container, attempt);
        Files.createDirectories(Pods.logDirectory(
                        node,
                        pod.getMetadata().getNamespace(),
                        pod.getMetadata().getName(),
                        Pods.uid(pod))
                .resolve(container.getName()));
        return config.build();
    }

    private static void labels(ContainerConfig.Builder config, Pod pod, Container container, int attempt) {
        config.putLabels(CriLabels.POD_NAME, pod.getMetadata().getName())
                .putLabels(CriLabels.POD_NAMESPACE, pod.getMetadata().getNamespace())
                .putLabels(CriLabels.POD_UID, Pods.uid(pod))
                .putLabels(CriLabels.CONTAINER_NAME, container.getName())
                .putAnnotations(CriLabels.HASH, Pods.hash(container))
                .putAnnotations(CriLabels.RESTART_COUNT, String.valueOf(attempt))
                .putAnnotations(CriLabels.TERMINATION_MESSAGE_PATH, terminationMessagePath(container))
                .putAnnotations(
                        CriLabels.TERMINATION_MESSAGE_POLICY,
                        Objects.requireNonNullElse(container.getTerminationMessagePolicy(), "File"))
                .putAnnotations(
                        CriLabels.GRACE_PERIOD,
                        String.valueOf(
                                Objects.requireNonNullElse(pod.getSpec().getTerminationGracePeriodSeconds(), 30L)));
    }

    private static String terminationMessagePath(Container container) {
        String path = container.getTerminationMessagePath();
        return path == null || path.isEmpty() ? "/dev/termination-log" : path;
    }

    /** The host's file behind a container attempt's termination message. */
    static Path terminationMessage(NodeSettings node, String uid, String container, int attempt) {
        return node.pods().resolve(uid).resolve("containers").resolve(container).resolve(String.valueOf(attempt));
    }

    static Path hostsFile(NodeSettings node, String uid) {
        return node.pods().resolve(uid).resolve("etc-hosts");
    }

    private List<Mount> mounts(
            Pod pod, Container container, Map<String, String> env, Map<String, Mounted> volumes, int attempt)
            throws IOException {
        List<Mount> out = new ArrayList<>();
        for (VolumeMount mount : container.getVolumeMounts()) {
            Mounted volume = volumes.get(mount.getName());
            if (volume == null) {
                throw new ContainerConfigException("cannot find volume \"" + mount.getName()
                        + "\" to mount into container \"" + container.getName() + "\"");
            }
            String target = mount.getMountPath();
            out.add(Mount.newBuilder()
                    .setContainerPath(target.startsWith("/") ? target : "/" + target)
                    .setHostPath(subPath(volume.path(), mount, env).toString())
                    .setReadonly(volume.readOnly() || Boolean.TRUE.equals(mount.getReadOnly()))
                    .setPropagation(propagation(mount))
                    .build());
        }
        boolean hostsTaken = out.stream().anyMatch(m -> m.getContainerPath().equals("/etc/hosts"));
        if (!hostsTaken) {
            out.add(Mount.newBuilder()
                    .setContainerPath("/etc/hosts")
                    .setHostPath(hostsFile(node, Pods.uid(pod)).toString())
                    .setReadonly(readOnlyRoot(container))
                    .build());
        }
        Path message = terminationMessage(node, Pods.uid(pod), container.getName(), attempt);
        Files.createDirectories(Objects.requireNonNull(message.getParent()));
        if (!Files.exists(message)) {
            Files.createFile(message);
        }
        // A container of any user may write its last words.
        Files.setAttribute(message, "unix:mode", 0666);
        out.add(Mount.newBuilder()
                .setContainerPath(terminationMessagePath(container))
                .setHostPath(message.toString())
                .build());
        return out;
    }

    private static MountPropagation propagation(VolumeMount mount) {
        String mode = mount.getMountPropagation() == null ? "None" : mount.getMountPropagation();
        return switch (mode) {
            case "HostToContainer" -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
            case "Bidirectional" -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
            default -> MountPropagation.PROPAGATION_PRIVATE;
        };
    }

    private static Path subPath(Path volume, VolumeMount mount, Map<String, String> env) throws IOException {
        String sub = SubPaths.of(mount, env);
        if (sub.isEmpty()) {
            return volume;
        }
        Path wanted = volume.resolve(sub);
        // Nothing is made, and nothing mounted, outside the volume: links that lead away are refused.
        Path existing = wanted;
        while (!Files.exists(existing)) {
            existing = Objects.requireNonNull(existing.getParent());
        }
        if (!existing.toRealPath().startsWith(volume.toRealPath())) {
            throw new ContainerConfigException("failed to prepare subPath for volumeMount \"" + mount.getName()
                    + "\" of container: subpath leads out of the volume");
        }
        if (!Files.exists(wanted)) {
            makeLike(volume, existing, wanted);
        }
        return wanted.toRealPath();
    }

    /** Directories below the volume have its mode, as the kubelet makes them: who may write there may write here. */
    private static void makeLike(Path volume, Path existing, Path wanted) throws IOException {
        Object mode = Files.getAttribute(volume, "unix:mode");
        Path made = existing;
        for (Path step : existing.relativize(wanted)) {
            made = made.resolve(step);
            Files.createDirectories(made);
            Files.setAttribute(made, "unix:mode", (Integer) mode & 07777);
        }
    }

    private static boolean readOnlyRoot(Container container) {
        return container.getSecurityContext() != null
                && Boolean.TRUE.equals(container.getSecurityContext().getReadOnlyRootFilesystem());
    }

    static LinuxContainerResources resources(Pod pod, Container container, PodFacts facts) {
        LinuxContainerResources.Builder out = LinuxContainerResources.newBuilder();
        BigDecimal cpuLimit = Pods.amount(container, true, "cpu");
        BigDecimal cpuRequest = Pods.amount(container, false, "cpu");
        BigDecimal shareOf = cpuRequest.signum() == 0 ? cpuLimit : cpuRequest;
        out.setCpuShares(Math.max(2, shareOf.multiply(BigDecimal.valueOf(1024)).longValue()));
        out.setCpuPeriod(CPU_PERIOD);
        if (cpuLimit.signum() > 0) {
            long quota = cpuLimit.multiply(BigDecimal.valueOf(CPU_PERIOD))
                    .setScale(0, RoundingMode.CEILING)
                    .longValue();
            out.setCpuQuota(Math.max(1000, quota));
        }
        BigDecimal memory = Pods.amount(container, true, "memory");
        if (memory.signum() > 0) {
            out.setMemoryLimitInBytes(memory.longValue());
        }
        Quantity machine = facts.allocatable().get("memory");
        long capacity = machine == null ? 0 : machine.getNumericalAmount().longValue();
        return out.setOomScoreAdj(oomScore(pod, container, capacity)).build();
    }

    /** The kubelet's rule: the more of the machine's memory a container reserved, the later it is killed. */
    static int oomScore(Pod pod, Container container, long capacity) {
        return switch (Pods.qos(pod)) {
            case "Guaranteed" -> -997;
            case "BestEffort" -> 1000;
            default -> {
                long request = Pods.amount(container, false, "memory").longValue();
                long score = capacity <= 0 ? 999 : 1000 - 1000 * request / capacity;
                yield (int) Math.min(999, Math.max(3, score));
            }
        };
    }

    private static LinuxContainerSecurityContext security(Pod pod, Container container, Image image) {
        PodSecurityContext podContext =
                Objects.requireNonNullElseGet(pod.getSpec().getSecurityContext(), PodSecurityContext::new);
        SecurityContext own = Objects.requireNonNullElseGet(container.getSecurityContext(), SecurityContext::new);
        LinuxContainerSecurityContext.Builder out =
                LinuxContainerSecurityContext.newBuilder().setNamespaceOptions(SandboxConfigs.namespaces(pod));
        Long user = own.getRunAsUser() != null ? own.getRunAsUser() : podContext.getRunAsUser();
        Long group = own.getRunAsGroup() != null ? own.getRunAsGroup() : podContext.getRunAsGroup();
        Boolean nonRoot = own.getRunAsNonRoot() != null ? own.getRunAsNonRoot() : podContext.getRunAsNonRoot();
        if (Boolean.TRUE.equals(nonRoot)) {
            verifyNonRoot(pod, container, user, image);
        }
        if (user != null) {
            out.setRunAsUser(Int64Value.newBuilder().setValue(user));
        } else if (image.hasUid()) {
            out.setRunAsUser(Int64Value.newBuilder().setValue(image.getUid().getValue()));
        } else {
            out.setRunAsUsername(image.getUsername());
        }
        if (group != null) {
            out.setRunAsGroup(Int64Value.newBuilder().setValue(group));
        }
        if (podContext.getFsGroup() != null) {
            out.addSupplementalGroups(podContext.getFsGroup());
        }
        out.addAllSupplementalGroups(podContext.getSupplementalGroups());
        boolean privileged = Boolean.TRUE.equals(own.getPrivileged());
        out.setPrivileged(privileged);
        out.setReadonlyRootfs(Boolean.TRUE.equals(own.getReadOnlyRootFilesystem()));
        out.setNoNewPrivs(Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()));
        if (own.getCapabilities() != null) {
            out.setCapabilities(Capability.newBuilder()
                    .addAllAddCapabilities(own.getCapabilities().getAdd())
                    .addAllDropCapabilities(own.getCapabilities().getDrop()));
        }
        if (!privileged && !"Unmasked".equals(own.getProcMount())) {
            out.addAllMaskedPaths(MASKED).addAllReadonlyPaths(READ_ONLY);
        }
        if (!privileged) {
            out.setSeccomp(SandboxConfigs.seccomp(
                    own.getSeccompProfile() != null ? own.getSeccompProfile() : podContext.getSeccompProfile()));
            AppArmorProfile profile = PodAdmission.appArmor(pod, container);
            if (profile != null) {
                out.setApparmor(appArmor(profile));
            }
        }
        return out.build();
    }

    private static SecurityProfile appArmor(AppArmorProfile profile) {
        SecurityProfile.Builder out = SecurityProfile.newBuilder();
        return switch (profile.getType()) {
            case "Localhost" ->
                out.setProfileType(SecurityProfile.ProfileType.Localhost)
                        .setLocalhostRef(profile.getLocalhostProfile())
                        .build();
            case "Unconfined" ->
                out.setProfileType(SecurityProfile.ProfileType.Unconfined).build();
            default ->
                out.setProfileType(SecurityProfile.ProfileType.RuntimeDefault).build();
        };
    }

    private static void verifyNonRoot(
            Pod pod, Container container, @org.jspecify.annotations.Nullable Long user, Image image) {
        String where = " (pod: \"" + Pods.text(pod) + "\", container: " + container.getName() + ")";
        if (user != null) {
            if (user == 0) {
                throw new ContainerConfigException("container's runAsUser breaks non-root policy" + where);
            }
            return;
        }
        if (image.hasUid() && image.getUid().getValue() == 0
                || !image.hasUid() && image.getUsername().isEmpty()) {
            throw new ContainerConfigException("container has runAsNonRoot and image will run as root" + where);
        }
        if (!image.hasUid()) {
            throw new ContainerConfigException("container has runAsNonRoot and image has non-numeric user ("
                    + image.getUsername() + "), cannot verify user is non-root" + where);
        }
    }
}
