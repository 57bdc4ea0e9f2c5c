package io.coxswain.network.proxy;

import java.util.List;

/**
 * What one port of one Service needs.
 *
 * @param name {@code namespace/service:port} for comments
 * @param protocol tcp, udp or sctp
 * @param addresses the addresses it answers at: cluster IP, external IPs, load-balancer IPs
 * @param nodePort 0 if none
 * @param endpoints where cluster traffic goes
 * @param external where traffic from outside goes; differs from {@code endpoints} only with external traffic policy Local
 * @param keepClientAddress whether traffic from outside is not masqueraded (external traffic policy Local)
 * @param affinitySeconds how long a client stays with an endpoint; 0 without session affinity
 */
record ServicePortRule(
        String name,
        String protocol,
        List<String> addresses,
        int port,
        int nodePort,
        List<Backend> endpoints,
        List<Backend> external,
        boolean keepClientAddress,
        int affinitySeconds) {

    /** One endpoint's address and port. */
    record Backend(String address, int port) implements Comparable<Backend> {
        @Override
        public int compareTo(Backend other) {
            int byAddress = address.compareTo(other.address);
            return byAddress != 0 ? byAddress : Integer.compare(port, other.port);
        }
    }
}
