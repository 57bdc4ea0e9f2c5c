package io.coxswain.apiserver.representation;

import io.coxswain.apiserver.request.EventStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A watch with each event changed on its way. */
final class MappedEvents implements EventStream {
    private final EventStream source;
    private final Function<Event, Event> function;

    MappedEvents(EventStream source, Function<Event, Event> function) {
        this.source = source;
        this.function = function;
    }

    @Override
    public @Nullable Event poll() {
        Event event = source.poll();
        return event == null ? null : function.apply(event);
    }

    @Override
    public boolean isClosed() {
        return source.isClosed();
    }

    @Override
    public void onReady(Runnable listener) {
        source.onReady(listener);
    }

    @Override
    public void close() {
        source.close();
    }
}
