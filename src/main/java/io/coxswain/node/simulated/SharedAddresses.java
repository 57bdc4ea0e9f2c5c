package io.coxswain.node.simulated;

import io.coxswain.bootstrap.config.Cidr;
import io.fabric8.kubernetes.api.model.Node;

/**
 * Addresses of simulated nodes, and of their pods where the cluster's own range is used up. They come from 198.18.0.0/15, which is
 * set aside for tests (RFC 2544) and leads nowhere. Thread-safe.
 */
final class SharedAddresses {
    private final PodAddresses nodes = new PodAddresses(Cidr.parse("198.18.0.0/16"));
    private final PodAddresses pods = new PodAddresses(Cidr.parse("198.19.0.0/16"));

    /** The address a node has, or a new one. */
    String nodeAddress(Node node) {
        String known = SimulatedNode.reportedAddress(node);
        if (!known.isEmpty()) {
            return known;
        }
        return nodes.next()
                .orElseThrow(() -> new IllegalStateException("198.18.0.0/16 has no address left for a node"));
    }

    /** The node's address is in use. */
    void take(Node node) {
        nodes.take(SimulatedNode.reportedAddress(node));
    }

    void release(String address) {
        nodes.release(address);
    }

    PodAddresses pods() {
        return pods;
    }
}
