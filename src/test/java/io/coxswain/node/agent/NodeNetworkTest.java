package io.coxswain.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeNetworkTest {

    @TempDir
    Path dir;

    private final List<String> calls = new ArrayList<>();
    private boolean failing;

    private final HostNetwork host = new HostNetwork() {
        @Override
        public void prepare(String netns, String podCidr, String clusterPodCidr) throws IOException {
            calls.add("prepare " + netns + " " + podCidr + " " + clusterPodCidr);
        }

        @Override
        public void routeInNode(String netns, Map<String, String> routes) throws IOException {
            if (failing) {
                throw new IOException("no route");
            }
            calls.add("in " + routes);
        }

        @Override
        public void routeOnHost(String podCidr, String via) {
            calls.add("host " + podCidr + " " + via);
        }
    };

    private NodeNetwork network() {
        NodeProperties node = new NodeProperties(
                "node-1", "172.30.0.11", "/run/netns/x", dir.resolve("s"), dir, dir.resolve("cni"), "/coxswain-test");
        return new NodeNetwork(node, "10.244.0.0/16", host);
    }

    private static Node node(String name, String cidr, String address) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withPodCIDR(cidr)
                .endSpec()
                .withNewStatus()
                .addNewAddress(address, "InternalIP")
                .endStatus()
                .build();
    }

    @Test
    void waitsForTheNodesPodCidr() throws IOException {
        assertThat(network().apply(List.of(node("node-1", "", "172.30.0.11"))))
                .hasValue("Node.spec.podCIDR has not been allocated yet");
        assertThat(calls).isEmpty();
        assertThat(dir.resolve("cni")).doesNotExist();
    }

    @Test
    void writesTheCniConfigurationAndRoutesOnce() throws IOException {
        NodeNetwork network = network();
        List<Node> nodes =
                List.of(node("node-1", "10.244.0.0/24", "172.30.0.11"), node("node-2", "10.244.1.0/24", "172.30.0.12"));
        assertThat(network.apply(nodes)).isEmpty();
        assertThat(network.apply(nodes)).isEmpty();
        assertThat(calls)
                .containsExactly(
                        "prepare /run/netns/x 10.244.0.0/24 10.244.0.0/16",
                        "host 10.244.0.0/24 172.30.0.11",
                        "in {10.244.1.0/24=172.30.0.12}");
        JsonNode conf = new ObjectMapper().readTree(Files.readString(dir.resolve("cni/10-coxswain.conflist")));
        assertThat(conf.at("/plugins/0/ipam/ranges/0/0/subnet").asText()).isEqualTo("10.244.0.0/24");
        assertThat(conf.at("/plugins/0/ipam/dataDir").asText()).startsWith(dir.toString());
        assertThat(conf.at("/plugins/1/type").asText()).isEqualTo("portmap");
    }

    @Test
    void noRouteLeadsToASimulatedNode() throws IOException {
        Node simulated = node("simulated-1", "10.244.1.0/24", "198.18.0.2");
        simulated.getMetadata().setLabels(Map.of("simulated.coxswain.io/node", "true"));
        assertThat(network().apply(List.of(node("node-1", "10.244.0.0/24", "172.30.0.11"), simulated)))
                .isEmpty();
        assertThat(calls).noneMatch(call -> call.contains("198.18.0.2"));
    }

    @Test
    void triesAgainAfterAFailure() throws IOException {
        NodeNetwork network = network();
        List<Node> nodes =
                List.of(node("node-1", "10.244.0.0/24", "172.30.0.11"), node("node-2", "10.244.1.0/24", "172.30.0.12"));
        failing = true;
        assertThatThrownBy(() -> network.apply(nodes)).hasMessage("no route");
        failing = false;
        assertThat(network.apply(nodes)).isEmpty();
        assertThat(calls).last().isEqualTo("in {10.244.1.0/24=172.30.0.12}");
    }

    @Test
    void readsNodeProperties() throws IOException {
        Path file = Files.writeString(
                dir.resolve("node.properties"), "name=node-1\naddress=172.30.0.11\nsocket=/s\nroot=/r\n");
        NodeProperties node = NodeProperties.read(file);
        assertThat(node.cniConfDir()).hasToString("/r/cni");
        assertThat(node.netns()).isEmpty();
        Files.writeString(file, "name=node-1\nsocket=/s\nroot=/r\n");
        assertThatThrownBy(() -> NodeProperties.read(file)).hasMessageEndingWith("address is missing");
        Files.writeString(file, "name=../x\naddress=1.1.1.1\nsocket=/s\nroot=/r\n");
        assertThatThrownBy(() -> NodeProperties.read(file)).hasMessageContaining("name is not a node name");
        Files.writeString(file, "name=\\u00zz");
        assertThatThrownBy(() -> NodeProperties.read(file)).isInstanceOf(IOException.class);
    }
}
