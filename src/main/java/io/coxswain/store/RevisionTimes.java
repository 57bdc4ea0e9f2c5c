package io.coxswain.store;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, about once a second, when revisions were written, so that "older than ten minutes" can be said as a
 * revision. Used by the writer's thread alone.
 */
final class RevisionTimes {
    private static final long SPACING_MILLIS = 1000;

    private final ArrayDeque<ObjectLog.RevisionTime> samples = new ArrayDeque<>();
    private ObjectLog.RevisionTime newest;

    /** @param newest where the store stands, taken as written just now */
    RevisionTimes(List<ObjectLog.RevisionTime> samples, ObjectLog.RevisionTime newest) {
        this.samples.addAll(samples);
        this.newest = newest;
    }

    /** A sample to keep with the next batch: when the batch before was written. {@code null} if none is due. */
    ObjectLog.@Nullable RevisionTime due(long now) {
        ObjectLog.RevisionTime last = samples.peekLast();
        if (last != null && (now < last.millis() + SPACING_MILLIS || last.revision() == newest.revision())) {
            return null;
        }
        return newest;
    }

    /** Notes that a batch was written, along with the sample that was due. */
    void written(long revision, long now, ObjectLog.@Nullable RevisionTime kept) {
        if (kept != null) {
            keep(kept);
        }
        // Times never run backwards here, whatever the clock does.
        newest = new ObjectLog.RevisionTime(revision, Math.max(now, newest.millis()));
    }

    /** Makes the newest batch a sample, though none is due. */
    void close() {
        keep(newest);
    }

    private void keep(ObjectLog.RevisionTime sample) {
        ObjectLog.RevisionTime last = samples.peekLast();
        if (last == null || last.revision() < sample.revision()) {
            samples.addLast(sample);
        }
    }

    /** The newest revision known to be written at or before the time; 0 if none is. */
    long upTo(long millis) {
        long revision = 0;
        for (ObjectLog.RevisionTime sample : samples) {
            if (sample.millis() > millis) {
                break;
            }
            revision = sample.revision();
        }
        return revision;
    }

    /** Forgets samples that only speak of revisions below the given one. */
    void forgetBelow(long revision) {
        while (!samples.isEmpty() && samples.getFirst().revision() < revision) {
            samples.removeFirst();
        }
    }
}
