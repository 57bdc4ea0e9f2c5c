package io.coxswain.store;

/** An object is larger than the store takes; HTTP 413. Nothing was written. */
public class ObjectTooLargeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int limit;

    public ObjectTooLargeException(ObjectKey key, int length, int limit) {
        super(key + " is too large: " + length + " bytes, limit " + limit);
        this.limit = limit;
    }

    /** The limit in bytes. */
    public int limit() {
        return limit;
    }
}
