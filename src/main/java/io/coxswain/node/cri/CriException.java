package io.coxswain.node.cri;

/** A CRI call failed. The message is the runtime's own description, fit for an event or a container status. */
public final class CriException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What a caller may want to tell apart. */
    public enum Kind {
        /** The sandbox, container or image does not exist. */
        NOT_FOUND,
        /** The name and attempt are taken by another sandbox or container. */
        ALREADY_EXISTS,
        /** The runtime does not answer: it is stopped or restarting. */
        UNAVAILABLE,
        /** The call took longer than it was given. */
        TIMEOUT,
        /** The runtime tried and failed; the message says why. */
        FAILED
    }

    private final Kind kind;

    public CriException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public CriException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The message as a Go client prints it, which is how kubelets word events about sandboxes and images. */
    public String rpcText() {
        String code = switch (kind) {
            case NOT_FOUND -> "NotFound";
            case ALREADY_EXISTS -> "AlreadyExists";
            case UNAVAILABLE -> "Unavailable";
            case TIMEOUT -> "DeadlineExceeded";
            case FAILED -> "Unknown";
        };
        return "rpc error: code = " + code + " desc = " + getMessage();
    }
}
