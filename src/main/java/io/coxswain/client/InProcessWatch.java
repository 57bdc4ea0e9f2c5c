package io.coxswain.client;

import io.coxswain.apiserver.request.EventStream;
import io.coxswain.meta.ApiException;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Takes events from a stream and tells them to the listener one at a time, on the executor; no thread waits. */
final class InProcessWatch<T> implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(InProcessWatch.class.getName());

    private final EventStream events;
    private final Class<T> type;
    private final WatchListener<T> listener;
    private final Executor executor;
    private final AtomicInteger wakeUps = new AtomicInteger();
    private volatile boolean finished;

    InProcessWatch(EventStream events, Class<T> type, WatchListener<T> listener, Executor executor) {
        this.events = events;
        this.type = type;
        this.listener = listener;
        this.executor = executor;
    }

    void start() {
        events.onReady(this::wakeUp);
        wakeUp();
    }

    private void wakeUp() {
        if (wakeUps.getAndIncrement() == 0) {
            try {
                executor.execute(this::drain);
            } catch (RejectedExecutionException shuttingDown) {
                LOG.log(Level.DEBUG, "event=watch-executor-gone", shuttingDown);
                events.close();
            }
        }
    }

    private void drain() {
        int seen = wakeUps.get();
        do {
            deliverWaiting();
            seen = wakeUps.addAndGet(-seen);
        } while (seen != 0);
    }

    private void deliverWaiting() {
        while (!finished) {
            boolean ended = events.isClosed();
            EventStream.@Nullable Event event = events.poll();
            if (event != null) {
                deliver(event);
            } else if (ended) {
                finish(Optional.empty());
            } else {
                return;
            }
        }
    }

    private void deliver(EventStream.Event event) {
        try {
            switch (event.type()) {
                case "BOOKMARK" ->
                    listener.onBookmark(
                            ObjectCodec.identity(event.object().tree()).resourceVersion());
                case "ERROR" ->
                    finish(Optional.of(Statuses.exception(event.object().tree(), 500)));
                default -> listener.onEvent(event.type(), ObjectCodec.read(event.object(), type));
            }
        } catch (RuntimeException e) {
            // A listener that fails would otherwise lose an event silently: end the watch, so that its owner lists
            // again.
            LOG.log(Level.ERROR, "event=watch-listener-failed type=" + type.getSimpleName(), e);
            finish(Optional.of(ApiException.internalError("watch listener failed: " + e, e)));
        }
    }

    private void finish(Optional<ApiException> error) {
        if (!finished) {
            finished = true;
            events.close();
            listener.onClose(error);
        }
    }

    /** Ends the watch; the listener hears nothing more but what is being told already. */
    @Override
    public void close() {
        finished = true;
        events.close();
    }
}
