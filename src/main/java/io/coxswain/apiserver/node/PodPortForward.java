package io.coxswain.apiserver.node;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.UpgradeResponse;
import io.coxswain.meta.ApiException;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code pods/portforward}. */
@Dependent
public class PodPortForward extends PodConnection {
    private static final int MAX_PORT = 65535;

    private final Instance<KubeletConnections> connections;

    @Inject
    public PodPortForward(Instance<KubeletConnections> connections) {
        super("portforward", "PodPortForwardOptions", Set.of("create", "get"));
        this.connections = connections;
    }

    @Override
    public ApiResponse connect(ApiRequest request, JsonObject pod) {
        List<Integer> ports = new ArrayList<>();
        for (String text : String.join(",", request.query().getOrDefault("ports", List.of()))
                .split(",")) {
            if (!text.isEmpty()) {
                ports.add(port(text));
            }
        }
        PodTarget.requireNode(pod);
        return new UpgradeResponse(way(connections).portForward(pod, ports), List.of());
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // answered below
        }
        throw ApiException.badRequest("unable to parse \"" + text + "\" as a port");
    }
}
