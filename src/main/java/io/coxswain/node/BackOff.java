package io.coxswain.node;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Growing pauses after repeated failures, one a key: the first failure costs the initial pause, each further one twice
 * the last, up to the limit. A key that stays quiet for twice the limit begins anew (the kubelet's rule: 10 minutes for
 * containers).
 */
public final class BackOff {

    private final Clock clock;
    private final Duration initial;
    private final Duration limit;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    public BackOff(Clock clock, Duration initial, Duration limit) {
        this.clock = clock;
        this.initial = initial;
        this.limit = limit;
    }

    private record Entry(Duration pause, Instant updated) {}

    /** The pause in force for this key, if {@code failed} is still within it. */
    public Optional<Wait> waiting(String key, Instant failed) {
        Entry entry = entries.get(key);
        if (entry == null || expired(entry, failed)) {
            return Optional.empty();
        }
        Duration left = Duration.between(clock.instant(), failed.plus(entry.pause));
        return left.isNegative() || left.isZero() ? Optional.empty() : Optional.of(new Wait(entry.pause, left));
    }

    /** Notes one more failure, which happened at {@code failed}. */
    public void next(String key, Instant failed) {
        entries.compute(key, (k, old) -> {
            Duration pause = old == null || expired(old, failed) ? initial : min(old.pause.multipliedBy(2), limit);
            return new Entry(pause, clock.instant());
        });
    }

    public void forget(String key) {
        entries.remove(key);
    }

    /** Forgets all keys that begin so. */
    public void forgetAll(String prefix) {
        entries.keySet().removeIf(k -> k.startsWith(prefix));
    }

    private boolean expired(Entry entry, Instant failed) {
        return Duration.between(entry.updated, failed).compareTo(limit.multipliedBy(2)) > 0;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** A pause in force and what is left of it. */
    public record Wait(Duration pause, Duration left) {
        /** The pause as Go prints durations of whole seconds: 10s, 1m20s, 5m0s. */
        public String text() {
            long seconds = pause.toSeconds();
            return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
        }
    }
}
