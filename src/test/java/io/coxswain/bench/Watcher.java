package io.coxswain.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One watch: keeps each event's revision and lag. The object's field {@code t} holds the writer's {@code nanoTime}, which is the
 * same clock. As lean as it can be, since a thousand of them share the machine with what they measure.
 */
final class Watcher {
    private static final byte[] TIME = "\"t\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REVISION = "\"resourceVersion\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DELETED = "\"DELETED\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BOOKMARK = "\"BOOKMARK\"".getBytes(StandardCharsets.US_ASCII);
    private static final int TYPE_WITHIN = 24;

    private byte[] line = new byte[2 << 10];
    private int size;
    private long[] revisions = new long[256];
    private long[] lags = new long[256];
    private volatile int count;

    /**
     * @param revisions in the order of arrival
     * @param lags nanoseconds from the request that made the change to its arrival; -1 for a deletion, whose object holds an
     *     older time
     */
    record Seen(long[] revisions, long[] lags) {}

    /** Until the stream ends. One thread. */
    void read(InputStream in) throws IOException {
        byte[] buffer = new byte[16 << 10];
        for (int read = in.read(buffer, 0, buffer.length); read >= 0; read = in.read(buffer, 0, buffer.length)) {
            take(buffer, read);
        }
    }

    private void take(byte[] buffer, int length) {
        int from = 0;
        for (int i = 0; i < length; i++) {
            if (buffer[i] == '\n') {
                append(buffer, from, i);
                event(System.nanoTime());
                size = 0;
                from = i + 1;
            }
        }
        append(buffer, from, length);
    }

    private void append(byte[] buffer, int from, int to) {
        if (size + to - from > line.length) {
            line = Arrays.copyOf(line, Math.max(size + to - from, line.length * 2));
        }
        System.arraycopy(buffer, from, line, size, to - from);
        size += to - from;
    }

    private void event(long now) {
        int type = Math.min(size, TYPE_WITHIN);
        if (find(BOOKMARK, type) >= 0) {
            return;
        }
        int at = count;
        if (at == revisions.length) {
            revisions = Arrays.copyOf(revisions, at * 2);
            lags = Arrays.copyOf(lags, at * 2);
        }
        revisions[at] = number(REVISION);
        long written = find(DELETED, type) >= 0 ? -1 : number(TIME);
        lags[at] = written < 0 ? -1 : now - written;
        count = at + 1;
    }

    /** The number behind a mark, or -1. */
    private long number(byte[] mark) {
        int at = find(mark, size);
        if (at < 0) {
            return -1;
        }
        long value = 0;
        for (int i = at; i < size && line[i] >= '0' && line[i] <= '9'; i++) {
            value = value * 10 + line[i] - '0';
        }
        return value;
    }

    /** Where a mark ends that lies before {@code end}, or -1. */
    private int find(byte[] mark, int end) {
        for (int i = 0; i <= end - mark.length; i++) {
            if (line[i] == mark[0] && Arrays.equals(line, i, i + mark.length, mark, 0, mark.length)) {
                return i + mark.length;
            }
        }
        return -1;
    }

    int events() {
        return count;
    }

    Seen seen() {
        int now = count;
        return new Seen(Arrays.copyOf(revisions, now), Arrays.copyOf(lags, now));
    }
}
