package io.coxswain.network.backend;

import io.coxswain.apiserver.request.ProxyTarget;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.Dependent;
import java.util.List;
import java.util.Optional;

/** {@code nodes/proxy}: a port of the node. Without one upstream means the kubelet's own server, which our nodes have not. */
@Dependent
public class NodeBackend extends Backend {
    private static final List<String> TYPES = List.of("InternalIP", "ExternalIP");

    public NodeBackend() {
        super("nodes", "Node");
    }

    @Override
    ProxyTarget target(ObjectView node, String requested, BackendName name) {
        String address = TYPES.stream()
                .map(type -> address(node, type))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> ApiException.unavailable("no preferred addresses found; known addresses: []"));
        long kubelet = node.number("status", "daemonEndpoints", "kubeletEndpoint", "Port")
                .orElse(0L);
        if (name.port().isEmpty() && kubelet == 0) {
            throw ApiException.unavailable("node \"" + node.name() + "\" serves no kubelet endpoint; name a port");
        }
        boolean own = name.port().isEmpty() || name.port().equals(Long.toString(kubelet));
        return own
                ? new ProxyTarget("https", requireProxyable(address), Math.toIntExact(kubelet))
                : new ProxyTarget(name.scheme(), requireProxyable(address), name.portNumber(name.port()));
    }

    private static Optional<String> address(ObjectView node, String type) {
        return node.items("status", "addresses").stream()
                .filter(address -> address.text("type").equals(type))
                .map(address -> address.text("address"))
                .findFirst();
    }
}
