package io.coxswain.node.cri;

/**
 * Something happened to a process containerd looks after.
 *
 * @param topic containerd's topic, e.g. {@code /tasks/exit}
 * @param containerId the container or sandbox
 */
public record TaskEvent(String topic, String containerId) {}
