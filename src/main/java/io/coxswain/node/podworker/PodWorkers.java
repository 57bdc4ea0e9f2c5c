package io.coxswain.node.podworker;

import io.coxswain.node.NodeApi;
import io.coxswain.node.NodeSettings;
import io.coxswain.node.Pods;
import io.coxswain.node.cri.ContainerRuntime;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.server.LogRotation;
import io.coxswain.node.volume.HostMounts;
import io.coxswain.node.volume.LocalPaths;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The pods of one node. Feed it what the API says ({@link #update}, {@link #remove}, {@link #synced}); it makes the
 * runtime follow and reports back. Thread-safe; no method blocks for long.
 */
public final class PodWorkers implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(PodWorkers.class.getName());
    private static final long LOG_ROTATION_SECONDS = 10;
    private static final long MAX_LOG_BYTES = 10L << 20;
    private static final int MAX_LOG_FILES = 5;

    private final NodeRuntime node;
    private final Pleg pleg;
    private final LogRotation rotation;
    private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
    private volatile boolean synced;

    /**
     * @param executor runs workers, probes and pulls; must be able to run many at once, for they block
     * @param timer fires delays; its tasks only hand over to the executor
     * @param allocatable the node's resources, for pods that ask what their limits are
     */
    public PodWorkers(
            NodeSettings settings,
            NodeApi api,
            ContainerRuntime cri,
            HostMounts mounts,
            Clock clock,
            Executor executor,
            ScheduledExecutorService timer,
            Map<String, Quantity> allocatable)
            throws IOException {
        this.node = new NodeRuntime(
                settings,
                api,
                cri,
                mounts,
                clock,
                executor,
                timer,
                allocatable,
                lines(Path.of("/etc/resolv.conf")),
                String.join("\n", lines(Path.of("/etc/hosts"))) + "\n",
                PodAdmission.ofHost());
        this.pleg = new Pleg(cri, timer, executor, this::runtimeChanged);
        this.rotation = new LogRotation(cri, clock, MAX_LOG_BYTES, MAX_LOG_FILES);
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.isReadable(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
    }

    /** Begins to watch the runtime. */
    public void start() throws IOException {
        Files.createDirectories(node.node.pods());
        Files.createDirectories(node.node.logs());
        node.volumes.open();
        pleg.start();
        resyncLater();
        rotateLater();
    }

    /** The node's local-path volumes. */
    public LocalPaths localPaths() {
        return node.localPaths;
    }

    /** A pod of this node is new or has changed. */
    public void update(Pod pod) {
        if (!node.isClosed()) {
            workers.computeIfAbsent(Pods.uid(pod), this::worker).update(pod);
        }
    }

    /** A pod is gone from the API. */
    public void remove(Pod pod) {
        PodWorker worker = workers.get(Pods.uid(pod));
        if (worker != null) {
            worker.remove();
        }
    }

    /** All pods of the node have been told: what else the runtime holds is left over from pods that are gone. */
    public void synced() {
        synced = true;
        pleg.pods().forEach(this::orphan);
        removeLeftovers();
    }

    private PodWorker worker(String uid) {
        return new PodWorker(node, uid, () -> workers.remove(uid));
    }

    private void runtimeChanged(String uid) {
        PodWorker worker = workers.get(uid);
        if (worker != null) {
            worker.kick();
        } else {
            orphan(uid);
        }
    }

    private void orphan(String uid) {
        if (synced && pleg.pods().contains(uid) && !node.isClosed()) {
            workers.computeIfAbsent(uid, key -> {
                LOG.log(
                        System.Logger.Level.INFO,
                        "removing a pod the API does not know node={0} uid={1}",
                        node.node.name(),
                        uid);
                PodWorker worker = worker(key);
                worker.remove();
                return worker;
            });
        }
    }

    /** Directories of pods that ended while no agent looked. */
    private void removeLeftovers() {
        Set<String> known = new HashSet<>(workers.keySet());
        known.addAll(pleg.pods());
        try (var dirs = Files.list(node.node.pods())) {
            for (Path each : dirs.toList()) {
                String uid = each.getFileName().toString();
                if (!known.contains(uid) && !workers.containsKey(uid)) {
                    node.volumes.remove(uid);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "left-over pod directories stay node=" + node.node.name(), e);
        }
    }

    /** Pods known to this node, as last told by the API. */
    public Collection<Pod> pods() {
        return workers.values().stream().flatMap(w -> w.pod().stream()).toList();
    }

    private void resyncLater() {
        if (!node.isClosed()) {
            node.timer.schedule(
                    () -> node.executor.execute(() -> {
                        workers.values().forEach(PodWorker::resync);
                        resyncLater();
                    }),
                    node.node.resync().toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void rotateLater() {
        if (!node.isClosed()) {
            node.timer.schedule(
                    () -> node.executor.execute(() -> {
                        try {
                            rotation.run();
                        } catch (CriException e) {
                            LOG.log(System.Logger.Level.DEBUG, "no log rotation: {0}", e.getMessage());
                        } finally {
                            rotateLater();
                        }
                    }),
                    LOG_ROTATION_SECONDS,
                    TimeUnit.SECONDS);
        }
    }

    /** Lets go of everything; containers go on running and are taken up again by the next agent. */
    @Override
    public void close() {
        node.closed.countDown();
        pleg.close();
        node.probes.close();
        workers.clear();
    }
}
