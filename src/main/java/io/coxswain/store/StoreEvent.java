package io.coxswain.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One change, as watchers of a resource see it.
 *
 * @param object the state after the change; for a deletion the last state, carrying the revision of the deletion
 * @param previousOrNull the state before; {@code null} for a creation only
 */
public record StoreEvent(
        Type type, StoredObject object, @Nullable StoredObject previousOrNull) {

    /** What happened. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }

    public long revision() {
        return object.revision();
    }

    public Optional<StoredObject> previous() {
        return Optional.ofNullable(previousOrNull);
    }
}
