package io.coxswain.client;

import java.time.Duration;
import java.util.Arrays;

/** How long the last few hundred pieces of work took. Not thread-safe. */
public final class RecentDurations {
    private static final int KEPT = 512;

    private final long[] nanos = new long[KEPT];
    private long count;

    public void add(Duration duration) {
        nanos[(int) (count++ % KEPT)] = duration.toNanos();
    }

    /** The time within which 99 of 100 were done; zero if there were none. */
    public Duration p99() {
        int known = (int) Math.min(count, KEPT);
        if (known == 0) {
            return Duration.ZERO;
        }
        long[] sorted = Arrays.copyOf(nanos, known);
        Arrays.sort(sorted);
        return Duration.ofNanos(sorted[(known * 99 + 99) / 100 - 1]);
    }
}
