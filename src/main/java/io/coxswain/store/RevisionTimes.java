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

    RevisionTimes(List<ObjectLog.RevisionTime> samples) {
        this.samples.addAll(samples);
    }

    /** A sample to keep for a batch that ends at the revision; {@code null} if the last one is recent enough. */
    ObjectLog.@Nullable RevisionTime due(long revision, long now) {
        ObjectLog.RevisionTime last = samples.peekLast();
        if (last != null && now < last.millis() + SPACING_MILLIS) {
            return null;
        }
        return new ObjectLog.RevisionTime(revision, now);
    }

    /** Times never run backwards here, whatever the clock does: compaction would otherwise wait for it. */
    void add(ObjectLog.RevisionTime sample) {
        ObjectLog.RevisionTime last = samples.peekLast();
        samples.addLast(
                last == null || sample.millis() >= last.millis()
                        ? sample
                        : new ObjectLog.RevisionTime(sample.revision(), last.millis()));
    }

    /** Every revision up to the newest one has been written by now. */
    void close(long revision, long now) {
        ObjectLog.RevisionTime last = samples.peekLast();
        if (last == null || last.revision() < revision) {
            add(new ObjectLog.RevisionTime(revision, now));
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
