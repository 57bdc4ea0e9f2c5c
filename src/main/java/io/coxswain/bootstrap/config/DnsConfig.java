package io.coxswain.bootstrap.config;

import java.net.InetSocketAddress;
import java.util.List;

/** Cluster DNS. */
@SettingsGroup(value = "coxswain.dns", about = "Cluster DNS.")
public record DnsConfig(
        @Setting(
                value = "10053",
                about =
                        "UDP and TCP port of the DNS server, at `coxswain.api.advertise-address`; pods reach it through the"
                                + " service `kube-system/kube-dns`.")
        int port,

        @Setting(value = "10.96.0.10", about = "Address of the service `kube-system/kube-dns`.")
        String serviceAddress,

        @Setting(
                value = "",
                about =
                        "Servers for names outside the cluster, IPv4 addresses with commas between them. Without any, such"
                                + " names are refused.")
        List<String> upstreamServers,

        @Setting(value = "30", about = "How long answers may be kept, in seconds.")
        int ttlSeconds) {

    public DnsConfig {
        Rule.port("coxswain.dns.port", port);
        Rule.address("coxswain.dns.service-address", serviceAddress);
        upstreamServers = List.copyOf(upstreamServers);
        upstreamServers.forEach(server -> Rule.address("coxswain.dns.upstream-servers", server));
        Rule.range("coxswain.dns.ttl-seconds", ttlSeconds, 0, 3600);
    }

    /** The servers for names outside the cluster, at DNS's port. */
    public List<InetSocketAddress> upstream() {
        return upstreamServers.stream()
                .map(address -> new InetSocketAddress(address, 53))
                .toList();
    }
}
