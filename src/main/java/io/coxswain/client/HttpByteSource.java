package io.coxswain.client;

import io.coxswain.apiserver.request.ByteSource;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A growing body as a source; asks the connection for more only when what came has been read. */
final class HttpByteSource implements ByteSource, BodySubscriber<HttpByteSource> {
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private Flow.@Nullable Subscription subscription;
    private @Nullable Runnable listener;
    private @Nullable Throwable failure;
    private boolean ended;

    @Override
    public CompletionStage<HttpByteSource> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        synchronized (this) {
            subscription = given;
        }
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        synchronized (this) {
            for (ByteBuffer buffer : buffers) {
                if (buffer.hasRemaining()) {
                    waiting.add(buffer);
                }
            }
        }
        wakeUp();
    }

    @Override
    public void onError(Throwable error) {
        synchronized (this) {
            ended = true;
            failure = error;
        }
        wakeUp();
    }

    @Override
    public void onComplete() {
        synchronized (this) {
            ended = true;
        }
        wakeUp();
    }

    private void wakeUp() {
        Runnable current;
        synchronized (this) {
            current = listener;
        }
        if (current != null) {
            current.run();
        }
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        Flow.Subscription more;
        int count = 0;
        synchronized (this) {
            while (count < buffer.length && !waiting.isEmpty()) {
                ByteBuffer first = waiting.element();
                int part = Math.min(first.remaining(), buffer.length - count);
                first.get(buffer, count, part);
                count += part;
                if (!first.hasRemaining()) {
                    waiting.remove();
                }
            }
            if (count == 0 && ended) {
                if (failure != null) {
                    throw new IOException("the stream broke: " + failure.getMessage(), failure);
                }
                return -1;
            }
            more = waiting.isEmpty() && count > 0 && !ended ? subscription : null;
        }
        if (more != null) {
            more.request(1);
        }
        return count;
    }

    @Override
    public void onReady(Runnable given) {
        boolean now;
        synchronized (this) {
            listener = given;
            now = ended || !waiting.isEmpty();
        }
        if (now) {
            given.run();
        }
    }

    @Override
    public void close() {
        Flow.Subscription current;
        synchronized (this) {
            ended = true;
            waiting.clear();
            current = subscription;
        }
        if (current != null) {
            current.cancel();
        }
    }
}
