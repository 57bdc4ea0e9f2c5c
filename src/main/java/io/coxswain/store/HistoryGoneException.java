package io.coxswain.store;

/**
 * This server has fallen so far behind the others that changes it never saw are no longer in the database, or the revision
 * has jumped: what it holds in memory must be read anew.
 */
public final class HistoryGoneException extends StoreUnavailableException {
    private static final long serialVersionUID = 1L;

    public HistoryGoneException(String message) {
        super(message);
    }
}
