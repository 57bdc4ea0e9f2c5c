package io.coxswain.apiserver.node;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.UpgradeResponse;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Set;

/** {@code pods/attach}. */
@Dependent
public class PodAttach extends PodConnection {
    private final Instance<KubeletConnections> connections;

    @Inject
    public PodAttach(Instance<KubeletConnections> connections) {
        super("attach", "PodAttachOptions", Set.of("create", "get"));
        this.connections = connections;
    }

    @Override
    public ApiResponse connect(ApiRequest request, JsonObject pod) {
        KubeletConnections.Streams streams = PodExec.streams(request);
        String container =
                PodTarget.container(pod, request.parameter("container").orElse(""));
        PodTarget.requireNode(pod);
        return new UpgradeResponse(way(connections).attach(pod, container, streams), List.of());
    }
}
