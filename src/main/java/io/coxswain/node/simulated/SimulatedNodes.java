package io.coxswain.node.simulated;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ApiClients;
import io.coxswain.client.ApiEventRecorder;
import io.coxswain.client.Informer;
import io.coxswain.client.Informers;
import io.coxswain.client.LeaderLease;
import io.coxswain.client.Lister;
import io.coxswain.client.QueueWorkers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.Timers;
import io.coxswain.client.Workqueue;
import io.coxswain.client.WorkqueueObserver;
import io.coxswain.meta.ApiException;
import io.coxswain.node.NodeLabels;
import io.coxswain.node.Pods;
import io.coxswain.node.agent.ClientNodeApi;
import io.coxswain.node.status.NodeStatuses;
import io.coxswain.node.status.PodStatuses;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Plays the kubelets of all Nodes with the label {@link NodeLabels#SIMULATED}, while this server holds the lease
 * {@code kube-system/coxswain-simulated-nodes}. One informer of pods and one of nodes, one queue and a few workers serve all of
 * them: a node or a pod that has nothing to do costs nothing. Reads come from the server's caches; every write is made as the node
 * it is about, under the Node authorizer and NodeRestriction ({@code docs/adr/0018-simulated-nodes.md}). Thread-safe.
 */
public final class SimulatedNodes {
    /** The lease, and the user name behind {@code system:}. */
    public static final String NAME = "coxswain-simulated-nodes";

    private static final System.Logger LOG = System.getLogger(SimulatedNodes.class.getName());
    private static final String BY_NODE = "simulated/node";
    private static final String BY_ADDRESS = "simulated/address";
    private static final Duration SYNC_CHECK = Duration.ofMillis(100);
    private static final int WORKERS = 16;

    private final ApiClients clients;
    private final Informers informers;
    private final Timers timers;
    private final Clock clock;
    private final LeaderLease leader;
    private final Workqueue<Work> queue;
    private final QueueWorkers<Work> workers;
    private final SharedAddresses addresses = new SharedAddresses();
    private final LeaseSlots slots = new LeaseSlots();
    private final Map<String, SimulatedNode> nodes = new ConcurrentHashMap<>();
    private volatile boolean synced;
    private volatile boolean stopped;
    /** The term of leadership for which everything from before is forgotten. */
    private volatile int begun;

    private boolean started;
    private boolean ticking;
    private boolean competing;

    private enum Kind {
        NODE,
        LEASE,
        POD
    }

    private record Work(Kind kind, String namespace, String name) {}

    /** @param identity unique for this server */
    public SimulatedNodes(
            ApiClients clients,
            Informers informers,
            Timers timers,
            Clock clock,
            String identity,
            WorkqueueObserver.Maker observers) {
        this.clients = clients;
        this.informers = informers;
        this.timers = timers;
        this.clock = clock;
        ApiClient pool = clients.as(UserInfo.of("system:" + NAME, UserInfo.GROUP_AUTHENTICATED), NAME);
        this.leader = new LeaderLease(pool, NAME, identity, timers, clock, this::begin);
        this.queue = new Workqueue<>(timers);
        this.queue.observe(observers.observe("simulated-nodes", queue));
        this.workers = new QueueWorkers<>(queue, timers, WORKERS, this::mayWork, this::work);
        this.queue.onAvailable(workers::kick);
    }

    /** Begins to look for simulated nodes; returns at once. Does nothing the second time. */
    public void start() {
        synchronized (this) {
            if (started) {
                return;
            }
            started = true;
        }
        Informer<Pod> pods = informers.informer(ResourceTypes.PODS);
        pods.addIndex(BY_NODE, pod -> List.of(nodeOf(pod)));
        pods.addIndex(BY_ADDRESS, SimulatedNodes::address);
        informers.informer(ResourceTypes.NODES).addHandler(new NodeHandler());
        pods.addHandler(new PodHandler());
        waitForCaches();
    }

    private void waitForCaches() {
        if (stopped) {
            return;
        }
        synced = informers.informer(ResourceTypes.NODES).hasSynced()
                && informers.informer(ResourceTypes.PODS).hasSynced();
        if (synced) {
            workers.kick();
        } else {
            timers.after(SYNC_CHECK, this::waitForCaches);
        }
    }

    /** Falls silent, and lets another server go on. */
    public void stop() {
        stopped = true;
        queue.close();
        leader.stop();
    }

    /** Whether the node is a simulated one, whichever server plays it. */
    public boolean isSimulated(String node) {
        return nodes.containsKey(node);
    }

    private boolean mayWork() {
        return synced && !stopped && leader.isLeader() && leader.term() == begun;
    }

    /** This server is the one now: whatever it knew from an earlier time, another has carried on since. */
    private void begin() {
        int term = leader.term();
        nodes.values().forEach(SimulatedNode::forgetAll);
        begun = term;
        nodes.keySet().forEach(this::wake);
        workers.kick();
    }

    /** Looks at a node and all of its pods. */
    private void wake(String node) {
        queue.add(new Work(Kind.NODE, "", node));
        queue.add(new Work(Kind.LEASE, "", node));
        wakePods(node);
    }

    private void wakePods(String node) {
        informers.informer(ResourceTypes.PODS).lister().byIndex(BY_NODE, node).forEach(this::wake);
    }

    private void wake(Pod pod) {
        queue.add(new Work(
                Kind.POD, pod.getMetadata().getNamespace(), pod.getMetadata().getName()));
    }

    private static String nodeOf(Pod pod) {
        return Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
    }

    private void appear(Node node) {
        String name = node.getMetadata().getName();
        addresses.take(node);
        nodes.put(name, simulated(node));
        slots.add(name);
        synchronized (this) {
            if (!competing) {
                competing = true;
                leader.start();
            }
            if (!ticking) {
                ticking = true;
                timers.after(LeaseSlots.STEP, this::tick);
            }
        }
        wake(name);
    }

    private SimulatedNode simulated(Node node) {
        String name = node.getMetadata().getName();
        ApiClient client = clients.as(
                UserInfo.of("system:node:" + name, UserInfo.GROUP_NODES, UserInfo.GROUP_AUTHENTICATED),
                "kubelet/" + NodeStatuses.KUBELET_VERSION + " (simulated)");
        ClientNodeApi api = new ClientNodeApi(
                client, namespace -> List.of(), new ApiEventRecorder(client, "kubelet", name, timers::now, clock));
        return new SimulatedNode(node, client, api, addresses, this::inUse, clock);
    }

    private boolean inUse(String address) {
        return !informers
                .informer(ResourceTypes.PODS)
                .lister()
                .byIndex(BY_ADDRESS, address)
                .isEmpty();
    }

    /** A pod that has ended has given its address back. */
    private static List<String> address(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getPodIP() == null || Pods.terminal(pod)
                ? List.of()
                : List.of(pod.getStatus().getPodIP());
    }

    private void vanish(String name) {
        SimulatedNode known = nodes.remove(name);
        slots.remove(name);
        if (known != null) {
            known.close();
        }
    }

    /** Twice a second: the Leases whose turn it is. Comes to rest with the last node. */
    private void tick() {
        if (stopped) {
            return;
        }
        synchronized (this) {
            if (nodes.isEmpty()) {
                ticking = false;
                return;
            }
        }
        slots.turn().forEach(name -> queue.add(new Work(Kind.LEASE, "", name)));
        timers.after(LeaseSlots.STEP, this::tick);
    }

    private void work(Work work) {
        try {
            perform(work).ifPresent(delay -> queue.addAfter(work, delay));
            queue.forget(work);
        } catch (ApiException e) {
            // Gone, lost races and the like: the next look shows.
            LOG.log(Level.DEBUG, () -> "event=simulation-failed work=" + work + " error=" + e.getMessage());
            queue.addRateLimited(work);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "event=simulation-failed work=" + work, e);
            queue.addRateLimited(work);
        } finally {
            queue.done(work);
        }
    }

    private Optional<Duration> perform(Work work) {
        return switch (work.kind()) {
            case NODE -> syncNode(work.name());
            case LEASE -> {
                SimulatedNode node = nodes.get(work.name());
                if (node != null) {
                    node.renewLease();
                }
                yield Optional.empty();
            }
            case POD -> syncPod(work.namespace(), work.name());
        };
    }

    private Optional<Duration> syncNode(String name) {
        SimulatedNode node = nodes.get(name);
        if (node == null) {
            return Optional.empty();
        }
        boolean silent = node.silent();
        try {
            return node.sync();
        } finally {
            // Also when a report was refused: the next turn finds the node awake already.
            if (silent && !node.silent()) {
                wakePods(name);
            }
        }
    }

    private Optional<Duration> syncPod(String namespace, String name) {
        Lister<Pod> pods = informers.informer(ResourceTypes.PODS).lister();
        Pod pod = pods.get(namespace, name).orElse(null);
        SimulatedNode node = pod == null ? null : nodes.get(nodeOf(pod));
        return node == null || pod == null ? Optional.empty() : node.sync(pod, this::failedBefore);
    }

    /** The attempts that other pods of the same owner have made at the same index. */
    private int failedBefore(Pod pod) {
        String owner = controller(pod);
        if (owner.isEmpty()) {
            return 0;
        }
        return (int) informers
                .informer(ResourceTypes.PODS)
                .lister()
                .list(pod.getMetadata().getNamespace())
                .stream()
                .filter(other ->
                        !other.getMetadata().getUid().equals(pod.getMetadata().getUid()))
                .filter(other -> owner.equals(controller(other)) && Script.index(other) == Script.index(pod))
                .filter(other -> other.getStatus() != null
                        && "Failed".equals(other.getStatus().getPhase()))
                .count();
    }

    private static String controller(Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .map(OwnerReference::getUid)
                .findFirst()
                .orElse("");
    }

    private final class NodeHandler implements Informer.Handler<Node> {
        @Override
        public void onAdd(Node node) {
            if (NodeLabels.simulated(node)) {
                appear(node);
            }
        }

        @Override
        public void onUpdate(Node old, Node now) {
            String name = now.getMetadata().getName();
            SimulatedNode known = nodes.get(name);
            if (known == null) {
                onAdd(now);
            } else if (!NodeLabels.simulated(now)) {
                vanish(name);
            } else {
                boolean wasStopped = known.stopped();
                Map<String, Sequence<?>> before = known.settings();
                known.update(now);
                queue.add(new Work(Kind.NODE, "", name));
                if (wasStopped && !known.stopped()) {
                    queue.add(new Work(Kind.LEASE, "", name));
                }
                if (!before.equals(known.settings()) || !cidr(old).equals(cidr(now))) {
                    wakePods(name);
                }
            }
        }

        @Override
        public void onDelete(Node last) {
            vanish(last.getMetadata().getName());
        }

        private String cidr(Node node) {
            return node.getSpec() == null
                    ? ""
                    : Objects.requireNonNullElse(node.getSpec().getPodCIDR(), "");
        }
    }

    private final class PodHandler implements Informer.Handler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            if (nodes.containsKey(nodeOf(pod))) {
                wake(pod);
            }
        }

        @Override
        public void onUpdate(Pod old, Pod now) {
            if (nodes.containsKey(nodeOf(now)) && concernsTheNode(old, now)) {
                wake(now);
            }
        }

        @Override
        public void onDelete(Pod last) {
            SimulatedNode node = nodes.get(nodeOf(last));
            if (node != null) {
                // Whoever works on the pod may hold it for a whole request; a handler must not wait for that.
                timers.now(() -> node.forget(last));
            }
        }
    }

    /** Most updates are what we have written ourselves. */
    private static boolean concernsTheNode(Pod old, Pod now) {
        boolean statusOnly = old.getSpec().equals(now.getSpec())
                && Objects.equals(
                        old.getMetadata().getDeletionTimestamp(),
                        now.getMetadata().getDeletionTimestamp())
                && Objects.equals(
                        old.getMetadata().getDeletionGracePeriodSeconds(),
                        now.getMetadata().getDeletionGracePeriodSeconds())
                && Objects.equals(
                        old.getMetadata().getAnnotations(), now.getMetadata().getAnnotations())
                && old.getMetadata().getFinalizers().equals(now.getMetadata().getFinalizers());
        return !statusOnly
                || !now.getSpec().getReadinessGates().isEmpty()
                || PodStatuses.readinessTaken(now)
                || !phase(old).equals(phase(now));
    }

    private static String phase(Pod pod) {
        return pod.getStatus() == null
                ? ""
                : Objects.requireNonNullElse(pod.getStatus().getPhase(), "");
    }
}
