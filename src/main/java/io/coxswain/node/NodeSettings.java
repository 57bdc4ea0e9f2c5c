package io.coxswain.node;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a node agent is told about its node and cluster.
 *
 * @param name the Node object's name
 * @param address the node's primary address, where pods of other nodes and the server reach it
 * @param root the node's directory: pods, logs and the agent's other files live below it
 * @param cgroupParent parent of all pods' control groups, e.g. {@code /coxswain-default-node-1}
 * @param clusterDns address of the cluster DNS service
 * @param clusterDomain e.g. {@code cluster.local}
 * @param resync how often a pod is looked at although nothing happened, and files from the API are brought up to date
 */
public record NodeSettings(
        String name,
        String address,
        Path root,
        String cgroupParent,
        String clusterDns,
        String clusterDomain,
        Duration resync) {

    /** Volumes, hosts files and termination messages, one directory a pod uid. */
    public Path pods() {
        return root.resolve("pods");
    }

    /** Volumes of the storage class {@code local-path}, one directory each. */
    public Path localPaths() {
        return root.toAbsolutePath().normalize().resolve("local-path");
    }

    /** A tmpfs for what must not reach a disk. */
    public Path memory() {
        return root.resolve("memory");
    }

    /** Container logs: {@code <namespace>_<name>_<uid>/<container>/<restarts>.log}. */
    public Path logs() {
        return root.resolve("logs").resolve("pods");
    }
}
