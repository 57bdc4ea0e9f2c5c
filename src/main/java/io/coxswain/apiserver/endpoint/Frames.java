package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.request.ByteSource;
import io.coxswain.apiserver.request.EventStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a stream has to say next, in bytes. Used by one thread at a time, but for {@link #onReady} and {@link #close}. */
interface Frames {
    byte[] NOTHING = {};

    /** The next bytes; {@link #NOTHING} if none wait now. Never blocks. */
    byte[] next() throws IOException;

    /** Whether nothing comes any more; asked after {@link #next} gave nothing. */
    boolean isEnded();

    void onReady(Runnable listener);

    void close();

    /** The events of a watch, one JSON document each. */
    static Frames of(EventStream events) {
        return new Frames() {
            private static final int BATCH = 32 * 1024;
            private boolean ended;

            @Override
            public byte[] next() throws IOException {
                ByteArrayOutputStream batch = new ByteArrayOutputStream();
                while (batch.size() < BATCH) {
                    boolean closed = events.isClosed();
                    EventStream.Event event = events.poll();
                    if (event == null) {
                        ended = closed || events.isClosed();
                        break;
                    }
                    batch.write("{\"type\":\"".getBytes(StandardCharsets.US_ASCII));
                    batch.write(event.type().getBytes(StandardCharsets.US_ASCII));
                    batch.write("\",\"object\":".getBytes(StandardCharsets.US_ASCII));
                    batch.write(event.object().json());
                    batch.write('}');
                    batch.write('\n');
                }
                return batch.toByteArray();
            }

            @Override
            public boolean isEnded() {
                return ended;
            }

            @Override
            public void onReady(Runnable listener) {
                events.onReady(listener);
            }

            @Override
            public void close() {
                events.close();
            }
        };
    }

    /** Bytes as they come. */
    static Frames of(ByteSource source) {
        return new Frames() {
            private final byte[] buffer = new byte[32 * 1024];
            private boolean ended;

            @Override
            public byte[] next() throws IOException {
                int count = source.read(buffer);
                ended = count < 0;
                return count <= 0 ? NOTHING : Arrays.copyOf(buffer, count);
            }

            @Override
            public boolean isEnded() {
                return ended;
            }

            @Override
            public void onReady(Runnable listener) {
                source.onReady(listener);
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }
}
