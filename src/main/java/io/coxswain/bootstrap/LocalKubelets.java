package io.coxswain.bootstrap;

import io.coxswain.apiserver.node.KubeletConnections;
import io.coxswain.apiserver.node.LogOptions;
import io.coxswain.apiserver.request.ByteSource;
import io.coxswain.apiserver.request.UpgradeTarget;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import io.coxswain.node.agent.NodeAgents;
import io.coxswain.node.server.LogStream;
import io.coxswain.node.server.PodStreams;
import io.coxswain.node.server.PodStreams.StreamException;
import io.coxswain.node.server.PodStreams.Target;
import io.coxswain.node.simulated.SimulatedNodes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** The API server's way to the node agents of this process: no network in between. Nodes that other processes drive cannot be reached yet, and the answer says so. */
@ApplicationScoped
public class LocalKubelets implements KubeletConnections {
    @Inject
    private NodeAgents agents;

    @Inject
    private SimulatedNodes simulated;

    /** For the container, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public LocalKubelets() {}

    @Override
    public ByteSource logs(JsonObject pod, String container, LogOptions options) {
        return translated(() -> {
            try {
                return new LogSource(node(pod).logs(target(pod, container), nodeOptions(options)));
            } catch (IOException e) {
                throw new ApiException(
                        ApiException.internalError("reading the log: " + e.getMessage(), e)
                                .status(),
                        e);
            }
        });
    }

    @Override
    public UpgradeTarget exec(JsonObject pod, String container, List<String> command, Streams streams) {
        return translated(
                () -> new UpgradeTarget(node(pod).exec(target(pod, container), command, nodeStreams(streams))));
    }

    @Override
    public UpgradeTarget attach(JsonObject pod, String container, Streams streams) {
        return translated(() -> new UpgradeTarget(node(pod).attach(target(pod, container), nodeStreams(streams))));
    }

    @Override
    public UpgradeTarget portForward(JsonObject pod, List<Integer> ports) {
        return translated(() -> new UpgradeTarget(node(pod).portForward(target(pod, ""), ports)));
    }

    private PodStreams node(JsonObject pod) {
        String name = new ObjectView(pod).text("spec", "nodeName");
        if (simulated.isSimulated(name)) {
            throw ApiException.of(
                    501,
                    "NotImplemented",
                    "node \"" + name + "\" is simulated: its containers do not run, so there is nothing to read from"
                            + " them, to run in them or to connect to",
                    null);
        }
        return agents.streams(name)
                .orElseThrow(() -> ApiException.unavailable("error dialing backend: the agent of node \"" + name
                        + "\" does not run in this server, or the node is stopped"));
    }

    private static Target target(JsonObject pod, String container) {
        ObjectView view = new ObjectView(pod);
        return new Target(view.namespace(), view.name(), view.uid(), container);
    }

    private static PodStreams.Streams nodeStreams(Streams streams) {
        return new PodStreams.Streams(streams.tty(), streams.stdin(), streams.stdout(), streams.stderr());
    }

    private static io.coxswain.node.server.LogOptions nodeOptions(LogOptions options) {
        return new io.coxswain.node.server.LogOptions(
                options.follow(),
                options.previous(),
                options.timestamps(),
                options.tailLines()
                        .map(lines -> OptionalInt.of((int) Math.min(lines, Integer.MAX_VALUE)))
                        .orElse(OptionalInt.empty()),
                options.since(),
                options.limitBytes().map(OptionalLong::of).orElse(OptionalLong.empty()),
                "All");
    }

    private static <T> T translated(Supplier<T> call) {
        try {
            return call.get();
        } catch (StreamException e) {
            String message = String.valueOf(e.getMessage());
            throw new ApiException(
                    ApiException.of(e.code(), reason(e.code()), message, null).status(), e);
        }
    }

    private static String reason(int code) {
        return switch (code) {
            case 400 -> "BadRequest";
            case 404 -> "NotFound";
            case 503 -> "ServiceUnavailable";
            default -> "InternalError";
        };
    }

    private record LogSource(LogStream stream) implements ByteSource {
        @Override
        public int read(byte[] buffer) throws IOException {
            return stream.read(buffer);
        }

        @Override
        public void onReady(Runnable listener) {
            stream.onReady(listener);
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
