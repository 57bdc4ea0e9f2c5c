package io.coxswain.node.agent;

import java.io.IOException;
import java.util.Map;

/** Changes to the host's network that make pods of all nodes reach each other and the world. All are idempotent. */
interface HostNetwork {

    /** Switches forwarding on in the node and masquerades what its pods send out of the cluster's pod network. */
    void prepare(String netns, String podCidr, String clusterPodCidr) throws IOException;

    /** In the node: routes to the pods of other nodes, as pod CIDR → address of the node. */
    void routeInNode(String netns, Map<String, String> routes) throws IOException;

    /** On the server's side: the route to a node's pods. */
    void routeOnHost(String podCidr, String via) throws IOException;
}
