package io.coxswain.apiserver.streaming;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;

/**
 * The client's end of a SPDY/3.1 connection, as far as nodes' streaming servers use it: streams are opened here, never
 * there, so that headers are written but never read; and no side limits the other's window, as in every implementation
 * that Kubernetes has had. One thread runs {@link #run}, any thread opens and writes.
 */
final class SpdyConnection {
    private static final System.Logger LOG = System.getLogger(SpdyConnection.class.getName());
    private static final int CONTROL = 0x8000;
    private static final int VERSION = 3;
    private static final int SYN_STREAM = 1;
    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int FLAG_FIN = 1;
    private static final int CHUNK = 32 * 1024;

    private final DataInputStream in;
    private final DataOutputStream out;
    private final Deflater headers = new Deflater();
    private final Map<Integer, Receiver> receivers = new HashMap<>();
    private int nextId = 1;
    private boolean ended;

    /** Takes what comes on a stream, on the thread that runs the connection. */
    interface Receiver {
        void data(byte[] bytes) throws IOException;

        /** Nothing comes any more: the node ended the stream, or the connection broke. Called once. */
        default void ended() throws IOException {}
    }

    /** The side of a stream that is written to. */
    final class Stream {
        private final int id;
        private boolean finished;

        private Stream(int id) {
            this.id = id;
        }

        void write(byte[] data) throws IOException {
            for (int from = 0; from < data.length; from += CHUNK) {
                frame(id, 0, data, from, Math.min(CHUNK, data.length - from));
            }
        }

        /** Says that no more comes; the other direction stays open. */
        void finish() throws IOException {
            if (!finished) {
                finished = true;
                frame(id, FLAG_FIN, new byte[0], 0, 0);
            }
        }
    }

    SpdyConnection(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = new DataOutputStream(out);
        headers.setDictionary(SpdyDictionary.BYTES);
    }

    /** Opens a stream with the headers given, names in lower case. */
    synchronized Stream open(Map<String, String> fields, Receiver receiver) throws IOException {
        int id = nextId;
        nextId += 2;
        synchronized (receivers) {
            if (ended) {
                throw new EOFException("the node has closed the connection");
            }
            receivers.put(id, receiver);
        }
        byte[] block = compress(fields);
        out.writeShort(CONTROL | VERSION);
        out.writeShort(SYN_STREAM);
        out.writeInt(10 + block.length);
        out.writeInt(id);
        out.writeInt(0);
        out.writeShort(0);
        out.write(block);
        out.flush();
        return new Stream(id);
    }

    /** The headers of all streams are one compressed text. */
    private byte[] compress(Map<String, String> fields) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(plain);
        data.writeInt(fields.size());
        for (Map.Entry<String, String> field : fields.entrySet()) {
            for (String text : List.of(field.getKey(), field.getValue())) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                data.writeInt(bytes.length);
                data.write(bytes);
            }
        }
        headers.setInput(plain.toByteArray());
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] buffer = new byte[512];
        int count;
        do {
            count = headers.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
            packed.write(buffer, 0, count);
        } while (count == buffer.length);
        return packed.toByteArray();
    }

    private synchronized void frame(int id, int flags, byte[] data, int from, int length) throws IOException {
        out.writeInt(id);
        out.writeInt(flags << 24 | length);
        out.write(data, from, length);
        out.flush();
    }

    /** Hands out what the node sends until it closes the connection or every stream. Then all receivers have been told. */
    void run() throws IOException {
        try {
            while (anyOpen()) {
                int head = in.readUnsignedShort();
                int rest = in.readUnsignedShort();
                int flagsAndLength = in.readInt();
                int length = flagsAndLength & 0xFFFFFF;
                int flags = flagsAndLength >>> 24;
                byte[] payload = in.readNBytes(length);
                if (payload.length < length) {
                    throw new EOFException("the node's connection ended within a frame");
                }
                if ((head & CONTROL) == 0) {
                    data(head << 16 | rest, flags, payload);
                } else {
                    control(rest, flags, payload);
                }
            }
        } catch (EOFException end) {
            LOG.log(System.Logger.Level.DEBUG, "a node closed its connection", end);
        } finally {
            endAll();
        }
    }

    private void data(int id, int flags, byte[] payload) throws IOException {
        Receiver receiver;
        synchronized (receivers) {
            receiver = receivers.get(id);
        }
        if (receiver != null && payload.length > 0) {
            receiver.data(payload);
        }
        if ((flags & FLAG_FIN) != 0) {
            end(id);
        }
    }

    private void control(int type, int flags, byte[] payload) throws IOException {
        if (payload.length < 4) {
            return;
        }
        int id = (payload[0] & 0x7F) << 24 | (payload[1] & 0xFF) << 16 | (payload[2] & 0xFF) << 8 | payload[3] & 0xFF;
        if (type == PING && (payload[3] & 1) == 0) {
            pong(payload);
        } else if (type == RST_STREAM || (type != PING && (flags & FLAG_FIN) != 0)) {
            end(id);
        }
    }

    private synchronized void pong(byte[] payload) throws IOException {
        out.writeShort(CONTROL | VERSION);
        out.writeShort(PING);
        out.writeInt(payload.length);
        out.write(payload);
        out.flush();
    }

    private void end(int id) throws IOException {
        Receiver receiver;
        synchronized (receivers) {
            receiver = receivers.remove(id);
        }
        if (receiver != null) {
            receiver.ended();
        }
    }

    private boolean anyOpen() {
        synchronized (receivers) {
            return !receivers.isEmpty();
        }
    }

    private void endAll() throws IOException {
        List<Receiver> left;
        synchronized (receivers) {
            ended = true;
            left = new ArrayList<>(receivers.values());
            receivers.clear();
        }
        synchronized (this) {
            headers.end();
        }
        for (Receiver receiver : left) {
            receiver.ended();
        }
    }
}
