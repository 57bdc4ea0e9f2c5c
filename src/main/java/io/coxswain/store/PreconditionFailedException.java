package io.coxswain.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A step of a change set did not find its object as expected; nothing of the set was written. */
public class PreconditionFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ObjectKey key;
    private final transient @Nullable StoredObject current;

    /** @param current the object as it is; {@code null} if it does not exist */
    public PreconditionFailedException(ObjectKey key, @Nullable StoredObject current) {
        super("precondition failed: " + key + (current == null ? " does not exist" : " is at " + current.revision()));
        this.key = key;
        this.current = current;
    }

    public ObjectKey key() {
        return key;
    }

    /** The object as it is now, so that the caller can try again without another read; empty if it does not exist. */
    public Optional<StoredObject> current() {
        return Optional.ofNullable(current);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this; // thrown on every lost race: the stack says nothing
    }
}
