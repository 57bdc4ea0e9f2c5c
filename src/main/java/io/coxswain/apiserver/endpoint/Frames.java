package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.request.ByteSource;
import io.coxswain.apiserver.request.EventStream;
import io.coxswain.codec.MediaTypes;
import io.coxswain.codec.ProtobufCodec;
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

    /** The events of a watch in the framing of the media type: JSON documents, or protobuf behind its length. */
    static Frames of(EventStream events, String mediaType) {
        boolean protobuf = mediaType.startsWith(MediaTypes.PROTOBUF);
        return new Frames() {
            private static final int BATCH = 32 * 1024;
            private boolean ended;

            @Override
            public byte[] next() throws IOException {
                byte[] first = frame();
                if (first.length == 0) {
                    return first;
                }
                byte[] second = frame();
                if (second.length == 0) {
                    return first;
                }
                ByteArrayOutputStream batch = new ByteArrayOutputStream(2 * (first.length + second.length));
                batch.write(first);
                for (byte[] next = second; next.length > 0; next = batch.size() < BATCH ? frame() : NOTHING) {
                    batch.write(next);
                }
                return batch.toByteArray();
            }

            private byte[] frame() {
                boolean closed = events.isClosed();
                EventStream.Event event = events.poll();
                if (event == null) {
                    ended = closed || events.isClosed();
                    return NOTHING;
                }
                return protobuf
                        ? ProtobufCodec.builtIn()
                                .encodeFrame(event.type(), event.object().tree())
                        : json(event);
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

    /** One event as a JSON document in a line of its own. */
    static byte[] json(EventStream.Event event) {
        byte[] object = event.object().json();
        byte[] head = ("{\"type\":\"" + event.type() + "\",\"object\":").getBytes(StandardCharsets.US_ASCII);
        byte[] line = Arrays.copyOf(head, head.length + object.length + 2);
        System.arraycopy(object, 0, line, head.length, object.length);
        line[line.length - 2] = '}';
        line[line.length - 1] = '\n';
        return line;
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
