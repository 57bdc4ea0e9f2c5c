package io.coxswain.node.volume;

import io.coxswain.node.NodeApi;
import io.coxswain.node.volume.PodVolumes.Mounted;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Finds the directory behind a pod's claim, in the kubelet's order and with its words for what is missing. */
final class PersistentClaims {
    private final NodeApi api;
    private final LocalPaths localPaths;

    PersistentClaims(NodeApi api, LocalPaths localPaths) {
        this.api = api;
        this.localPaths = localPaths;
    }

    /** Whether the volume is a claim, the user's or one that is made for the pod. */
    static boolean isClaim(Volume volume) {
        return volume.getPersistentVolumeClaim() != null || volume.getEphemeral() != null;
    }

    /** @throws VolumeException if the claim is not bound, or to something that this node cannot mount */
    Mounted mount(Pod pod, Volume volume) throws IOException {
        PersistentVolumeClaim claim = claim(pod, volume);
        PersistentVolume found = volume(claim, volume);
        boolean readOnly = volume.getPersistentVolumeClaim() != null
                && Boolean.TRUE.equals(volume.getPersistentVolumeClaim().getReadOnly());
        Path path = path(found);
        if (!readOnly && found.getSpec().getLocal() != null) {
            own(pod, path);
        }
        return new Mounted(path, readOnly);
    }

    private PersistentVolumeClaim claim(Pod pod, Volume volume) {
        String namespace = pod.getMetadata().getNamespace();
        String name = Volumes.claimName(pod, volume).orElseThrow();
        Optional<PersistentVolumeClaim> found = api.claim(namespace, name);
        if (found.isEmpty()) {
            throw unprocessed(
                    volume,
                    namespace,
                    name,
                    "failed to fetch PVC from API server: persistentvolumeclaims \"" + name + "\" not found");
        }
        PersistentVolumeClaim claim = found.get();
        if (volume.getEphemeral() != null && !owns(pod, claim)) {
            throw unprocessed(
                    volume,
                    namespace,
                    name,
                    "PVC \"" + namespace + "/" + name + "\" was not created for pod \"" + namespace + "/"
                            + pod.getMetadata().getName() + "\" (pod is not owner)");
        }
        if (claim.getMetadata().getDeletionTimestamp() != null) {
            throw unprocessed(volume, namespace, name, "PVC is being deleted");
        }
        if (claim.getStatus() == null || !"Bound".equals(claim.getStatus().getPhase())) {
            throw unprocessed(volume, namespace, name, "PVC is not bound");
        }
        String bound = claim.getSpec().getVolumeName();
        if (bound == null || bound.isEmpty()) {
            throw unprocessed(volume, namespace, name, "PVC has empty pvc.Spec.VolumeName");
        }
        return claim;
    }

    private static boolean owns(Pod pod, PersistentVolumeClaim claim) {
        return claim.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> Boolean.TRUE.equals(owner.getController())
                        && pod.getMetadata().getUid().equals(owner.getUid()));
    }

    private PersistentVolume volume(PersistentVolumeClaim claim, Volume volume) {
        String namespace = claim.getMetadata().getNamespace();
        String name = claim.getMetadata().getName();
        String bound = claim.getSpec().getVolumeName();
        Optional<PersistentVolume> found = api.volume(bound);
        if (found.isEmpty()) {
            throw unprocessed(
                    volume,
                    namespace,
                    name,
                    "failed to fetch PV " + bound + " from API server: persistentvolumes \"" + bound + "\" not found");
        }
        ObjectReference reference = found.get().getSpec().getClaimRef();
        if (reference == null) {
            throw unprocessed(volume, namespace, name, "found PV object " + bound + " with nil pv.Spec.ClaimRef");
        }
        if (!claim.getMetadata().getUid().equals(reference.getUid())) {
            throw unprocessed(
                    volume,
                    namespace,
                    name,
                    "found PV object " + bound + " with unexpected pv.Spec.ClaimRef.UID: " + reference.getUid()
                            + "; expected: " + claim.getMetadata().getUid());
        }
        if ("Block".equals(found.get().getSpec().getVolumeMode())) {
            throw unprocessed(
                    volume,
                    namespace,
                    name,
                    "volume " + volume.getName() + " has volumeMode Block, but is specified in volumeMounts");
        }
        return found.get();
    }

    private static VolumeException unprocessed(Volume volume, String namespace, String claim, String why) {
        String name = volume.getName();
        return VolumeException.complete("Unable to attach or mount volumes: unmounted volumes=[" + name
                + "], unattached volumes=[], failed to process volumes=[" + name + "]: error processing PVC "
                + namespace + "/" + claim + ": " + why);
    }

    private Path path(PersistentVolume volume) throws IOException {
        PersistentVolumeSpec spec = volume.getSpec();
        String name = volume.getMetadata().getName();
        if (spec.getMountOptions() != null && !spec.getMountOptions().isEmpty()) {
            throw failed("MountVolume.SetUp", name, "mountOptions are not supported by this node agent");
        }
        try {
            if (spec.getLocal() != null) {
                return LocalPaths.isOne(volume) ? localPaths.directory(volume) : local(name, spec);
            }
            if (spec.getHostPath() != null) {
                return HostPaths.resolve(spec.getHostPath());
            }
        } catch (VolumeException e) {
            throw e.isComplete() ? e : failed("MountVolume.SetUp", name, String.valueOf(e.getMessage()));
        }
        if (spec.getCsi() != null) {
            throw failed(
                    "MountVolume.MountDevice",
                    name,
                    "kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name "
                            + spec.getCsi().getDriver() + " not found in the list of registered CSI drivers");
        }
        throw failed(
                "MountVolume.SetUp",
                name,
                "volumes of this kind are not supported by this node agent (supported: local, hostPath)");
    }

    private static Path local(String name, PersistentVolumeSpec spec) {
        Path path = Path.of(spec.getLocal().getPath());
        if (!path.isAbsolute() || !path.equals(path.normalize())) {
            throw failed("MountVolume.NewMounter initialization", name, "path \"" + path + "\" is not absolute");
        }
        if (!Files.exists(path)) {
            throw failed("MountVolume.NewMounter initialization", name, "path \"" + path + "\" does not exist");
        }
        return path;
    }

    private static VolumeException failed(String step, String volume, String why) {
        return VolumeException.complete(step + " failed for volume \"" + volume + "\" : " + why);
    }

    /** Gives the files to the pod's fsGroup; with OnRootMismatch only if the root says that this has not been done. */
    private static void own(Pod pod, Path path) throws IOException {
        Ownership owner = Ownership.of(pod, false);
        PodSecurityContext context = pod.getSpec().getSecurityContext();
        if (owner.group().isEmpty() || context == null) {
            return;
        }
        if ("OnRootMismatch".equals(context.getFsGroupChangePolicy())) {
            long gid = ((Number)
                            Objects.requireNonNull(Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS)))
                    .longValue();
            int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
            if (gid == owner.group().getAsLong() && (mode & 02060) == 02060) {
                return;
            }
        }
        owner.apply(path);
    }
}
