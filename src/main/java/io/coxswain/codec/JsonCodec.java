package io.coxswain.codec;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/**
 * JSON bytes to immutable trees and back. Reading is bounded in depth, keeps numbers exactly as they are and notices keys
 * that occur twice; messages about broken input are those of Go's {@code encoding/json}. Stateless.
 */
public final class JsonCodec {
    /**
     * The deepest nesting that is read. Upstream stops at 10,000; no real object comes near this bound, and it keeps
     * every recursive walk over a tree within a small stack.
     */
    public static final int MAX_DEPTH = 500;

    private JsonCodec() {}

    /** @throws CodecException if the bytes are not exactly one JSON value */
    public static Parsed parse(byte[] json) {
        return new JsonTreeReader(json).read();
    }

    /** Reads an object, such as one that the store holds. @throws CodecException if it is none */
    public static JsonObject parseObject(byte[] json) {
        if (parse(json).value() instanceof JsonObject object) {
            return object;
        }
        throw new CodecException("json: the value is no object");
    }

    /** The value as compact JSON in UTF-8, members in their own order. */
    public static byte[] encode(JsonValue value) {
        JsonTreeWriter writer = new JsonTreeWriter();
        writer.value(value);
        return writer.toByteArray();
    }

    /** The object with {@code apiVersion}, {@code kind} and {@code metadata} first. */
    public static byte[] encodeObject(JsonObject object) {
        JsonTreeWriter writer = new JsonTreeWriter();
        writer.object(object, false);
        return writer.toByteArray();
    }

    /**
     * The object with a gap where its resource version belongs, as the store wants it: {@code head + revision + tail}.
     *
     * @param head ends in <code>"metadata":{"resourceVersion":"</code>
     * @param tail starts with the closing quote of the version
     */
    public record Split(byte[] head, byte[] tail) {}

    /** Encodes in the order of {@link #encodeObject}; a resource version that the object has is left out. */
    public static Split encodeAroundResourceVersion(JsonObject object) {
        JsonTreeWriter writer = new JsonTreeWriter();
        writer.object(object, true);
        return writer.split();
    }
}
