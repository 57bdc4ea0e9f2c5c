package io.coxswain.client;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Elapsed time as a clock: it counts from an arbitrary instant and never jumps, whatever is done to the machine's time. */
final class SteadyClock extends Clock {
    static final Clock INSTANCE = new SteadyClock();

    private final long begun = System.nanoTime();

    private SteadyClock() {}

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /** @return this one: its instants name no time of any zone */
    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(System.nanoTime() - begun);
    }
}
