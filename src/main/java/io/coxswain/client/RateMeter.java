package io.coxswain.client;

import java.time.Instant;

/** Counts per second over the last minute. Not thread-safe. */
public final class RateMeter {
    private final int[] counts = new int[60];
    private final long[] seconds = new long[60];

    public void count(Instant now) {
        int slot = Math.floorMod(now.getEpochSecond(), counts.length);
        if (seconds[slot] != now.getEpochSecond()) {
            seconds[slot] = now.getEpochSecond();
            counts[slot] = 0;
        }
        counts[slot]++;
    }

    public int perMinute(Instant now) {
        int sum = 0;
        for (int i = 0; i < counts.length; i++) {
            if (now.getEpochSecond() - seconds[i] < counts.length) {
                sum += counts[i];
            }
        }
        return sum;
    }
}
