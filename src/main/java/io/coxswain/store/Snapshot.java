package io.coxswain.store;

import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All objects of one resource at one revision. Immutable: writers go on without disturbing it. Objects come in key
 * order, namespace first.
 */
public interface Snapshot {
    /** The revision of the whole store at which this is the state. */
    long revision();

    Optional<StoredObject> get(String namespace, String name);

    /**
     * @param namespace only objects of this namespace; {@code null} for all
     * @param after start behind this key (exclusive), {@code null} to start at the beginning
     */
    Iterator<StoredObject> iterate(@Nullable String namespace, @Nullable ObjectKey after);

    /** How many objects there are in the namespace, {@code null} for all. */
    int size(@Nullable String namespace);
}
