package io.coxswain.node.volume;

import io.coxswain.node.NodeApi;
import io.coxswain.node.PodFacts;
import io.coxswain.node.volume.AtomicWriter.FileEntry;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The volumes of the pods on one node. Disk-backed ones live under {@code <pods>/<uid>/volumes}; what must not reach a
 * disk (secrets, tokens) lives in one tmpfs of the node, under {@code <memory>/<uid>}.
 */
public final class PodVolumes {

    private final Path pods;
    private final Path memory;
    private final Clock clock;
    private final HostMounts mounts;
    private final Payloads payloads;
    private final ServiceAccountTokens tokens;
    private final PersistentClaims claims;

    public PodVolumes(Path pods, Path memory, NodeApi api, Clock clock, HostMounts mounts, LocalPaths localPaths) {
        this.claims = new PersistentClaims(api, localPaths);
        this.pods = pods;
        this.memory = memory;
        this.clock = clock;
        this.mounts = mounts;
        this.tokens = new ServiceAccountTokens(api, clock);
        this.payloads = new Payloads(api, tokens);
    }

    /** Where a volume is on the host. {@code readOnly}: containers may not write, for its files come from the API or the pod says so. */
    public record Mounted(Path path, boolean readOnly) {}

    /** Mounts the node's tmpfs; call before the first pod. */
    public void open() throws IOException {
        Files.createDirectories(memory);
        mounts.tmpfs(memory, 0);
    }

    /**
     * Makes every volume of the pod, or brings the files of existing ones up to date.
     *
     * @param before what an earlier call gave; persistent volumes stay where they are
     * @return volume name → where it is
     * @throws VolumeException for the first volume that cannot be set up; the message is that of the event
     */
    public Map<String, Mounted> setUp(Pod pod, PodFacts facts, Map<String, Mounted> before) {
        Map<String, Mounted> out = new LinkedHashMap<>();
        for (Volume volume : pod.getSpec().getVolumes()) {
            Mounted mounted = before.get(volume.getName());
            if (mounted != null && PersistentClaims.isClaim(volume)) {
                out.put(volume.getName(), mounted);
                continue;
            }
            try {
                out.put(volume.getName(), setUp(pod, facts, volume));
            } catch (VolumeException e) {
                throw e.isComplete() ? e : new VolumeException(prefix(volume) + e.getMessage(), e);
            } catch (IOException | UncheckedIOException e) {
                throw new VolumeException(prefix(volume) + e, e);
            }
        }
        return out;
    }

    private static String prefix(Volume volume) {
        return "MountVolume.SetUp failed for volume \"" + volume.getName() + "\" : ";
    }

    /** Whether the pod has files that follow changes of the API. */
    public static boolean refreshable(Pod pod) {
        return pod.getSpec().getVolumes().stream().anyMatch(PodVolumes::fromApi);
    }

    private static boolean fromApi(Volume v) {
        return v.getConfigMap() != null
                || v.getSecret() != null
                || v.getDownwardAPI() != null
                || v.getProjected() != null;
    }

    private Mounted setUp(Pod pod, PodFacts facts, Volume volume) throws IOException {
        String uid = pod.getMetadata().getUid();
        if (volume.getEmptyDir() != null) {
            return new Mounted(emptyDir(pod, volume.getName(), volume.getEmptyDir()), false);
        }
        if (volume.getHostPath() != null) {
            return new Mounted(HostPaths.resolve(volume.getHostPath()), false);
        }
        if (PersistentClaims.isClaim(volume)) {
            return claims.mount(pod, volume);
        }
        if (fromApi(volume)) {
            boolean secret = volume.getSecret() != null || volume.getProjected() != null;
            Path target = secret
                    ? memory.resolve(uid).resolve(volume.getName())
                    : volumes(uid).resolve(kind(volume)).resolve(volume.getName());
            Files.createDirectories(target);
            Ownership owner = Ownership.of(pod, true);
            Map<String, FileEntry> files = payloads.of(pod, facts, volume);
            boolean changed = new AtomicWriter(target, clock, owner).write(files);
            if (changed
                    && volume.getProjected() != null
                    && owner.group().isEmpty()
                    && owner.user().isPresent()) {
                giveTokens(target, volume, owner.user().getAsLong());
            }
            return new Mounted(target, true);
        }
        throw new VolumeException("volume type " + type(volume)
                + " is not supported by this node agent (supported: emptyDir, hostPath, configMap, secret,"
                + " downwardAPI, projected, persistentVolumeClaim, ephemeral)");
    }

