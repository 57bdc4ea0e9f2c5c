package io.coxswain.controller.runtime;

import io.coxswain.client.ApiClient;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Informer;
import io.coxswain.client.Key;
import io.coxswain.client.ListOptions;
import io.coxswain.client.ResourceType;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a loop declares when it is set up. */
public interface Watches {
    /** Every change of an object of this type queues the object's own key. */
    <T> Informer<T> primary(ResourceType<T> type);

    /**
     * Like {@link #primary(ResourceType)}, for the objects of one namespace that a selector chooses: for resources that are not kept
     * in memory as a whole.
     */
    <T> Informer<T> primary(ResourceType<T> type, String namespace, ListOptions which);

    /** Every change of an object queues the keys the function gives for it; on an update for the old and the new state. */
    <T> Informer<T> map(ResourceType<T> type, Function<T, Collection<Key>> keys);

    /** Like {@link #map}, but the function sees both states of an update and may choose; {@code old} is {@code null} for an added object and {@code now} for a deleted one. */
    <T> Informer<T> changes(ResourceType<T> type, BiFunction<@Nullable T, @Nullable T, Collection<Key>> keys);

    /** Changes of objects whose controller owner reference has this kind queue the owner's key. */
    <T> Informer<T> owned(ResourceType<T> type, String ownerKind);

    /** Only the cache; nothing is queued. */
    <T> Informer<T> cache(ResourceType<T> type);

    /** Queues these keys again and again. */
    void every(Duration period, java.util.function.Supplier<Collection<Key>> keys);

    /** Queues a key: for a loop that finds in one object's reconcile that another needs a look. */
    void queue(Key key);

    /** For how long something lasts or has to wait, see {@link io.coxswain.client.Timers#steady}. */
    Clock steady();

    /** The client of this loop's own identity. */
    ApiClient client();

    /** Writes Events with this loop as the source. */
    EventRecorder events();
}
