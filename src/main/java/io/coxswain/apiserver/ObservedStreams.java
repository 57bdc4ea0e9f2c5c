package io.coxswain.apiserver;

import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ByteSource;
import io.coxswain.apiserver.request.EventStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Answers that go on after their head: watches, followed logs, tunnels. Tells when such an answer is over. Stateless. */
final class ObservedStreams {
    private ObservedStreams() {}

    static boolean isStream(ApiResponse response) {
        return response instanceof ApiResponse.WatchResponse
                || response instanceof ApiResponse.ByteStreamResponse
                || response instanceof ApiResponse.UpgradeResponse;
    }

    /**
     * The same answer.
     *
     * @param event run for each event of a watch; must be quick
     * @param ended run once when it is over; must be quick
     */
    static ApiResponse observe(ApiResponse response, Runnable event, Runnable ended) {
        Runnable once = once(ended);
        if (response instanceof ApiResponse.WatchResponse watch) {
            return new ApiResponse.WatchResponse(
                    new Events(watch.events(), event, once), watch.mediaType(), watch.warnings());
        }
        if (response instanceof ApiResponse.ByteStreamResponse bytes) {
            return new ApiResponse.ByteStreamResponse(
                    bytes.contentType(), new Source(bytes.source(), once), bytes.warnings());
        }
        if (response instanceof ApiResponse.UpgradeResponse upgrade) {
            return new ApiResponse.UpgradeResponse(upgrade.target(), upgrade.warnings(), once);
        }
        throw new IllegalArgumentException("no stream: " + response.getClass());
    }

    private static Runnable once(Runnable task) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                task.run();
            }
        };
    }

    private record Events(EventStream inner, Runnable event, Runnable ended) implements EventStream {
        @Override
        public @Nullable Event poll() {
            Event next = inner.poll();
            if (next != null) {
                event.run();
            }
            return next;
        }

        @Override
        public boolean isClosed() {
            return inner.isClosed();
        }

        @Override
        public void onReady(Runnable listener) {
            inner.onReady(listener);
        }

        @Override
        public void close() {
            try {
                inner.close();
            } finally {
                ended.run();
            }
        }
    }

    private record Source(ByteSource inner, Runnable ended) implements ByteSource {
        @Override
        public int read(byte[] buffer) throws IOException {
            return inner.read(buffer);
        }

        @Override
        public void onReady(Runnable listener) {
            inner.onReady(listener);
        }

        @Override
        public void close() {
            try {
                inner.close();
            } finally {
                ended.run();
            }
        }
    }
}
