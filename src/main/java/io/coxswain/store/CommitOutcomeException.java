package io.coxswain.store;

/** The database failed while it committed: the batch may or may not have been written. */
public class CommitOutcomeException extends StoreUnavailableException {
    private static final long serialVersionUID = 1L;

    public CommitOutcomeException(String message, Throwable cause) {
        super(message, cause);
    }
}
