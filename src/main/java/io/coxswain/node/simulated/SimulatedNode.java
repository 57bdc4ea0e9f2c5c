package io.coxswain.node.simulated;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coxswain.bootstrap.config.Cidr;
import io.coxswain.client.ApiClient;
import io.coxswain.client.PatchType;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.WriteOptions;
import io.coxswain.node.AdmittedPods;
import io.coxswain.node.NodeApi;
import io.coxswain.node.status.NodeStatuses;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * One simulated node: its status, its Lease and its pods, written as the node itself. Its own methods are called by one thread at
 * a time, those of {@link SimulatedPod.Host} by its pods' threads.
 */
final class SimulatedNode implements SimulatedPod.Host {
    private static final System.Logger LOG = System.getLogger(SimulatedNode.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration STATUS_AT_LEAST = Duration.ofMinutes(5);
    /** Addresses that the controllers do not give within this time will not come: the cluster has none left. */
    private static final Duration WAIT_FOR_CIDR = Duration.ofSeconds(10);

    private final String name;
    private final ApiClient client;
    private final NodeApi api;
    private final Clock clock;
    private final SharedAddresses shared;
    private final Predicate<String> inUse;
    private final Map<String, SimulatedPod> pods = new ConcurrentHashMap<>();
    private final AdmittedPods admitted = new AdmittedPods();
    private volatile Node node;
    private volatile Map<String, Sequence<?>> settings = Map.of();
    private volatile String settingsError = "";
    private volatile String address = "";
    private volatile boolean down;
    private volatile Optional<PodAddresses> own = Optional.empty();
    private String ownCidr = "";
    private volatile Instant startedAgain = Instant.EPOCH;
    private Instant reportedAt = Instant.EPOCH;
    private NodeStatus reported = new NodeStatus();

    /** @param inUse whether a pod that lives has the address, as the API shows */
    SimulatedNode(
            Node node, ApiClient client, NodeApi api, SharedAddresses shared, Predicate<String> inUse, Clock clock) {
        this.inUse = inUse;
        this.name = node.getMetadata().getName();
        this.node = node;
        this.client = client;
        this.api = api;
        this.shared = shared;
        this.clock = clock;
        update(node);
    }

    /** The Node as it is now. Hands over only. */
    void update(Node now) {
        node = now;
        try {
            settings = Script.ofNode(now.getMetadata().getAnnotations());
            settingsError = "";
        } catch (ScriptException e) {
            // What held before holds on; the node says what is wrong.
            settingsError = String.valueOf(e.getMessage());
        }
        String cidr = now.getSpec() == null || now.getSpec().getPodCIDR() == null
                ? ""
                : now.getSpec().getPodCIDR();
        if (!cidr.equals(ownCidr)) {
            ownCidr = cidr;
            own = range(cidr);
        }
    }

    private static Optional<PodAddresses> range(String cidr) {
        try {
            return cidr.isEmpty() ? Optional.empty() : Optional.of(new PodAddresses(Cidr.parse(cidr)));
        } catch (IllegalArgumentException notIpv4) {
            return Optional.empty();
        }
    }

    String name() {
        return name;
    }

    String uid() {
        return node.getMetadata().getUid();
    }

    /** Switched off: no word from the node or its pods. */
    boolean stopped() {
        return SimulatedMachine.flag(settings, Setting.STOPPED);
    }

    /**
     * Reports what has changed, and everything from time to time.
     *
     * @return when to come again; empty while the node is switched off
     */
    Optional<Duration> sync() {
        if (stopped()) {
            if (!down) {
                down = true;
                LOG.log(System.Logger.Level.INFO, "simulated node stopped node={0}", name);
            }
            return Optional.empty();
        }
        if (down) {
            startedAgain = clock.instant();
            down = false;
            reportedAt = Instant.EPOCH;
            pods.values().forEach(SimulatedPod::powerCut);
            LOG.log(System.Logger.Level.INFO, "simulated node started node={0}", name);
        }
        Node now = node;
        if (address.isEmpty()) {
            address = shared.nodeAddress(now);
        }
        label(now);
        return Optional.of(report(now));
    }

    private void label(Node now) {
        Map<String, String> missing = SimulatedMachine.missingLabels(now);
        if (missing.isEmpty()) {
            return;
        }
        JsonObjectBuilder labels = Json.createObjectBuilder();
        missing.forEach(labels::add);
        client.resource(ResourceTypes.NODES)
                .patch(
                        "",
                        name,
                        PatchType.STRATEGIC,
                        Json.createObjectBuilder()
                                .add(
                                        "metadata",
                                        Json.createObjectBuilder()
                                                .add("uid", now.getMetadata().getUid())
                                                .add("labels", labels))
                                .build(),
                        "",
                        WriteOptions.DEFAULT);
    }

    private Duration report(Node now) {
        Instant time = clock.instant();
        String problem = settingsError.isEmpty() ? noNetwork(now, time) : settingsError;
        NodeStatus status = SimulatedMachine.status(now, settings, address, problem, time);
        // The cache may not show our last report yet; what others make of the node, it shows.
        boolean asReported = NodeStatuses.same(status, reported) && !silenced(now);
        Instant next = reportedAt.plus(interval());
        if (!asReported || !next.isAfter(time)) {
            ObjectNode patch = JSON.createObjectNode();
            patch.set("status", JSON.valueToTree(status));
            if (api.patchNodeStatus(name, patch)) {
                NodeStatus before = now.getStatus() == null ? new NodeStatus() : now.getStatus();
                NodeStatuses.events(before, status)
                        .forEach(reason -> event(reason, "Node " + name + " status is now: " + reason));
                reported = status;
                reportedAt = time;
            }
            next = reportedAt.plus(interval());
        }
        Duration left = Duration.between(time, next);
        return problem.isEmpty() || left.compareTo(WAIT_FOR_CIDR) < 0 ? left : WAIT_FOR_CIDR;
    }

    /** Nodes that came at one moment shall not all report at one moment for ever: each has an interval of its own. */
    private Duration interval() {
        return STATUS_AT_LEAST.minusSeconds(Math.floorMod(name.hashCode(), 60));
    }

    /** Whether the node was taken for dead. */
    private static boolean silenced(Node now) {
        return now.getStatus() != null
                && now.getStatus().getConditions().stream().anyMatch(c -> "Unknown".equals(c.getStatus()));
    }

    private String noNetwork(Node now, Instant time) {
        Instant created = Attempt.time(now.getMetadata().getCreationTimestamp(), time);
        return own.isPresent() || !time.isBefore(created.plus(WAIT_FOR_CIDR))
                ? ""
                : "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady"
                        + " message:Node.spec.podCIDR has not been allocated yet";
    }

    private void event(String reason, String message) {
        Node about = new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withUid(name)
                .endMetadata()
                .build();
        api.event(about, "", "Normal", reason, message);
    }

    void renewLease() {
        if (!stopped()) {
            api.renewLease(node, clock.instant());
        }
    }

    /** Whether its pods have to wait until the node itself has been looked at. */
    boolean silent() {
        return stopped() || down || address.isEmpty();
    }

    /** Plays one of the node's pods; see {@link SimulatedPod#sync}. */
    Optional<Duration> sync(Pod pod, ToIntFunction<Pod> failedBefore) {
        if (silent()) {
            // The node's own turn comes first, and its pods follow.
            return Optional.empty();
        }
        return pods.computeIfAbsent(
                        pod.getMetadata().getUid(),
                        uid -> new SimulatedPod(this, api, clock, failedBefore, startedAgain))
                .sync(pod);
    }

    void forget(Pod pod) {
        SimulatedPod known = pods.remove(pod.getMetadata().getUid());
        if (known != null) {
            known.forget();
        }
        admitted.release(pod.getMetadata().getUid());
    }

    /** What this server knew is of no use any more: another may have played the node meanwhile. */
    void forgetAll() {
        pods.values().forEach(SimulatedPod::forget);
        pods.keySet().forEach(admitted::release);
        pods.clear();
        reportedAt = Instant.EPOCH;
        reported = new NodeStatus();
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public AdmittedPods admitted() {
        return admitted;
    }

    @Override
    public Map<String, Quantity> allocatable() {
        NodeStatus status = node.getStatus();
        return status == null || status.getAllocatable() == null ? Map.of() : status.getAllocatable();
    }

    @Override
    public Map<String, Sequence<?>> settings() {
        return settings;
    }

    @Override
    public SimulatedPod.PodAddress newAddress() {
        Optional<PodAddresses> range = own;
        if (range.isEmpty() && !noNetwork(node, clock.instant()).isEmpty()) {
            return new SimulatedPod.PodAddress("", "Node.spec.podCIDR has not been allocated yet");
        }
        PodAddresses from = range.orElse(shared.pods());
        Optional<String> found = from.next();
        // A pod that this server has not looked at yet has its address from a time before.
        while (found.isPresent() && inUse.test(found.get())) {
            found = from.next();
        }
        return found.map(address -> new SimulatedPod.PodAddress(address, ""))
                .orElse(new SimulatedPod.PodAddress("", "no IP addresses available in range " + from));
    }

    @Override
    public void takeAddress(String taken) {
        own.orElse(shared.pods()).take(taken);
        shared.pods().take(taken);
    }

    @Override
    public void releaseAddress(String free) {
        own.ifPresent(range -> range.release(free));
        shared.pods().release(free);
    }

    /** The node itself is gone. */
    void close() {
        shared.release(address);
    }

    /** The address that a Node says it has; empty if it says none. */
    static String reportedAddress(Node node) {
        return node.getStatus() == null
                ? ""
                : node.getStatus().getAddresses().stream()
                        .filter(each -> "InternalIP".equals(each.getType()))
                        .map(NodeAddress::getAddress)
                        .findFirst()
                        .orElse("");
    }
}
