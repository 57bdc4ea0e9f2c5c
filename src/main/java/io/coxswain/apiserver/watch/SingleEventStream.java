package io.coxswain.apiserver.watch;

import io.coxswain.apiserver.request.EventStream;
import io.coxswain.apiserver.request.TreeObject;
import jakarta.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A watch that says one thing and ends. */
final class SingleEventStream implements EventStream {
    private @Nullable Event event;
    private boolean closed;

    SingleEventStream(String type, JsonObject object) {
        event = new Event(type, new TreeObject(object));
    }

    @Override
    public synchronized @Nullable Event poll() {
        Event next = event;
        event = null;
        closed = true;
        return next;
    }

    @Override
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void onReady(Runnable listener) {
        listener.run();
    }

    @Override
    public synchronized void close() {
        closed = true;
        event = null;
    }
}
