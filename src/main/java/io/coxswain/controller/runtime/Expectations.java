package io.coxswain.controller.runtime;

import io.coxswain.client.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Writes that a controller has made and its cache has not shown yet. While any are open the controller must not count, or
 * it would make things twice. What never shows is forgotten after five minutes. Thread-safe.
 */
public final class Expectations {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final Clock clock;
    private final Map<Key, Open> open = new HashMap<>();

    /** @param clock a steady one: a jump would end the wait for a write that is about to show */
    public Expectations(Clock clock) {
        this.clock = clock;
    }

    private static final class Open {
        private final Instant since;
        private int creations;
        private final Set<String> deletions = new HashSet<>();

        Open(Instant since) {
            this.since = since;
        }
    }

    /** Whether the cache has shown everything this controller did for the key. */
    public synchronized boolean satisfied(Key key) {
        Open known = open.get(key);
        return known == null
                || (known.creations <= 0 && known.deletions.isEmpty())
                || clock.instant().isAfter(known.since.plus(TIMEOUT));
    }

    public synchronized void expectCreations(Key key, int count) {
        fresh(key).creations += count;
    }

    /** @param uids of the objects about to be deleted */
    public synchronized void expectDeletions(Key key, Collection<String> uids) {
        fresh(key).deletions.addAll(uids);
    }

    private Open fresh(Key key) {
        if (satisfied(key)) {
            open.put(key, new Open(clock.instant()));
        }
        return open.computeIfAbsent(key, k -> new Open(clock.instant()));
    }

    /** An object has shown up, or its creation failed. */
    public synchronized void created(Key key) {
        Open known = open.get(key);
        if (known != null) {
            known.creations--;
        }
    }

    /** An object has gone, or its deletion failed. */
    public synchronized void deleted(Key key, String uid) {
        Open known = open.get(key);
        if (known != null) {
            known.deletions.remove(uid);
        }
    }

    public synchronized void forget(Key key) {
        open.remove(key);
    }
}
