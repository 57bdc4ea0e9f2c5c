package io.coxswain.node.agent;

import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.bootstrap.config.DnsConfig;
import io.coxswain.bootstrap.config.ServerConfig;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ApiEventRecorder;
import io.coxswain.client.CertificateFiles;
import io.coxswain.client.ExecutorTimers;
import io.coxswain.client.HttpsApiClients;
import io.coxswain.client.Informers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.SharedInformers;
import io.coxswain.node.NodeSettings;
import io.coxswain.node.cri.GrpcContainerRuntime;
import io.coxswain.node.podworker.PodWorkers;
import io.coxswain.node.server.PodStreams;
import io.coxswain.node.status.NodeStatuses;
import io.coxswain.node.volume.LinuxHostMounts;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The agents of all nodes this server drives: those with a directory {@code <data>/nodes/<name>} that holds a
 * {@code node.properties} and no file {@code stopped}. The directories are looked at every second, so nodes come, go, stop
 * and start without a restart. Bootstrap calls {@link #start} when the API serves.
 */
@ApplicationScoped
public class NodeAgents {

    private static final System.Logger LOG = System.getLogger(NodeAgents.class.getName());
    private static final String PROPERTIES = "node.properties";
    private static final Duration VOLUME_RESYNC = Duration.ofSeconds(45);
    private static final Duration SCAN_EVERY = Duration.ofSeconds(1);

    private final Path nodes;
    private final ClusterConfig cluster;
    private final DnsConfig dns;
    private final ApiServerConfig server;
    private final Path authority;
    private final Informers informers;
    private final Clock clock;
    private final Map<String, Running> agents = new ConcurrentHashMap<>();
    private final Map<String, String> problems = new ConcurrentHashMap<>();

    @Resource
    private @Nullable ManagedThreadFactory threads;

    private @Nullable AgentThreads pool;
    private volatile boolean stopped;

    /** For CDI proxies only. */
    @SuppressWarnings("NullAway")
    protected NodeAgents() {
        this.nodes = null;
        this.cluster = null;
        this.dns = null;
        this.server = null;
        this.authority = null;
        this.informers = null;
        this.clock = null;
    }

    @Inject
    public NodeAgents(
            ServerConfig process,
            ApiServerConfig server,
            ClusterConfig cluster,
            DnsConfig dns,
            Informers informers,
            Clock clock) {
        this.nodes = process.dataDir().resolve("nodes");
        this.authority = process.dataDir().resolve("pki").resolve("ca.crt");
        this.server = server;
        this.cluster = cluster;
        this.dns = dns;
        this.informers = informers;
        this.clock = clock;
    }

    private record Running(NodeProperties properties, NodeAgent agent) {}

    /** How one node is, as its agent sees it. */
    public record NodeState(String name, boolean ready, String state) {}

    /** Begins to look for nodes; call once. */
    public synchronized void start() {
        ThreadFactory factory = threads;
        if (factory == null) {
            throw new IllegalStateException("no managed thread factory");
        }
        if (pool == null) {
            pool = new AgentThreads(factory);
            scanSoon(pool, Duration.ZERO);
        }
    }

    private void scanSoon(AgentThreads in, Duration delay) {
        if (!stopped) {
            in.timer().schedule(() -> in.workers().execute(() -> scan(in)), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void scan(AgentThreads in) {
        try {
            Map<String, NodeProperties> wanted = wanted();
            for (Map.Entry<String, Running> each : Map.copyOf(agents).entrySet()) {
                if (!each.getValue().properties().equals(wanted.get(each.getKey()))) {
                    LOG.log(System.Logger.Level.INFO, "node agent stops node={0}", each.getKey());
                    agents.remove(each.getKey());
                    each.getValue().agent().close();
                }
            }
            for (NodeProperties each : wanted.values()) {
                if (!agents.containsKey(each.name()) && !stopped) {
                    begin(each, in);
                }
            }
        } catch (IOException | RuntimeException e) {
            problem("nodes", e);
        } finally {
            scanSoon(in, SCAN_EVERY);
        }
    }

    private Map<String, NodeProperties> wanted() throws IOException {
        Map<String, NodeProperties> out = new TreeMap<>();
        if (!Files.isDirectory(nodes)) {
            return out;
        }
        List<Path> directories;
        try (Stream<Path> all = Files.list(nodes)) {
            directories = all.sorted().toList();
        }
        for (Path each : directories) {
            String name = each.getFileName().toString();
            if (!Files.isRegularFile(each.resolve(PROPERTIES)) || Files.exists(each.resolve("stopped"))) {
                continue;
            }
            try {
                NodeProperties properties = NodeProperties.read(each.resolve(PROPERTIES));
                out.put(properties.name(), properties);
                problems.remove(name);
            } catch (IOException | RuntimeException e) {
                problem(name, e);
            }
        }
        return out;
    }

    private void begin(NodeProperties node, AgentThreads in) {
        try {
            NodeAgent agent = agent(node, in);
            agents.put(node.name(), new Running(node, agent));
            agent.start();
            problems.remove(node.name());
            LOG.log(System.Logger.Level.INFO, "node agent starts node={0} socket={1}", node.name(), node.socket());
        } catch (IOException | RuntimeException e) {
            Running half = agents.remove(node.name());
            if (half != null) {
                half.agent().close();
            }
            problem(node.name(), e);
        }
    }

    /** Logs a problem once, not every second. */
    private void problem(String name, Exception e) {
        if (!String.valueOf(e).equals(problems.put(name, String.valueOf(e)))) {
            LOG.log(System.Logger.Level.WARNING, "node agent cannot start node=" + name, e);
        }
    }

    private NodeAgent agent(NodeProperties node, AgentThreads in) throws IOException {
        ExecutorTimers timers = new ExecutorTimers(in.blockingTimer());
        ApiClient client = client(node, in, timers);
        InformerPodSource source = new InformerPodSource(
                node.name(), new SharedInformers(client, timers), informers.informer(ResourceTypes.NODES));
        ClientNodeApi api = new ClientNodeApi(
                client, source::services, new ApiEventRecorder(client, "kubelet", node.name(), in.workers(), clock));
        NodeSettings settings = new NodeSettings(
                node.name(),
                node.address(),
                node.root(),
                node.cgroupParent(),
                dns.serviceAddress(),
                cluster.domain(),
                VOLUME_RESYNC);
        GrpcContainerRuntime runtime = new GrpcContainerRuntime(node.socket(), in.workers(), in.factory());
        PodWorkers workers = new PodWorkers(
                settings,
                api,
                runtime,
                new LinuxHostMounts(),
                clock,
                in.workers(),
                in.timer(),
                NodeStatuses.resources(LinuxMachine.read(node.root())));
        return new NodeAgent(
                node,
                api,
                source,
                runtime,
                workers,
                new NodeNetwork(node, cluster.podCidr().toString(), new LinuxHostNetwork()),
                clock,
                in.workers(),
                in.timer());
    }

    /**
     * The node's own way to the API, as any kubelet's: HTTPS with its own certificate. Over loopback, because the server is in
     * this process.
     */
    private ApiClient client(NodeProperties node, AgentThreads in, ExecutorTimers timers) {
        Path directory = nodes.resolve(node.name());
        return HttpsApiClients.client(
                URI.create("https://127.0.0.1:" + server.port()),
                new CertificateFiles(authority, directory.resolve("client.crt"), directory.resolve("client.key")),
                "kubelet/" + NodeStatuses.KUBELET_VERSION,
                in.workers(),
                timers);
    }

    /** The streams of a node's pods; empty if this server does not drive the node, or it is stopped. */
    public Optional<PodStreams> streams(String node) {
        return Optional.ofNullable(agents.get(node)).map(r -> r.agent().streams());
    }

    /** The network namespaces of the nodes this server drives now, by node name: files below {@code /run/netns}. */
    public Map<String, String> networks() {
        Map<String, String> out = new TreeMap<>();
        agents.forEach((name, running) -> out.put(name, running.properties().netns()));
        return out;
    }

    /** All nodes this server drives now, and those it cannot. */
    public List<NodeState> states() {
        Map<String, NodeState> out = new TreeMap<>();
        new HashMap<>(problems).forEach((name, why) -> out.put(name, new NodeState(name, false, why)));
        agents.forEach((name, r) ->
                out.put(name, new NodeState(name, r.agent().ready(), r.agent().state())));
        return List.copyOf(out.values());
    }

    /** Ends all agents; containers go on running. */
    @PreDestroy
    public synchronized void stop() {
        stopped = true;
        agents.values().forEach(r -> r.agent().close());
        agents.clear();
        if (pool != null) {
            pool.close();
        }
    }
}
