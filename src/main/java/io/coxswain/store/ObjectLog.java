package io.coxswain.store;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The durable half of the store. A state of an object is one row, in exactly one of two places: among the current
 * states, or, from the moment a later change superseded it, in the revision log, from where compaction drops it. So
 * the state of the store at any revision above the compacted one can be put together again.
 *
 * <p>Called by one thread at a time: by the caller of {@code start}, then by the writer.
 */
public interface ObjectLog {
    /** Makes the tables if need be, lets a pending jump of the revision take effect, and says where the store stands. */
    Position open();

    /** Whether other servers may write to the same database. The answer holds from {@link #open} on. */
    boolean isShared();

    /** Where the store stands now, with nothing changed. */
    Position position();

    /**
     * Hands over every row, current and past, in any order. Where other servers write meanwhile, a row may come twice, and
     * rows come that are newer than the position known before.
     */
    void load(Consumer<Row> rows);

    /**
     * The rows whose revision is above the given one, in order of revision, each once; waits for commits under way.
     *
     * @throws HistoryGoneException if rows between are no longer there
     */
    List<Row> readAbove(long revision);

    /** As {@link #readAbove}, but cheap when there is nothing, and does not wait for commits under way. */
    List<Row> readNew(long revision);

    /**
     * Plans and writes a batch in one transaction, in which nobody else writes. The plan is made upon what other servers
     * have written above the revision known, and perhaps made again, when a connection was lost; the last one counts.
     *
     * @throws CommitOutcomeException if the transaction may or may not have been committed
     * @throws HistoryGoneException if what other servers have written is no longer there
     * @throws StoreUnavailableException if it was not
     */
    void write(long known, Planner planner);

    /** Returns when everything committed would survive a power cut. */
    void sync();

    /**
     * Drops past states superseded at or below a revision and remembers it as the floor.
     *
     * @param target the floor from now on
     * @param upTo drop only what was superseded at or below this, in this call
     * @return how many rows went
     */
    int compact(Retention retention, long target, long upTo);

    /**
     * Where the store stands.
     *
     * @param revision the newest revision ever given out
     * @param compacted the floor of ordinary resources
     * @param shortCompacted the floor of short-lived resources
     * @param epoch how often the revision has jumped
     * @param times samples of when revisions were written, oldest first
     */
    record Position(long revision, long compacted, long shortCompacted, long epoch, List<RevisionTime> times) {
        public Position {
            times = List.copyOf(times);
        }

        public long compacted(Retention retention) {
            return retention == Retention.SHORT ? shortCompacted : compacted;
        }

        /** Whether nothing was compacted between the two, and the revision has not jumped. */
        public boolean hasSameHistoryAs(Position other) {
            return compacted == other.compacted && shortCompacted == other.shortCompacted && epoch == other.epoch;
        }
    }

    /**
     * Says that every revision up to this one was written at or before a time.
     *
     * @param millis milliseconds since 1970
     */
    record RevisionTime(long revision, long millis) {}

    /**
     * One state of an object.
     *
     * @param superseded the revision of the change that ended this state; 0 while it is the current one; for a
     *     deletion its own revision
     * @param deleted whether this is the last state of an object, carrying the revision of its deletion
     */
    record Row(StoredObject object, long superseded, boolean deleted) {}

    /** Makes a batch. */
    interface Planner {
        /** @param peers what other servers have written above the revision known, in order of revision */
        Batch plan(List<Row> peers);
    }

    /**
     * What one transaction changes.
     *
     * @param revision the newest revision after it
     * @param superseded the revisions whose rows stop being current
     * @param current the states that become current
     * @param past the states that go to the revision log: the superseded ones and deletions
     * @param time a sample to keep, or {@code null}
     */
    record Batch(
            long revision,
            List<StoredObject> superseded,
            List<StoredObject> current,
            List<Row> past,
            @Nullable RevisionTime time) {
        public Batch {
            superseded = List.copyOf(superseded);
            current = List.copyOf(current);
            past = List.copyOf(past);
        }

        /** Whether it changes nothing. */
        public boolean isEmpty() {
            return superseded.isEmpty() && current.isEmpty() && past.isEmpty();
        }
    }
}
