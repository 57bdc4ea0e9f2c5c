package io.coxswain.node.volume;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coxswain.node.NodeApi;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The directories on one node that are volumes of the class {@code local-path}: made when the first pod mounts them, removed when the
 * volume has been released and its policy is Delete. The node tells of each in {@code status.volumesInUse} before it makes it and
 * after it has removed it, and the provisioner deletes no volume that is told of there: {@code docs/adr/0019-local-path-volumes.md}.
 * Thread-safe.
 */
public final class LocalPaths {
    /** On a volume: the name of its node. */
    public static final String NODE_LABEL = "local-path.coxswain.io/node";
    /** On a Node: {@link #directory()}. */
    public static final String DIRECTORY_ANNOTATION = "local-path.coxswain.io/directory";

    private static final System.Logger LOG = System.getLogger(LocalPaths.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROVISIONER = "coxswain.io/local-path";

    private final Path directory;
    private final String node;
    private final NodeApi api;
    /** Names of the volumes that are, or are about to be, directories. */
    private final Set<String> held = new TreeSet<>();

    private boolean known;
    private boolean reported;

    /** @param directory absolute; made when it is needed */
    public LocalPaths(Path directory, String node, NodeApi api) {
        this.directory = directory;
        this.node = node;
        this.api = api;
    }

    public Path directory() {
        return directory;
    }

    static boolean isOne(PersistentVolume volume) {
        Map<String, String> annotations = volume.getMetadata().getAnnotations();
        return annotations != null && PROVISIONER.equals(annotations.get("pv.kubernetes.io/provisioned-by"));
    }

    /**
     * The volume's directory, made if need be.
     *
     * @throws VolumeException if it is one of another node, or not where this node has its volumes
     */
    Path directory(PersistentVolume volume) throws IOException {
        String name = volume.getMetadata().getName();
        Map<String, String> labels = volume.getMetadata().getLabels();
        if (labels == null || !node.equals(labels.get(NODE_LABEL))) {
            throw VolumeException.complete("MountVolume.NodeAffinity check failed for volume \"" + name
                    + "\" : no matching NodeSelectorTerms");
        }
        Path path = directory.resolve(name);
        if (!path.equals(Path.of(volume.getSpec().getLocal().getPath()))) {
            throw new VolumeException("path " + volume.getSpec().getLocal().getPath() + " of a volume made by "
                    + PROVISIONER + " is not " + path + ", where this node has it");
        }
        if (Files.isDirectory(path)) {
            return path;
        }
        synchronized (this) {
            findHeld();
            if (held.add(name)) {
                reported = false;
            }
            report();
            if (!reported) {
                throw new VolumeException("the node is not known to the API server");
            }
            Files.createDirectories(path);
            Ownership.mode(path, 0777);
        }
        return path;
    }

    /**
     * The Node is known to the API, perhaps from an earlier life.
     *
     * @param volumesInUse what its status says; what is there now is reported if it differs
     */
    public synchronized void registered(Collection<String> volumesInUse) {
        findHeld();
        reported = Set.copyOf(volumesInUse).equals(Set.copyOf(names()));
    }

    /**
     * Removes what is no longer wanted and reports what is there, if that has changed.
     *
     * @param volumes those of this node; what is not among them stays, for nobody has said that it may go
     */
    public void tend(Collection<PersistentVolume> volumes) {
        for (PersistentVolume volume : volumes) {
            if (isOne(volume)
                    && isReleased(volume)
                    && holds(volume.getMetadata().getName())) {
                remove(volume.getMetadata().getName());
            }
        }
        synchronized (this) {
            findHeld();
            report();
        }
    }

    private static boolean isReleased(PersistentVolume volume) {
        return volume.getStatus() != null
                && "Released".equals(volume.getStatus().getPhase())
                && "Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy());
    }

    private synchronized boolean holds(String name) {
        findHeld();
        return held.contains(name);
    }

    /** Not under the lock: a large tree takes its time, and other volumes are mounted meanwhile. */
    private void remove(String name) {
        AtomicWriter.deleteTree(directory.resolve(name));
        LOG.log(System.Logger.Level.INFO, "local volume removed node={0} volume={1}", node, name);
        synchronized (this) {
            held.remove(name);
            reported = false;
        }
    }

    private void findHeld() {
        if (known) {
            return;
        }
        if (Files.isDirectory(directory)) {
            try (Stream<Path> each = Files.list(directory)) {
                each.filter(Files::isDirectory)
                        .map(path -> directory.relativize(path).toString())
                        .forEach(held::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        known = true;
    }

    private List<String> names() {
        return held.stream().map(name -> PROVISIONER + "/" + name).toList();
    }

    private void report() {
        if (reported) {
            return;
        }
        ObjectNode patch = JSON.createObjectNode();
        ArrayNode names = patch.putObject("status").putArray("volumesInUse");
        names().forEach(names::add);
        // False: the Node is gone, and reported anew when it has been made anew.
        reported = api.patchNodeStatus(node, patch);
    }
}
