package io.coxswain.node.volume;

/** A volume cannot be set up; the message is that of the FailedMount event. */
public final class VolumeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public VolumeException(String message) {
        super(message);
    }

    public VolumeException(String message, Throwable cause) {
        super(message, cause);
    }
}
