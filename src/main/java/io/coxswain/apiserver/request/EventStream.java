package io.coxswain.apiserver.request;

import io.coxswain.meta.ApiObject;
import org.jspecify.annotations.Nullable;

/** Watch events waiting to be written. Not thread-safe but for {@link #onReady} and {@link #close}. */
public interface EventStream extends AutoCloseable {
    /** One frame of a watch. {@code type} is ADDED, MODIFIED, DELETED, BOOKMARK or ERROR (the object is then a Status). */
    record Event(String type, ApiObject object) {}

    /** The next event; {@code null} if none waits now. Never blocks. */
    @Nullable Event poll();

    /** Whether the stream has ended; no event comes after those still queued. */
    boolean isClosed();

    /** Sets what to run when events came or the stream ended; it must hand off and not block. Called again at once if events wait already. */
    void onReady(Runnable listener);

    @Override
    void close();
}
