package io.coxswain.controller.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How one loop fares, at one moment.
 *
 * @param synced whether its caches have been filled
 * @param waiting keys in the queue
 * @param inProgress keys being worked on
 * @param reconciled keys worked on since the start, failures included
 * @param failed how many of them failed
 * @param failing keys that failed when they were last worked on
 * @param retries keys put back after a failure
 * @param p99 within which time 99 of the last 100 keys were worked on
 * @param perMinute keys worked on during the last minute
 * @param lastError the newest failure; a loop that went well afterwards still shows it
 * @param busyFor how long the longest-running worker has been at its key
 */
public record LoopHealth(
        String name,
        boolean synced,
        int waiting,
        int inProgress,
        long reconciled,
        long failed,
        int failing,
        long retries,
        int perMinute,
        Duration p99,
        Optional<Failure> lastError,
        Duration busyFor) {
    /** What went wrong with which key, and when. */
    public record Failure(String key, String message, Instant at) {}
}
