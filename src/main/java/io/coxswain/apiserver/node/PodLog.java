package io.coxswain.apiserver.node;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ByteStreamResponse;
import io.coxswain.apiserver.request.ApiResponse.RawResponse;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code pods/log}. */
@Dependent
public class PodLog extends PodConnection {
    private static final String TEXT = "text/plain";

    private final Instance<KubeletConnections> connections;
    private final Clock clock;

    @Inject
    public PodLog(Instance<KubeletConnections> connections, Clock clock) {
        super("log", "Pod", Set.of("get"));
        this.connections = connections;
        this.clock = clock;
    }

    @Override
    public ApiResponse connect(ApiRequest request, JsonObject pod) {
        LogOptions options = LogOptions.of(request, clock.instant());
        String container =
                PodTarget.container(pod, request.parameter("container").orElse(""));
        if (!PodTarget.hasNode(pod)) {
            return new RawResponse(200, TEXT, new byte[0], Map.of(), List.of());
        }
        return new ByteStreamResponse(TEXT, way(connections).logs(pod, container, options), List.of());
    }
}
