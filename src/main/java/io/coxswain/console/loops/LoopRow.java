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
 * @param failing keys that failed when they were last worked on
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
        int failing,
        long retries,
        @Nullable Failure failure)
        implements Serializable {
    /** What went wrong with which key. */
    public record Failure(String key, String message, Instant at) implements Serializable {}

    /** Key of the word for its state. A lost race now and then is daily work; a key that keeps failing is not. */
    public String state() {
        if (!synced) {
            return "loops.reading";
        }
        return failing > 0 ? "loops.failing" : "loops.well";
    }

    public Level level() {
        if (!synced) {
            return Level.BUSY;
        }
        return failing > 0 ? Level.BAD : Level.GOOD;
    }

    /** In milliseconds, with as many digits as say something; {@code –} if nothing was done yet. */
    public String time() {
        if (done == 0) {
            return "–";
        }
        double millis = p99.toNanos() / 1e6;
        return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
    }
}
