package io.coxswain.network.dns;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * What cluster DNS needs to know.
 *
 * @param domain such as {@code cluster.local}, without dots at the ends
 * @param listen where it answers, UDP and TCP
 * @param upstream servers for names outside the cluster; without any, such names are answered with REFUSED
 * @param ttlSeconds how long answers may be kept
 */
public record DnsSettings(String domain, InetSocketAddress listen, List<InetSocketAddress> upstream, int ttlSeconds) {
    public DnsSettings {
        upstream = List.copyOf(upstream);
    }
}
