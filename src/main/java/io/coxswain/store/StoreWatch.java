package io.coxswain.store;

import org.jspecify.annotations.Nullable;

/**
 * An open watch of one resource. Events wait in a bounded queue; the consumer drains it on a thread of its own when
 * told. A watcher that lets the queue overflow is closed, never silently skipped.
 */
public interface StoreWatch extends AutoCloseable {
    /**
     * Takes the next event, or {@code null} if none waits. Never blocks. Events come in revision order, every event at
     * or below {@link #progress()} has been queued.
     */
    @Nullable StoreEvent poll();

    /**
     * The newest revision up to which this watch has queued everything, other resources' revisions counting. To send a
     * bookmark read this first, then drain the queue, then send the number read.
     */
    long progress();

    /** Whether the store closed the watch (queue overflow, shutdown); no event comes after the queued ones. */
    boolean isClosed();

    @Override
    void close();

    /**
     * What to watch.
     *
     * @param resource the resource
     * @param namespace only this namespace; {@code null} for all
     * @param name only this name; {@code null} for all
     * @param fromRevision events strictly after this revision
     * @param queueLimit how many events may wait, the past ones the watch opens with not counted
     */
    record Request(
            String resource,
            @Nullable String namespace,
            @Nullable String name,
            long fromRevision,
            int queueLimit) {}
}
