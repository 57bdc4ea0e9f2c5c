package io.coxswain.apiserver.node;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.UpgradeResponse;
import io.coxswain.meta.ApiException;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Set;

/** {@code pods/exec}. */
@Dependent
public class PodExec extends PodConnection {
    private final Instance<KubeletConnections> connections;

    @Inject
    public PodExec(Instance<KubeletConnections> connections) {
        super("exec", "PodExecOptions", Set.of("create", "get"));
        this.connections = connections;
    }

    @Override
    public ApiResponse connect(ApiRequest request, JsonObject pod) {
        KubeletConnections.Streams streams = streams(request);
        String container =
                PodTarget.container(pod, request.parameter("container").orElse(""));
        PodTarget.requireNode(pod);
        List<String> command = request.query().getOrDefault("command", List.of());
        if (command.isEmpty()) {
            throw ApiException.badRequest("you must specify at least one command");
        }
        return new UpgradeResponse(way(connections).exec(pod, container, command, streams), List.of());
    }

    /** @throws ApiException 400 if no stream is wanted */
    static KubeletConnections.Streams streams(ApiRequest request) {
        boolean tty = request.flag("tty");
        KubeletConnections.Streams streams = new KubeletConnections.Streams(
                // A terminal has one output for both.
                request.flag("stdin"), request.flag("stdout"), request.flag("stderr") && !tty, tty);
        if (!streams.stdin() && !streams.stdout() && !streams.stderr()) {
            throw ApiException.badRequest("you must specify at least 1 of stdin, stdout, stderr");
        }
        return streams;
    }
}
