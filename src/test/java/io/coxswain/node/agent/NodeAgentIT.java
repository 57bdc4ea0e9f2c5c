package io.coxswain.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.node.Containerd;
import io.coxswain.node.FakeNodeApi;
import io.coxswain.node.HostCommands;
import io.coxswain.node.NodeSettings;
import io.coxswain.node.cri.GrpcContainerRuntime;
import io.coxswain.node.podworker.PodWorkers;
import io.coxswain.node.volume.LinuxHostMounts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two whole agents on two real containerds, without an API server: pods of one reach those of the other. */
class NodeAgentIT {

    private static final String CLUSTER = "10.231.0.0/16";

    private final FakeNodeApi[] apis = {new FakeNodeApi(), new FakeNodeApi()};
    private final Containerd[] containerds = new Containerd[2];
    private final NodeAgent[] agents = new NodeAgent[2];
    private AgentThreads threads;
    private volatile boolean allocated;

    @BeforeEach
    void start() throws Exception {
        threads = new AgentThreads(Executors.defaultThreadFactory());
        for (int i = 0; i < 2; i++) {
            containerds[i] = new Containerd(i + 2);
            agents[i] = agent(i);
            agents[i].start();
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (NodeAgent each : agents) {
            each.close();
        }
        threads.close();
        for (Containerd each : containerds) {
            each.close();
        }
    }

    private NodeAgent agent(int i) throws Exception {
        Containerd containerd = containerds[i];
        NodeProperties node = new NodeProperties(
                "node-" + i,
                containerd.address(),
                containerd.netns(),
                containerd.socket(),
                containerd.root(),
                containerd.root().resolve("cni"),
                "/coxswain-it-" + (i + 2));
        NodeSettings settings = new NodeSettings(
                node.name(),
                node.address(),
                node.root(),
                "/coxswain-it-" + (i + 2),
                "10.96.0.10",
                "cluster.local",
                Duration.ofSeconds(45));
        GrpcContainerRuntime runtime = new GrpcContainerRuntime(node.socket(), threads.workers(), threads.factory());
        PodWorkers workers = new PodWorkers(
                settings,
                apis[i],
                runtime,
                new LinuxHostMounts(),
                Clock.systemUTC(),
                threads.workers(),
                threads.timer(),
                Map.of());
        return new NodeAgent(
                node,
                apis[i],
                source(apis[i]),
                runtime,
                workers,
                new NodeNetwork(node, CLUSTER, new LinuxHostNetwork()),
                Clock.systemUTC(),
                threads.workers(),
                threads.timer());
    }

    private PodSource source(FakeNodeApi api) {
        return new PodSource() {
            @Override
            public void start(Consumer<Pod> changed, Consumer<Pod> gone) {
                api.changed = changed;
                api.deleted = gone;
            }

            @Override
            public boolean podsSynced() {
                return true;
            }

            @Override
            public boolean surroundingsSynced() {
                return true;
            }

            @Override
            public List<Node> nodes() {
                return nodeList();
            }

            @Override
            public List<PersistentVolume> localVolumes() {
                return List.of();
            }

            @Override
            public List<Service> services(String namespace) {
                return List.of();
            }

            @Override
            public void close() {}
        };
    }

    private List<Node> nodeList() {
        if (!allocated) {
            return List.of();
        }
        return List.of(node(0), node(1));
    }

    private Node node(int i) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName("node-" + i)
                .endMetadata()
                .withNewSpec()
                .withPodCIDR(containerds[i].podCidr())
                .endSpec()
                .withNewStatus()
                .addNewAddress(containerds[i].address(), "InternalIP")
                .endStatus()
                .build();
    }

    private static Pod pod(int node, String script) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p" + node)
                .withNamespace("default")
                .withUid("uid-" + node)
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(1L)
                .addNewContainer()
                .withName("c")
                .withImage("coxswain/busybox:1")
                .withCommand("busybox", "sh", "-c", script)
                .endContainer()
                .endSpec()
                .build();
    }

    private String readiness(int i) {
        if (apis[i].nodePatches.isEmpty()) {
            return "";
        }
        var patch = apis[i].nodePatches.get(apis[i].nodePatches.size() - 1);
        for (var each : patch.at("/status/conditions")) {
            if (each.path("type").asText().equals("Ready")) {
                return each.path("status").asText() + " " + each.path("message").asText();
            }
        }
        return "";
    }

    private String podIp(int i) {
        Pod pod = apis[i].pods.get("uid-" + i);
        return pod == null || pod.getStatus() == null || pod.getStatus().getPodIP() == null
                ? ""
                : pod.getStatus().getPodIP();
    }

    @Test
    void joinsTheClusterAndConnectsItsPods() throws Exception {
        await().atMost(Duration.ofSeconds(15)).until(() -> readiness(0).contains("podCIDR has not been allocated yet"));
        assertThat(readiness(0)).startsWith("False container runtime network not ready: NetworkReady=false");
        allocated = true;
        await().atMost(Duration.ofSeconds(20))
                .until(() -> readiness(0).equals("True kubelet is posting ready status")
                        && readiness(1).startsWith("True"));
        assertThat(apis[0].leases).isNotEmpty();
        assertThat(apis[0].nodePatches
                        .get(0)
                        .at("/status/nodeInfo/containerRuntimeVersion")
                        .asText())
                .startsWith("containerd://1.6");
        assertThat(apis[0].nodePatches.get(0).at("/status/capacity/pods").asText())
                .isEqualTo("110");

        apis[0].put(pod(0, "mkdir /w; echo from-0 > /w/index.html; exec busybox httpd -f -p 80 -h /w"));
        await().atMost(Duration.ofSeconds(20)).until(() -> !podIp(0).isEmpty());
        apis[1].put(pod(
                1,
                "while ! busybox wget -q -O /got http://" + podIp(0)
                        + "/; do busybox sleep 0.2; done; busybox cp /got /dev/termination-log; exit 0"));
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            Pod pod = apis[1].pod("uid-1");
            if (pod.getStatus() == null
                    || pod.getStatus().getContainerStatuses().isEmpty()) {
                return false;
            }
            var last = pod.getStatus().getContainerStatuses().get(0);
            var end = last.getLastState().getTerminated() != null
                    ? last.getLastState().getTerminated()
                    : last.getState().getTerminated();
            return end != null && "from-0\n".equals(end.getMessage());
        });
        String rules = HostCommands.run(
                List.of("nsenter", "--net=" + containerds[0].netns(), "nft", "list", "table", "ip", "coxswain-node"),
                "",
                Duration.ofSeconds(5));
        assertThat(rules).contains("ip saddr " + containerds[0].podCidr() + " ip daddr != " + CLUSTER + " masquerade");

        containerds[0].kill();
        containerds[0].startAgain();
        await().during(Duration.ofSeconds(4))
                .atMost(Duration.ofSeconds(6))
                .until(() -> readiness(0).startsWith("True"));
        containerds[0].kill();
        await().atMost(Duration.ofSeconds(60)).until(() -> readiness(0).startsWith("False container runtime is down"));
        assertThat(readiness(0)).contains("./coxswain node start node-0");
        containerds[0].startAgain();
        await().atMost(Duration.ofSeconds(45)).until(() -> readiness(0).startsWith("True"));

        agents[0].close();
        int leases = apis[0].leases.size();
        int patches = apis[0].nodePatches.size() + apis[0].patches.size();
        await().during(Duration.ofSeconds(12))
                .atMost(Duration.ofSeconds(15))
                .until(() -> apis[0].leases.size() == leases
                        && apis[0].nodePatches.size() + apis[0].patches.size() == patches);
    }
}
