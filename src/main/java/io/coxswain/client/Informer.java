package io.coxswain.client;

import java.util.Collection;
import java.util.function.Function;

/** Keeps all objects of a resource in memory by list and watch, and tells of changes. Shared: asking again for the same gives the same informer. */
public interface Informer<T> {
    /** What happens to handlers. Called one at a time per informer; must hand off and not block. */
    interface Handler<T> {
        void onAdd(T object);

        void onUpdate(T old, T now);

        /** @param last the last known state */
        void onDelete(T last);
    }

    Lister<T> lister();

    /** Adds a handler; objects known already are told to it as added. */
    void addHandler(Handler<T> handler);

    /**
     * Declares an index; the function gives an object's values. Informers are shared, so prefix the name with whose index it
     * is ({@code proxy/service}): declaring the same name twice keeps the first.
     */
    void addIndex(String name, Function<T, Collection<String>> values);

    /** Whether the first list has been told to the cache completely. */
    boolean hasSynced();
}
