package io.coxswain.network.proxy;

import io.coxswain.network.proxy.ServicePortRule.Backend;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the nftables script of one node: table {@code ip coxswain-proxy}, replaced as a whole in one transaction.
 * Verdict maps find the chain of an address and port in one look-up, so the cost of a packet does not grow with the
 * number of Services. Traffic from outside and hairpin traffic is marked and masqueraded.
 */
final class NftRuleSet {
    private static final String TABLE = "coxswain-proxy";
    private static final String MASQUERADE = "meta mark set meta mark or 0x4000";

    private final StringBuilder chains = new StringBuilder();
    private final List<String> serviceElements = new ArrayList<>();
    private final List<String> nodePortElements = new ArrayList<>();
    private final List<String> refusedElements = new ArrayList<>();
    private final List<String> refusedPorts = new ArrayList<>();
    private final StringBuilder affinitySets = new StringBuilder();

    private NftRuleSet() {}

    /** The whole script for {@code nft -f}. */
    static String script(List<ServicePortRule> rules) {
        NftRuleSet set = new NftRuleSet();
        for (int i = 0; i < rules.size(); i++) {
            set.add(i, rules.get(i));
        }
        return set.assemble();
    }

    private void add(int index, ServicePortRule rule) {
        String comment = " comment \"" + rule.name() + "\"";
        String cluster = "svc-" + index;
        boolean clusterServed = !rule.endpoints().isEmpty();
        if (clusterServed) {
            balance(cluster, rule, rule.endpoints());
        }
        for (String address : rule.addresses()) {
            String element = address + " . " + rule.protocol() + " . " + rule.port();
            if (clusterServed) {
                serviceElements.add(element + comment + " : goto " + cluster);
            } else {
                refusedElements.add(element + comment);
            }
        }
        if (rule.nodePort() != 0) {
            String element = rule.protocol() + " . " + rule.nodePort();
            if (rule.external().isEmpty()) {
                refusedPorts.add(element + comment);
            } else {
                nodePortElements.add(element + comment + " : goto " + external(index, rule, cluster, clusterServed));
            }
        }
    }

    /** The chain for traffic that comes from outside. */
    private String external(int index, ServicePortRule rule, String cluster, boolean clusterServed) {
        String name = "ext-" + index;
        if (rule.keepClientAddress()) {
            balance(name, rule, rule.external());
            return name;
        }
        String target = cluster;
        if (!clusterServed || !rule.external().equals(rule.endpoints())) {
            target = "ext-all-" + index;
            balance(target, rule, rule.external());
        }
        chains.append("  chain ")
                .append(name)
                .append(" {\n    ")
                .append(MASQUERADE)
                .append("\n    goto ")
                .append(target)
                .append("\n  }\n");
        return name;
    }

    private void balance(String chain, ServicePortRule rule, List<Backend> backends) {
        StringBuilder body = new StringBuilder();
        StringBuilder choices = new StringBuilder();
        for (int i = 0; i < backends.size(); i++) {
            String endpoint = chain + "-ep" + i;
            choices.append(i == 0 ? "" : ", ").append(i).append(" : goto ").append(endpoint);
            if (rule.affinitySeconds() > 0) {
                String set = chain + "-aff" + i;
                affinitySets
                        .append("  set ")
                        .append(set)
                        .append(" { type ipv4_addr; flags dynamic,timeout; timeout ")
                        .append(rule.affinitySeconds())
                        .append("s; }\n");
                body.append("    ip saddr @")
                        .append(set)
                        .append(" goto ")
                        .append(endpoint)
                        .append('\n');
            }
            endpoint(endpoint, chain + "-aff" + i, rule, backends.get(i));
        }
        body.append("    numgen random mod ")
                .append(backends.size())
                .append(" vmap { ")
                .append(choices)
                .append(" }\n");
        chains.append("  chain ").append(chain).append(" {\n").append(body).append("  }\n");
    }

    private void endpoint(String chain, String affinitySet, ServicePortRule rule, Backend backend) {
        chains.append("  chain ")
                .append(chain)
                .append(" {\n    ip saddr ")
                .append(backend.address())
                .append(' ')
                .append(MASQUERADE)
                .append('\n');
        if (rule.affinitySeconds() > 0) {
            chains.append("    update @").append(affinitySet).append(" { ip saddr }\n");
        }
        chains.append("    meta l4proto ")
                .append(rule.protocol())
                .append(" dnat to ")
                .append(backend.address())
                .append(':')
                .append(backend.port())
                .append("\n  }\n");
    }

    private String assemble() {
        return "table ip " + TABLE + " {}\ndelete table ip " + TABLE + "\ntable ip " + TABLE + " {\n"
                + affinitySets
                + container("map", "services", "type ipv4_addr . inet_proto . inet_service : verdict", serviceElements)
                + container("map", "node-ports", "type inet_proto . inet_service : verdict", nodePortElements)
                + container("set", "refused", "type ipv4_addr . inet_proto . inet_service", refusedElements)
                + container("set", "refused-ports", "type inet_proto . inet_service", refusedPorts)
                + chains
                + """
                  chain dispatch {
                    ip daddr . meta l4proto . th dport vmap @services
                    fib daddr type local meta l4proto . th dport vmap @node-ports
                  }
                  chain refuse {
                    ip daddr . meta l4proto . th dport @refused jump reject-it
                    fib daddr type local meta l4proto . th dport @refused-ports jump reject-it
                  }
                  chain reject-it {
                    meta l4proto tcp reject with tcp reset
                    reject
                  }
                  chain prerouting { type nat hook prerouting priority dstnat; policy accept; jump dispatch; }
                  chain output { type nat hook output priority -100; policy accept; jump dispatch; }
                  chain postrouting {
                    type nat hook postrouting priority srcnat; policy accept;
                    meta mark & 0x4000 == 0x4000 meta mark set meta mark xor 0x4000 masquerade fully-random
                  }
                  chain filter-input { type filter hook input priority -10; policy accept; ct state new jump refuse; }
                  chain filter-forward { type filter hook forward priority -10; policy accept; ct state new jump refuse; }
                  chain filter-output { type filter hook output priority -10; policy accept; ct state new jump refuse; }
                }
                """;
    }

    private static String container(String what, String name, String type, List<String> elements) {
        String body = elements.isEmpty() ? "" : " elements = { " + String.join(",\n      ", elements) + " }";
        return "  " + what + " " + name + " {\n    " + type + (body.isEmpty() ? "" : "\n   " + body) + "\n  }\n";
    }
}
