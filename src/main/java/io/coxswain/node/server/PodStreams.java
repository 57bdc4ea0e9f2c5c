package io.coxswain.node.server;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The part of a kubelet's own API that the API server calls for the pods of one node. Thread-safe.
 *
 * <p>Failures are {@link StreamException}s, worded as upstream words them.
 */
public interface PodStreams {

    /** A pod and one of its containers. */
    record Target(String namespace, String pod, String uid, String container) {}

    /** What of the process to connect. */
    record Streams(boolean tty, boolean stdin, boolean stdout, boolean stderr) {}

    /** Opens a container's log; the caller closes it. */
    LogStream logs(Target target, LogOptions options) throws IOException;

    /** One-time address on the runtime's streaming server, which speaks SPDY/3.1 and WebSocket v4. */
    URI exec(Target target, List<String> command, Streams streams);

    /** As {@link #exec}, for the container's first process. */
    URI attach(Target target, Streams streams);

    /** As {@link #exec}, for connections to ports of the pod; the container of the target does not matter. */
    URI portForward(Target target, List<Integer> ports);

    /** What the pods of the node use now. */
    List<ContainerUse> use();

    /**
     * Use of one container.
     *
     * @param cpuNanoCores average over the last interval; empty until there are two measurements
     * @param memoryWorkingSet bytes
     */
    record ContainerUse(
            String namespace,
            String pod,
            String podUid,
            String container,
            Optional<Long> cpuNanoCores,
            long cpuNanoSeconds,
            long memoryWorkingSet,
            long timestampNanos) {}

    /** A request that cannot be served; {@code code} is the HTTP status it deserves. */
    final class StreamException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int code;

        public StreamException(int code, String message) {
            super(message);
            this.code = code;
        }

        public int code() {
            return code;
        }
    }
}
