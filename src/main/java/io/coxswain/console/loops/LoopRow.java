package io.coxswain.console.loops;

import io.coxswain.console.shell.Level;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One loop at one moment.
 *
 * @param synced whether it knows its objects
 * @param waiting keys in its queue
 * @param working keys being worked on
 * @param done keys worked on since the server started, failures included
 * @param p99 within which 99 of the last 100 keys were done
 * @param failure the newest, if there was any
 */
public record LoopRow(
        String name,
        boolean synced,
        int waiting,
        int working,
        int perMinute,
        Duration p99,
        long done,
        long failed,
        long retries,
        @Nullable Failure failure)
        implements Serializable {
    private static final Duration RECENT = Duration.ofMinutes(1);

    /** What went wrong with which key. */
    public record Failure(String key, String message, Instant at) implements Serializable {}

    private boolean failedLately(Instant now) {
        return failure != null && failure.at().isAfter(now.minus(RECENT));
    }

    /** Key of the word for its state. */
    String state(Instant now) {
        if (!synced) {
            return "loops.reading";
        }
        return failedLately(now) ? "loops.failing" : "loops.well";
    }

    Level level(Instant now) {
        if (!synced) {
            return Level.BUSY;
        }
        return failedLately(now) ? Level.BAD : Level.GOOD;
    }

    /** In milliseconds, with as many digits as say something; {@code –} if nothing was done yet. */
    String time() {
        if (done == 0) {
            return "–";
        }
        double millis = p99.toNanos() / 1e6;
        return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
    }
}