    /** A token file of mode 0600 must belong to the one user that reads it. */
    private static void giveTokens(Path target, Volume volume, long user) throws IOException {
        for (var source : volume.getProjected().getSources()) {
            if (source.getServiceAccountToken() != null) {
                Path file = target.resolve(source.getServiceAccountToken().getPath());
                Ownership.owner(file.toRealPath(), user);
            }
        }
    }

    private Path emptyDir(Pod pod, String name, EmptyDirVolumeSource source) throws IOException {
        Path dir = volumes(pod.getMetadata().getUid())
                .resolve("kubernetes.io~empty-dir")
                .resolve(name);
        String medium = source.getMedium() == null ? "" : source.getMedium();
        boolean fresh = !Files.exists(dir, LinkOption.NOFOLLOW_LINKS);
        Files.createDirectories(dir);
        if (medium.equals("Memory")) {
            fresh |= !mounts.mounted(dir);
            long size = source.getSizeLimit() == null
                    ? 0
                    : source.getSizeLimit().getNumericalAmount().longValue();
            mounts.tmpfs(dir, size);
        } else if (!medium.isEmpty()) {
            throw new VolumeException("emptyDir medium \"" + medium + "\" is not supported by this node agent");
        }
        if (fresh) {
            Ownership.mode(dir, 0777);
            Ownership.of(pod, false).apply(dir);
        }
        return dir;
    }

    /**
     * Says in the kubelet's words which emptyDir of the pod holds more than its limit. Counts files one by one; those in memory
     * are held to it by the kernel.
     */
    public Optional<String> overLimit(Pod pod) throws IOException {
        for (Volume each : pod.getSpec().getVolumes()) {
            EmptyDirVolumeSource source = each.getEmptyDir();
            if (source == null || source.getSizeLimit() == null || "Memory".equals(source.getMedium())) {
                continue;
            }
            long limit = source.getSizeLimit().getNumericalAmount().longValue();
            Path dir = volumes(pod.getMetadata().getUid())
                    .resolve("kubernetes.io~empty-dir")
                    .resolve(each.getName());
            if (limit > 0 && used(dir) > limit) {
                return Optional.of("Usage of EmptyDir volume \"" + each.getName() + "\" exceeds the limit \""
                        + source.getSizeLimit() + "\". ");
            }
        }
        return Optional.empty();
    }

    private static long used(Path dir) throws IOException {
        long[] sum = new long[1];
        if (Files.isDirectory(dir)) {
            Files.walkFileTree(dir, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    sum[0] += attributes.size();
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    // Deleted by the pod while we look.
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        return sum[0];
    }

    /** Unmounts and deletes all of a pod's volumes; call when none of its containers runs. Idempotent. */
    public void tearDown(String uid) throws IOException {
        tokens.forget(uid);
        Path emptyDirs = volumes(uid).resolve("kubernetes.io~empty-dir");
        if (Files.isDirectory(emptyDirs)) {
            try (Stream<Path> each = Files.list(emptyDirs)) {
                for (Path dir : each.toList()) {
                    mounts.unmount(dir);
                }
            }
        }
        AtomicWriter.deleteTree(memory.resolve(uid));
        AtomicWriter.deleteTree(volumes(uid));
    }

    /** Deletes what is left of a pod on this host: volumes, hosts file, termination messages. */
    public void remove(String uid) throws IOException {
        tearDown(uid);
        AtomicWriter.deleteTree(pods.resolve(uid));
    }

    /** Deletes a directory with all it holds, links not followed; absent is fine. */
    public static void deleteTree(Path root) {
        AtomicWriter.deleteTree(root);
    }

    private Path volumes(String uid) {
        return pods.resolve(uid).resolve("volumes");
    }

    private static String kind(Volume volume) {
        return volume.getConfigMap() != null ? "kubernetes.io~configmap" : "kubernetes.io~downward-api";
    }

    private static String type(Volume v) {
        return Optional.<Object>ofNullable(v.getCsi())
                .map(x -> "csi")
                .or(() -> Optional.ofNullable(v.getNfs()).map(x -> "nfs"))
                .or(() -> Optional.ofNullable(v.getIscsi()).map(x -> "iscsi"))
                .or(() -> Optional.ofNullable(v.getImage()).map(x -> "image"))
                .or(() -> Optional.ofNullable(v.getGitRepo()).map(x -> "gitRepo"))
                .orElse("other");
    }
}
