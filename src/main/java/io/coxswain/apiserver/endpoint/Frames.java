package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.request.ByteSource;
import io.coxswain.apiserver.request.EventStream;
import io.coxswain.codec.MediaTypes;
import io.coxswain.codec.ProtobufCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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

    /** The events of a watch in the framing of the media type: JSON documents, or protobuf behind its length. */
    static Frames of(EventStream events, String mediaType) {
        boolean protobuf = mediaType.startsWith(MediaTypes.PROTOBUF);
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
                    if (protobuf) {
                        batch.write(ProtobufCodec.builtIn()
                                .encodeFrame(event.type(), event.object().tree()));
                    } else {
                        json(event, batch);
                    }
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

    /** Writes one event as a JSON document in a line of its own. */
    static void json(EventStream.Event event, OutputStream out) throws IOException {
        out.write(("{\"type\":\"" + event.type() + "\",\"object\":").getBytes(StandardCharsets.US_ASCII));
        out.write(event.object().json());
        out.write('}');
        out.write('\n');
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
