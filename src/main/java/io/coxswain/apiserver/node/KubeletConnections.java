package io.coxswain.apiserver.node;

import io.coxswain.apiserver.request.ByteSource;
import io.coxswain.apiserver.request.UpgradeTarget;
import jakarta.json.JsonObject;
import java.util.List;

/**
 * The way to the node that runs a pod. Calls may block for seconds; they throw {@link io.coxswain.meta.ApiException} with
 * what the node says (404 {@code container not found}, 400, 503 if the node cannot be reached). Thread-safe.
 */
public interface KubeletConnections {
    /** A container's log; the source ends where the log ends, with {@code follow} when the container does. */
    ByteSource logs(JsonObject pod, String container, LogOptions options);

    /** A place where the command's streams can be had, once. */
    UpgradeTarget exec(JsonObject pod, String container, List<String> command, Streams streams);

    /** A place where the streams of the container's first process can be had, once. */
    UpgradeTarget attach(JsonObject pod, String container, Streams streams);

    /** A place where connections to the pod's ports can be had, once. The client names the ports in the streams. */
    UpgradeTarget portForward(JsonObject pod, List<Integer> ports);

    /** Which of a process's streams are wanted, and whether it has a terminal. */
    record Streams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}
}
