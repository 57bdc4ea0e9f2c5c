package io.coxswain.node.volume;

/** A volume cannot be set up; the message is that of the FailedMount event. */
public final class VolumeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean complete;

    public VolumeException(String message) {
        super(message);
        this.complete = false;
    }

    private VolumeException(String message, boolean complete) {
        super(message);
        this.complete = complete;
    }

    /** One whose message says by itself which volume and which step is meant. */
    static VolumeException complete(String message) {
        return new VolumeException(message, true);
    }

    /** Whether the message can stand for itself. */
    boolean isComplete() {
        return complete;
    }

    public VolumeException(String message, Throwable cause) {
        super(message, cause);
        this.complete = false;
    }
}
