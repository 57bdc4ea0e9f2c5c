package io.coxswain.node.agent;

import io.coxswain.node.NodeLabels;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Derives a node's network from the Node objects: its CNI configuration, and the routes to the other nodes' pods. */
final class NodeNetwork {

    private static final String FILE = "10-coxswain.conflist";

    private final NodeProperties node;
    private final String clusterPodCidr;
    private final HostNetwork host;
    private String prepared = "";
    private Map<String, String> routed = Map.of();

    NodeNetwork(NodeProperties node, String clusterPodCidr, HostNetwork host) {
        this.node = node;
        this.clusterPodCidr = clusterPodCidr;
        this.host = host;
    }

    /**
     * Brings the host in line with the nodes as they are; does nothing if nothing changed.
     *
     * @return why pods cannot have a network yet, if so
     */
    synchronized Optional<String> apply(Collection<Node> nodes) throws IOException {
        String own = "";
        Map<String, String> others = new TreeMap<>();
        for (Node each : nodes) {
            String cidr = each.getSpec() == null ? null : each.getSpec().getPodCIDR();
            if (cidr == null || cidr.isEmpty()) {
                continue;
            }
            if (each.getMetadata().getName().equals(node.name())) {
                own = cidr;
            } else if (!NodeLabels.simulated(each)) {
                address(each).ifPresent(a -> others.put(cidr, a));
            }
        }
        if (own.isEmpty()) {
            return Optional.of("Node.spec.podCIDR has not been allocated yet");
        }
        if (!own.equals(prepared)) {
            host.prepare(node.netns(), own, clusterPodCidr);
            if (!node.netns().isEmpty()) {
                host.routeOnHost(own, node.address());
            }
            writeCni(own);
            prepared = own;
        }
        if (!others.equals(routed)) {
            host.routeInNode(node.netns(), others);
            routed = Map.copyOf(others);
        }
        return Optional.empty();
    }

    private static Optional<String> address(Node node) {
        return node.getStatus() == null
                ? Optional.empty()
                : node.getStatus().getAddresses().stream()
                        .filter(a -> a.getType().equals("InternalIP"))
                        .map(NodeAddress::getAddress)
                        .findFirst();
    }

    private void writeCni(String podCidr) throws IOException {
        String text = """
                {
                  "cniVersion": "0.4.0",
                  "name": "coxswain",
                  "plugins": [
                    {
                      "type": "bridge",
                      "bridge": "cni0",
                      "isGateway": true,
                      "isDefaultGateway": true,
                      "ipMasq": false,
                      "hairpinMode": true,
                      "ipam": {
                        "type": "host-local",
                        "dataDir": "%s",
                        "ranges": [[{ "subnet": "%s" }]]
                      }
                    },
                    { "type": "portmap", "capabilities": { "portMappings": true }, "snat": true }
                  ]
                }
                """.formatted(node.root().resolve("cni-data"), podCidr);
        Path file = node.cniConfDir().resolve(FILE);
        if (Files.isRegularFile(file) && Files.readString(file).equals(text)) {
            return;
        }
        Files.createDirectories(node.cniConfDir());
        // containerd reads every *.conflist as soon as it appears: it must never see half of one.
        Path draft = node.cniConfDir().resolve(FILE + ".new");
        Files.writeString(draft, text, StandardCharsets.UTF_8);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
