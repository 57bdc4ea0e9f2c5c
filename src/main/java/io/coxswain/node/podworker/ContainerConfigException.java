package io.coxswain.node.podworker;

/** A container cannot be configured as its pod asks; shown as CreateContainerConfigError. */
public final class ContainerConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ContainerConfigException(String message) {
        super(message);
    }
}
