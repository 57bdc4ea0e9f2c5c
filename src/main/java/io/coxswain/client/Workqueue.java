package io.coxswain.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys that wait to be worked on, after client-go's workqueue. A key that is added while it is worked on comes again
 * afterwards; one that waits already is not queued twice; two workers never hold one key. Thread-safe, never blocks.
 */
public final class Workqueue<K> {
    private static final Duration FIRST_DELAY = Duration.ofMillis(5);
    private static final Duration LAST_DELAY = Duration.ofSeconds(1000);

    private final Timers timers;
    private final Clock clock;
    private final Deque<K> order = new ArrayDeque<>();
    private final Set<K> dirty = new HashSet<>();
    private final Map<K, Instant> processing = new HashMap<>();
    private final Map<K, Instant> waiting = new HashMap<>();
    private final Map<K, Integer> failures = new HashMap<>();
    private final Map<K, Delayed> delayed = new HashMap<>();
    private long adds;
    private long retries;
    private boolean closed;
    private Runnable onAvailable = () -> {};
    private WorkqueueObserver observer = WorkqueueObserver.NONE;

    public Workqueue(Timers timers) {
        this.timers = timers;
        this.clock = timers.steady();
    }

    /** A key that waits for its time. */
    private record Delayed(Instant due, Timers.Timer timer) {}

    /** Sets what to run when a key can be taken; it must hand off and not block. */
    public synchronized void onAvailable(Runnable listener) {
        onAvailable = listener;
    }

    /** Sets who hears of keys that are taken and given back. */
    public synchronized void observe(WorkqueueObserver next) {
        observer = next;
    }

    public void add(K key) {
        Runnable tell;
        synchronized (this) {
            if (closed || !dirty.add(key)) {
                return;
            }
            adds++;
            waiting.put(key, clock.instant());
            if (processing.containsKey(key)) {
                return;
            }
            order.add(key);
            tell = onAvailable;
        }
        tell.run();
    }

    /** Adds the key after the delay; of several delays of one key the shortest counts. */
    public void addAfter(K key, Duration delay) {
        if (delay.isZero() || delay.isNegative()) {
            add(key);
            return;
        }
        synchronized (this) {
            if (closed) {
                return;
            }
            Instant due = clock.instant().plus(delay);
            Delayed known = delayed.get(key);
            if (known != null && !known.due().isAfter(due)) {
                return;
            }
            if (known != null) {
                known.timer().cancel();
            }
            delayed.put(key, new Delayed(due, timers.after(delay, () -> delayEnded(key, due))));
        }
    }

    private void delayEnded(K key, Instant due) {
        synchronized (this) {
            Delayed known = delayed.get(key);
            if (known != null && known.due().equals(due)) {
                delayed.remove(key);
            }
        }
        add(key);
    }

    /** Adds the key after a delay that doubles with each failure: 5 ms up to 1000 s. */
    public void addRateLimited(K key) {
        int count;
        synchronized (this) {
            count = failures.merge(key, 1, Integer::sum) - 1;
            retries++;
        }
        Duration delay = count >= 18 ? LAST_DELAY : FIRST_DELAY.multipliedBy(1L << count);
        addAfter(key, delay.compareTo(LAST_DELAY) > 0 ? LAST_DELAY : delay);
    }

    /** Like {@link #addAfter}, and counts as a retry: for a key that failed and whose retries come at a steady pace. */
    public void retryAfter(K key, Duration delay) {
        synchronized (this) {
            failures.merge(key, 1, Integer::sum);
            retries++;
        }
        addAfter(key, delay);
    }

    /** The key has been worked on well: its next failure starts at the shortest delay. */
    public synchronized void forget(K key) {
        failures.remove(key);
    }

    /** How often the key has failed in a row. */
    public synchronized int failures(K key) {
        return failures.getOrDefault(key, 0);
    }

    /** How many keys failed when they were last worked on. */
    public synchronized int failing() {
        return failures.size();
    }

    /** Takes a key, which must be given back by {@link #done}; {@code null} if none waits. */
    public synchronized @Nullable K poll() {
        K key = order.poll();
        if (key != null) {
            dirty.remove(key);
            Instant now = clock.instant();
            processing.put(key, now);
            Instant since = waiting.remove(key);
            observer.taken(since == null ? Duration.ZERO : Duration.between(since, now));
        }
        return key;
    }

    /** Gives a key back. */
    public void done(K key) {
        Runnable tell;
        synchronized (this) {
            Instant since = processing.remove(key);
            if (since != null) {
                observer.done(Duration.between(since, clock.instant()));
            }
            if (!dirty.contains(key)) {
                return;
            }
            order.add(key);
            tell = onAvailable;
        }
        tell.run();
    }

    /** How many keys could be taken now. */
    public synchronized int depth() {
        return order.size();
    }

    public synchronized int inProgress() {
        return processing.size();
    }

    /** How long the keys in progress have been held, added up. */
    public synchronized Duration unfinishedWork() {
        Instant now = clock.instant();
        return processing.values().stream()
                .map(since -> Duration.between(since, now))
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** How long the key has been held that has been held longest. */
    public synchronized Duration longestWork() {
        Instant now = clock.instant();
        return processing.values().stream()
                .map(since -> Duration.between(since, now))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    public synchronized long adds() {
        return adds;
    }

    public synchronized long retries() {
        return retries;
    }

    /** Forgets everything and takes nothing more. */
    public synchronized void close() {
        closed = true;
        order.clear();
        dirty.clear();
        waiting.clear();
        failures.clear();
        delayed.values().forEach(entry -> entry.timer().cancel());
        delayed.clear();
    }
}
