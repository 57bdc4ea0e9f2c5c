package io.coxswain.node.status;

/**
 * The computer a node runs on.
 *
 * @param memoryBytes installed
 * @param memoryAvailable free for use now
 * @param diskBytes size of the file system of the node's directory
 * @param diskAvailable free there now
 */
public record Machine(
        int cpus,
        long memoryBytes,
        long memoryAvailable,
        long diskBytes,
        long diskAvailable,
        String architecture,
        String kernel,
        String osImage,
        String machineId,
        String systemUuid,
        String bootId) {}
