package io.coxswain.node.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coxswain.node.NodeApi;
import io.coxswain.node.cri.ContainerRuntime;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.cri.v1.FilesystemUsage;
import io.coxswain.node.cri.v1.RuntimeCondition;
import io.coxswain.node.image.ImageGarbage;
import io.coxswain.node.podworker.PodWorkers;
import io.coxswain.node.server.PodStreams;
import io.coxswain.node.server.RuntimePodStreams;
import io.coxswain.node.status.Machine;
import io.coxswain.node.status.NodeStatuses;
import io.coxswain.node.status.NodeStatuses.Found;
import io.coxswain.node.volume.LocalPaths;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One node's agent, from {@link #start} to {@link #close}. Everything is tried again until it works: registering, the
 * network, the lease, the status; pods follow once the node is known to the API.
 */
final class NodeAgent implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(NodeAgent.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LEASE_EVERY = Duration.ofSeconds(10);
    private static final Duration LEASE_RETRY = Duration.ofSeconds(1);
    private static final Duration STATUS_AT_LEAST = Duration.ofMinutes(5);
    /** A runtime that is restarted in this time leaves the node Ready, as with upstream's kubelet. */
    private static final Duration RUNTIME_SILENCE = Duration.ofSeconds(30);

    private static final long TICK_MILLIS = 1000;
    private static final long IMAGES_MILLIS = Duration.ofMinutes(5).toMillis();
    private static final long FIRST_TICKS_MILLIS = 200;

    private final NodeProperties node;
    private final NodeApi api;
    private final PodSource source;
    private final ContainerRuntime runtime;
    private final PodWorkers workers;
    private final NodeNetwork network;
    private final Clock clock;
    private final Executor executor;
    private final ScheduledExecutorService timer;
    private final PodStreams streams;
    private volatile @Nullable ImageGarbage garbage;
    private volatile boolean closed;
    private volatile @Nullable Node registered;
    private volatile String state = "starting";
    private volatile boolean ready;
    private String runtimeVersion = "";
    private NodeStatus reported = new NodeStatus();
    private Instant reportedAt = Instant.EPOCH;
    private Instant runtimeAnswered = Instant.EPOCH;
    private boolean podsStarted;
    private boolean podsSynced;
    private String lastProblem = "";

    NodeAgent(
            NodeProperties node,
            NodeApi api,
            PodSource source,
            ContainerRuntime runtime,
            PodWorkers workers,
            NodeNetwork network,
            Clock clock,
            Executor executor,
            ScheduledExecutorService timer) {
        this.node = node;
        this.api = api;
        this.source = source;
        this.runtime = runtime;
        this.workers = workers;
        this.network = network;
        this.clock = clock;
        this.executor = executor;
        this.timer = timer;
        this.streams = new RuntimePodStreams(runtime, timer);
    }

    void start() throws IOException {
        workers.start();
        executor.execute(this::tick);
        executor.execute(this::renewLease);
    }

    PodStreams streams() {
        return streams;
    }

    /** Whether the node was Ready when last looked at. */
    boolean ready() {
        return ready && !closed;
    }

    /** In one sentence, how the node is. */
    String state() {
        return state;
    }

    private void tick() {
        if (closed) {
            return;
        }
        try {
            round();
            lastProblem = "";
        } catch (IOException | RuntimeException e) {
            String problem = String.valueOf(e);
            if (!closed && !problem.equals(lastProblem)) {
                lastProblem = problem;
                state = "not connected: " + e.getMessage();
                LOG.log(System.Logger.Level.WARNING, "node agent will try again node=" + node.name(), e);
            }
        } finally {
            again(this::tick, ready ? TICK_MILLIS : FIRST_TICKS_MILLIS);
        }
    }

    private void again(Runnable work, long millis) {
        if (!closed) {
            timer.schedule(() -> executor.execute(work), millis, TimeUnit.MILLISECONDS);
        }
    }

    private void round() throws IOException {
        Machine machine = LinuxMachine.read(node.root());
        Instant now = clock.instant();
        if (registered == null) {
            Found first = new Found(
                    machine,
                    node.address(),
                    version(),
                    "[container runtime status check may not have" + " completed yet]");
            Node known = api.register(new NodeBuilder(NodeStatuses.node(node.name(), first, now))
                    .editMetadata()
                    .addToAnnotations(
                            LocalPaths.DIRECTORY_ANNOTATION,
                            workers.localPaths().directory().toString())
                    .endMetadata()
                    .build());
            reported = known.getStatus() == null ? new NodeStatus() : known.getStatus();
            reportedAt = Instant.EPOCH;
            registered = known;
            event("Normal", "Starting", "Starting kubelet.");
            changed(new NodeStatus(), reported);
            if (garbage == null) {
                garbage = new ImageGarbage(
                        runtime, this::imageSpace, (reason, message) -> event("Warning", reason, message), clock);
                again(this::collectImages, IMAGES_MILLIS);
                again(this::tendLocalPaths, FIRST_TICKS_MILLIS);
            }
            workers.localPaths().registered(reported.getVolumesInUse());
            LOG.log(System.Logger.Level.INFO, "node registered node={0} address={1}", node.name(), node.address());
        }
        Optional<String> noNetwork = source.surroundingsSynced()
                ? network.apply(source.nodes())
                : Optional.of("the nodes of the cluster are not known yet");
        report(new Found(machine, node.address(), version(), notReady(noNetwork)), now);
        followPods();
    }

    private void report(Found found, Instant now) {
        ready = found.notReady().isEmpty();
        state = ready ? "ready" : found.notReady();
        NodeStatus status = NodeStatuses.status(node.name(), found, reported, now);
        boolean due = Duration.between(reportedAt, now).compareTo(STATUS_AT_LEAST) >= 0;
        if (!due && NodeStatuses.same(status, reported)) {
            return;
        }
        ObjectNode patch = JSON.createObjectNode();
        patch.set("status", JSON.valueToTree(status));
        if (api.patchNodeStatus(node.name(), patch)) {
            changed(reported, status);
            reported = status;
            reportedAt = now;
        } else {
            // Somebody deleted the Node: register anew, as a kubelet does when it is restarted.
            registered = null;
        }
    }

    private void changed(NodeStatus old, NodeStatus now) {
        NodeStatuses.events(old, now).forEach(r -> event("Normal", r, "Node " + node.name() + " status is now: " + r));
    }

    /** About the node itself, which kubelets refer to by its name in place of a uid. */
    private void event(String type, String reason, String message) {
        Node about = new NodeBuilder()
                .withNewMetadata()
                .withName(node.name())
                .withUid(node.name())
                .endMetadata()
                .build();
        api.event(about, "", type, reason, message);
    }

    private void collectImages() {
        ImageGarbage images = garbage;
        try {
            if (!closed && images != null) {
                images.run();
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "images not looked at node=" + node.name(), e);
        } finally {
            again(this::collectImages, IMAGES_MILLIS);
        }
    }

    private void tendLocalPaths() {
        try {
            if (!closed) {
                workers.localPaths().tend(source.localVolumes());
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "local volumes not looked after node=" + node.name(), e);
        } finally {
            again(this::tendLocalPaths, TICK_MILLIS);
        }
    }

    private ImageGarbage.Space imageSpace() throws IOException {
        for (FilesystemUsage each : runtime.imageFsInfo()) {
            Path mountpoint = Path.of(each.getFsId().getMountpoint());
            if (Files.exists(mountpoint)) {
                FileStore store = Files.getFileStore(mountpoint);
                return new ImageGarbage.Space(store.getTotalSpace(), store.getUsableSpace());
            }
        }
        throw new IOException("the container runtime names no file system of its images");
    }

    private void followPods() {
        if (!podsStarted && source.surroundingsSynced()) {
            podsStarted = true;
            source.start(workers::update, workers::remove);
        }
        if (podsStarted && !podsSynced && source.podsSynced()) {
            podsSynced = true;
            workers.synced();
        }
    }

    private String version() {
        if (runtimeVersion.isEmpty()) {
            try {
                var version = runtime.version();
                runtimeVersion = version.getRuntimeName() + "://" + version.getRuntimeVersion();
            } catch (CriException e) {
                LOG.log(System.Logger.Level.DEBUG, "no runtime version node={0}: {1}", node.name(), e.getMessage());
            }
        }
        return runtimeVersion;
    }

    /** Why pods cannot run, in the kubelet's words and with the mend; empty if they can. */
    private String notReady(Optional<String> noNetwork) {
        try {
            List<RuntimeCondition> conditions = runtime.status().getConditionsList();
            runtimeAnswered = clock.instant();
            for (RuntimeCondition each : conditions) {
                if (each.getStatus()) {
                    continue;
                }
                String detail = each.getType() + "=false reason:" + each.getReason() + " message:"
                        + noNetwork.orElse(each.getMessage());
                return each.getType().equals("NetworkReady")
                        ? "container runtime network not ready: " + detail
                        : "container runtime not ready: " + detail;
            }
            return noNetwork
                    .map(why -> "container runtime network not ready: NetworkReady=false"
                            + " reason:NetworkPluginNotReady message:" + why)
                    .orElse("");
        } catch (CriException e) {
            if (ready && clock.instant().isBefore(runtimeAnswered.plus(RUNTIME_SILENCE))) {
                return "";
            }
            runtimeVersion = "";
            return "container runtime is down: containerd does not answer on " + node.socket() + " (" + e.getMessage()
                    + "); start it again with: ./coxswain node start " + node.name();
        }
    }

    private void renewLease() {
        Duration next = LEASE_RETRY;
        try {
            Node known = registered;
            if (closed) {
                return;
            }
            if (known != null) {
                api.renewLease(known, clock.instant());
                next = LEASE_EVERY;
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "lease not renewed node={0}: {1}", node.name(), e.getMessage());
        } finally {
            again(this::renewLease, next.toMillis());
        }
    }

    /** Falls silent at once: no more calls to the API or the runtime. Containers go on. */
    @Override
    public void close() {
        closed = true;
        ready = false;
        state = "stopped";
        source.close();
        workers.close();
        runtime.close();
    }
}
