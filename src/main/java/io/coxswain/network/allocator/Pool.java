package io.coxswain.network.allocator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.random.RandomGenerator;

/**
 * A pool of numbers {@code first..last}. What stored objects hold is asked for ({@code taken}); what was handed out but
 * is not stored yet is remembered for a while, so that two concurrent requests never get the same number. Thread-safe.
 */
final class Pool {
    /** How long a number given out counts as taken although no stored object shows it: longer than any write takes. */
    private static final Duration RESERVATION = Duration.ofSeconds(60);

    private final long first;
    private final long last;
    private final long dynamicFrom;
    private final LongPredicate taken;
    private final Clock clock;
    private final RandomGenerator random;
    private final Map<Long, Reservation> reserved = new HashMap<>();

    /** Who was given a number, and until when that counts. */
    private record Reservation(String owner, Instant end) {}

    /**
     * @param dynamicFrom where numbers that nobody asked for by name are taken from first; those below are kept for
     *     people who choose (KEP-3070)
     */
    Pool(long first, long last, long dynamicFrom, LongPredicate taken, Clock clock, RandomGenerator random) {
        this.first = first;
        this.last = last;
        this.dynamicFrom = dynamicFrom;
        this.taken = taken;
        this.clock = clock;
        this.random = random;
    }

    boolean contains(long number) {
        return number >= first && number <= last;
    }

    /** Takes a number that the user chose; false if somebody has it. An owner whose write failed gets it again. */
    synchronized boolean take(long number, String owner, boolean dryRun) {
        prune();
        if (!isFree(number, owner)) {
            return false;
        }
        reserve(number, owner, dryRun);
        return true;
    }

    /** Takes any free number; empty if the pool is used up. */
    synchronized Optional<Long> takeAny(String owner, boolean dryRun) {
        prune();
        Optional<Long> found = search(dynamicFrom, last);
        if (found.isEmpty() && dynamicFrom > first) {
            found = search(first, dynamicFrom - 1);
        }
        found.ifPresent(number -> reserve(number, owner, dryRun));
        return found;
    }

    private Optional<Long> search(long from, long to) {
        long size = to - from + 1;
        if (size <= 0) {
            return Optional.empty();
        }
        long start = random.nextLong(size);
        for (long step = 0; step < size; step++) {
            long number = from + (start + step) % size;
            if (isFree(number, "")) {
                return Optional.of(number);
            }
        }
        return Optional.empty();
    }

    private boolean isFree(long number, String owner) {
        Reservation known = reserved.get(number);
        return (known == null || known.owner().equals(owner)) && !taken.test(number);
    }

    private void reserve(long number, String owner, boolean dryRun) {
        if (!dryRun) {
            reserved.put(number, new Reservation(owner, clock.instant().plus(RESERVATION)));
        }
    }

    private void prune() {
        Instant now = clock.instant();
        reserved.values().removeIf(reservation -> now.isAfter(reservation.end()));
    }
}
