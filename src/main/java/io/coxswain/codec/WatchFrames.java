package io.coxswain.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The frames of a watch, made around an object's stored bytes without looking into them. */
public final class WatchFrames {
    private static final byte[] END = "}\n".getBytes(StandardCharsets.US_ASCII);

    private WatchFrames() {}

    /** The kinds of events. */
    public enum EventType {
        ADDED,
        MODIFIED,
        DELETED,
        BOOKMARK,
        ERROR;

        private final byte[] start = ("{\"type\":\"" + name() + "\",\"object\":").getBytes(StandardCharsets.US_ASCII);
    }

    /** One JSON frame: <code>{"type":"…","object":…}</code> and a new line. */
    public static byte[] json(EventType type, byte[] object) {
        byte[] frame = new byte[type.start.length + object.length + END.length];
        System.arraycopy(type.start, 0, frame, 0, type.start.length);
        System.arraycopy(object, 0, frame, type.start.length, object.length);
        System.arraycopy(END, 0, frame, type.start.length + object.length, END.length);
        return frame;
    }

    /**
     * One protobuf frame: four bytes of length and a {@code WatchEvent}.
     *
     * @param object the object with its envelope, as {@link ProtobufCodec#encode} makes it
     */
    public static byte[] protobuf(EventType type, byte[] object) {
        ProtobufWriter raw = new ProtobufWriter();
        raw.bytes(1, object);
        ProtobufWriter event = new ProtobufWriter();
        event.bytes(1, type.name().getBytes(StandardCharsets.US_ASCII));
        event.bytes(2, raw.toByteArray());
        byte[] whole = event.toByteArray();
        return ByteBuffer.allocate(4 + whole.length)
                .putInt(whole.length)
                .put(whole)
                .array();
    }
}
