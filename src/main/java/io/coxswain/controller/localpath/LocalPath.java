package io.coxswain.controller.localpath;

import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.util.Map;
import java.util.Optional;

/** The words in which provisioner and node agent talk to each other. */
final class LocalPath {
    static final String PROVISIONER = "coxswain.io/local-path";
    /** On a volume: the name of its node, by which the node asks for its volumes. */
    static final String NODE_LABEL = "local-path.coxswain.io/node";
    /** On a Node: the directory below which its volumes are. */
    static final String DIRECTORY_ANNOTATION = "local-path.coxswain.io/directory";
    /** Where volumes of nodes are that do not say: of simulated ones, which have no files. */
    static final String DEFAULT_DIRECTORY = "/var/lib/coxswain/local-path";
    /** As upstream's library for provisioners names it: the volume's object stays until its directory is gone. */
    static final String FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";

    private LocalPath() {}

    static boolean made(PersistentVolume volume) {
        return Volumes.annotation(volume, Volumes.PROVISIONED_BY).equals(PROVISIONER);
    }

    static String nodeOf(PersistentVolume volume) {
        Map<String, String> labels = volume.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(NODE_LABEL, "");
    }

    static String directory(Node node) {
        String said = Volumes.annotation(node, DIRECTORY_ANNOTATION);
        return said.isEmpty() ? DEFAULT_DIRECTORY : said;
    }

    /** Whether the node says that it has the volume's directory. */
    static boolean holds(Node node, PersistentVolume volume) {
        String unique = PROVISIONER + "/" + volume.getMetadata().getName();
        return node.getStatus() != null
                && Volumes.list(node.getStatus().getVolumesInUse()).contains(unique);
    }

    /** The value by which pods and volumes are tied to the node; its name if it has no such label. */
    static String hostname(Node node) {
        return Optional.ofNullable(node.getMetadata().getLabels())
                .map(labels -> labels.get("kubernetes.io/hostname"))
                .orElse(node.getMetadata().getName());
    }
}
