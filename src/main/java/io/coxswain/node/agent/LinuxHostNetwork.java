package io.coxswain.node.agent;

import io.coxswain.node.HostCommands;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@link HostNetwork} by ip(8), nft(8) and sysctl(8), in other namespaces through nsenter(1). */
final class LinuxHostNetwork implements HostNetwork {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Override
    public void prepare(String netns, String podCidr, String clusterPodCidr) throws IOException {
        HostCommands.run(in(netns, "sysctl", "-qw", "net.ipv4.ip_forward=1"), "", LIMIT);
        // Declared, then flushed, then filled: one transaction, whatever was there before.
        String rules = """
                table ip coxswain-node
                flush table ip coxswain-node
                table ip coxswain-node {
                  chain postrouting {
                    type nat hook postrouting priority 110; policy accept;
                    ip saddr %s ip daddr != %s masquerade
                  }
                }
                """.formatted(podCidr, clusterPodCidr);
        HostCommands.run(in(netns, "nft", "-f", "-"), rules, LIMIT);
    }

    @Override
    public void routeInNode(String netns, Map<String, String> routes) throws IOException {
        StringBuilder batch = new StringBuilder();
        routes.forEach((cidr, via) -> batch.append("route replace ")
                .append(cidr)
                .append(" via ")
                .append(via)
                .append('\n'));
        if (!batch.isEmpty()) {
            HostCommands.run(in(netns, "ip", "-batch", "-"), batch.toString(), LIMIT);
        }
    }

    @Override
    public void routeOnHost(String podCidr, String via) throws IOException {
        HostCommands.run(List.of("ip", "route", "replace", podCidr, "via", via), "", LIMIT);
    }

    private static List<String> in(String netns, String... command) {
        List<String> out = new ArrayList<>();
        if (!netns.isEmpty()) {
            out.add("nsenter");
            out.add("--net=" + netns);
        }
        out.addAll(List.of(command));
        return out;
    }
}
