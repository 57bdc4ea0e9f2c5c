package io.coxswain.store;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A watch with its queue. The writer puts events in, one consumer takes them out. Past events the watch starts with do
 * not count against the limit: a client that comes back after a busy minute would otherwise be closed for ever.
 */
final class QueuedWatch implements StoreWatch {
    private final Request request;
    private final Runnable onEvents;
    private final Consumer<QueuedWatch> onClose;
    private final LongSupplier delivered;
    private final ArrayDeque<StoreEvent> queue = new ArrayDeque<>();

    /** How many of the queued events were there at the start. */
    private int replayed;

    private boolean closed;
    private boolean overflowed;
    private long progressAtClose;

    /** The newest revision this watch was offered; guarded by the resource's lock, not by this one. */
    private long offered;

    QueuedWatch(Request request, Runnable onEvents, LongSupplier delivered, Consumer<QueuedWatch> onClose) {
        this.request = request;
        this.onEvents = onEvents;
        this.delivered = delivered;
        this.onClose = onClose;
        this.offered = request.fromRevision();
    }

    Request request() {
        return request;
    }

    boolean wants(ObjectKey key) {
        return (request.namespace() == null || request.namespace().equals(key.namespace()))
                && (request.name() == null || request.name().equals(key.name()));
    }

    /** Fills the watch when it opens: everything it wants up to a revision. */
    synchronized void replay(List<StoreEvent> events, long upTo) {
        queue.addAll(events);
        replayed = events.size();
        offered = Math.max(offered, upTo);
    }

    /** Queues an event, unless it had it before. Returns whether the watch can go on. */
    boolean offer(StoreEvent event) {
        if (event.revision() <= offered) {
            return true;
        }
        offered = event.revision();
        synchronized (this) {
            if (closed) {
                return false;
            }
            if (queue.size() - replayed >= request.queueLimit()) {
                closed = true;
                overflowed = true;
                progressAtClose = event.revision() - 1;
                return false;
            }
            queue.add(event);
            return true;
        }
    }

    void signal() {
        onEvents.run();
    }

    @Override
    public synchronized @Nullable StoreEvent poll() {
        StoreEvent event = queue.poll();
        if (event != null && replayed > 0) {
            replayed--;
        }
        return event;
    }

    @Override
    public long progress() {
        synchronized (this) {
            if (closed) {
                return progressAtClose;
            }
        }
        // Every event at or below the delivered revision was queued before that number was published; an overflow in
        // between shows in the second look.
        long revision = Math.max(request.fromRevision(), delivered.getAsLong());
        synchronized (this) {
            return closed ? progressAtClose : revision;
        }
    }

    @Override
    public synchronized boolean isClosed() {
        return closed;
    }

    /** Whether the watch was closed because its consumer was too slow. */
    synchronized boolean isOverflowed() {
        return overflowed;
    }

    /** Ends the watch from the store's side; what is queued can still be taken. */
    synchronized void end(long progress) {
        if (!closed) {
            closed = true;
            progressAtClose = Math.max(request.fromRevision(), progress);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (!closed) {
                closed = true;
                progressAtClose = Math.max(request.fromRevision(), delivered.getAsLong());
            }
            queue.clear();
            replayed = 0;
        }
        onClose.accept(this);
    }
}
