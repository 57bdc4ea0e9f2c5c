package io.coxswain.controller.attachdetach;

import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** A volume as its CSI driver knows it. Several PersistentVolumes may stand for the same one. */
record DriverVolume(String driver, String handle) {
    private static final String PREFIX = "kubernetes.io/csi/";
    private static final char SEPARATOR = '^';

    /** Empty if the volume is not one of a CSI driver. */
    static Optional<DriverVolume> of(PersistentVolume volume) {
        CSIPersistentVolumeSource csi = volume.getSpec().getCsi();
        return csi == null ? Optional.empty() : Optional.of(new DriverVolume(csi.getDriver(), csi.getVolumeHandle()));
    }

    /** Reads an entry of a node's {@code volumesAttached} or {@code volumesInUse}; empty if it is not about a CSI volume. */
    static Optional<DriverVolume> parse(String uniqueName) {
        int end = uniqueName.indexOf(SEPARATOR);
        return isUniqueName(uniqueName) && end > PREFIX.length()
                ? Optional.of(
                        new DriverVolume(uniqueName.substring(PREFIX.length(), end), uniqueName.substring(end + 1)))
                : Optional.empty();
    }

    static boolean isUniqueName(String name) {
        return name.startsWith(PREFIX);
    }

    /** The name under which a node's status has it. */
    String uniqueName() {
        return PREFIX + driver + SEPARATOR + handle;
    }

    /** The name of the VolumeAttachment to the node, which kubelets work out as well. */
    String attachmentName(String node) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((handle + driver + node).getBytes(StandardCharsets.UTF_8));
            return "csi-" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
