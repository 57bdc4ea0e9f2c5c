package io.coxswain.store;

import java.nio.charset.StandardCharsets;

/**
 * An object's JSON with a gap where the revision belongs, so that the one writer can put the number in without parsing:
 * {@code head + revision + tail} is the whole object. Made by the layer above, which encodes
 * <code>"metadata":{"resourceVersion":"…"</code> with the gap between the quotes.
 */
public record ObjectBytes(byte[] head, byte[] tail) {

    public byte[] at(long revision) {
        byte[] digits = Long.toString(revision).getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[head.length + digits.length + tail.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(digits, 0, whole, head.length, digits.length);
        System.arraycopy(tail, 0, whole, head.length + digits.length, tail.length);
        return whole;
    }

    /** The length in bytes, the revision's digits not counted. */
    public int length() {
        return head.length + tail.length;
    }
}
