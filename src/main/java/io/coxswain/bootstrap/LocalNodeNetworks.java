package io.coxswain.bootstrap;

import io.coxswain.network.proxy.NodeNetwork;
import io.coxswain.network.proxy.NodeNetworks;
import io.coxswain.node.agent.NodeAgents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The networks of the nodes whose agents run here: rules go into each node's network namespace. */
final class LocalNodeNetworks implements NodeNetworks {
    /** A node without a namespace of its own is this machine itself. */
    private static final String OWN = "/proc/self/ns/net";

    private final NodeAgents agents;

    LocalNodeNetworks(NodeAgents agents) {
        this.agents = agents;
    }

    @Override
    public Collection<NamespaceNetwork> running() {
        return agents.networks().entrySet().stream()
                .map(entry -> new NamespaceNetwork(
                        entry.getKey(), Path.of(entry.getValue().isEmpty() ? OWN : entry.getValue())))
                .toList();
    }

    /** A network namespace by its file below {@code /run/netns}. */
    record NamespaceNetwork(String nodeName, Path namespace) implements NodeNetwork {
        private static final int LIMIT_SECONDS = 30;

        @Override
        public void loadRules(String script) throws IOException, InterruptedException {
            Process nft = new ProcessBuilder(List.of("nsenter", "--net=" + namespace, "nft", "-f", "-"))
                    .redirectErrorStream(true)
                    .start();
            try {
                nft.getOutputStream().write(script.getBytes(StandardCharsets.UTF_8));
                nft.getOutputStream().close();
                String said = new String(nft.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!nft.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || nft.exitValue() != 0) {
                    throw new IOException("nft refused the service rules: " + said.strip());
                }
            } finally {
                nft.destroyForcibly();
            }
        }

        @Override
        public String incarnation() {
            try {
                // The file of a namespace is a mount point: its number is the namespace's own.
                return String.valueOf(Files.readAttributes(namespace, BasicFileAttributes.class)
                        .fileKey());
            } catch (IOException e) {
                return "";
            }
        }
    }
}
