package io.coxswain.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.coxswain.meta.ApiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A watch's body: one event a line. The server waits (flow control) while the listener works. */
final class WatchLines<T> implements BodySubscriber<Void>, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WatchLines.class.getName());
    /** Well above the largest object a server stores. */
    private static final int MAX_LINE_BYTES = 8 << 20;

    private final Class<T> type;
    private final WatchListener<T> listener;
    private final CompletableFuture<Void> body = new CompletableFuture<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private Runnable endAction = () -> {};
    private Flow.@Nullable Subscription subscription;
    private boolean ended;

    WatchLines(Class<T> type, WatchListener<T> listener) {
        this.type = type;
        this.listener = listener;
    }

    synchronized void onEnd(Runnable action) {
        endAction = action;
    }

    @Override
    public CompletionStage<Void> getBody() {
        return body;
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (ended) {
            given.cancel();
        } else {
            given.request(1);
        }
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> buffers) {
        buffers.forEach(this::take);
        if (!ended && subscription != null) {
            subscription.request(1);
        }
    }

    private void take(ByteBuffer buffer) {
        while (!ended && buffer.hasRemaining()) {
            byte next = buffer.get();
            if (next != '\n') {
                line.write(next);
                if (line.size() > MAX_LINE_BYTES) {
                    end(Optional.of(
                            ApiException.tooLarge("a watch event is larger than " + MAX_LINE_BYTES + " bytes")));
                }
            } else if (line.size() > 0) {
                byte[] event = line.toByteArray();
                line.reset();
                deliver(event);
            }
        }
    }

    private void deliver(byte[] json) {
        try {
            JsonNode event = ObjectCodec.node(json, 0, json.length);
            JsonNode object = event.path("object");
            String kind = event.path("type").asText("");
            switch (kind) {
                case "BOOKMARK" ->
                    listener.onBookmark(
                            object.path("metadata").path("resourceVersion").asText(""));
                case "ERROR" ->
                    end(Optional.of(Statuses.exception(ObjectCodec.read(object, jakarta.json.JsonObject.class), 500)));
                case "ADDED", "MODIFIED", "DELETED" -> listener.onEvent(kind, ObjectCodec.read(object, type));
                default -> throw new IOException("unknown watch event type " + kind);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.ERROR, "event=watch-event-failed type=" + type.getSimpleName(), e);
            end(Optional.of(ApiException.internalError("watch event failed: " + e, e)));
        }
    }

    @Override
    public void onError(Throwable error) {
        LOG.log(Level.DEBUG, "event=watch-broke type=" + type.getSimpleName(), error);
        end(Optional.empty());
    }

    @Override
    public void onComplete() {
        endNormally();
    }

    void endNormally() {
        end(Optional.empty());
    }

    /** Ends the watch and tells the listener, once. */
    synchronized void end(Optional<ApiException> error) {
        if (!ended) {
            stop();
            listener.onClose(error);
        }
    }

    private void stop() {
        ended = true;
        endAction.run();
        if (subscription != null) {
            subscription.cancel();
        }
        body.complete(null);
    }

    @Override
    public synchronized void close() {
        if (!ended) {
            stop();
        }
    }
}
