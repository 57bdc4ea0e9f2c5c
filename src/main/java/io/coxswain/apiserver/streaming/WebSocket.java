package io.coxswain.apiserver.streaming;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of a WebSocket (RFC 6455) whose handshake is done. One thread reads, any thread writes. Pings are
 * answered while reading.
 */
public final class WebSocket {
    /** What ends a connection that has nothing more to say. */
    public static final int NORMAL = 1000;

    public static final int GOING_AWAY = 1001;
    public static final int PROTOCOL_ERROR = 1002;
    public static final int INVALID_DATA = 1007;
    public static final int TOO_BIG = 1009;
    public static final int INTERNAL_ERROR = 1011;

    private static final System.Logger LOG = System.getLogger(WebSocket.class.getName());
    /** How long a client has to answer the end of a connection. */
    private static final int CLOSE_SECONDS = 5;

    /** Clients of Kubernetes send 32 KiB at a time. */
    private static final int MAX_MESSAGE = 1024 * 1024;

    private static final int MAX_CONTROL = 125;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final DataInputStream in;
    private final OutputStream out;
    private final AutoCloseable connection;
    private final CountDownLatch readEnded = new CountDownLatch(1);
    private boolean closeSent;

    /** @param connection what both streams belong to; closing it wakes who reads */
    public WebSocket(InputStream in, OutputStream out, AutoCloseable connection) {
        this.in = new DataInputStream(in);
        this.out = out;
        this.connection = connection;
    }

    /** A message. Text is UTF-8. */
    public record Message(boolean text, byte[] payload) {
        public static Message text(byte[] utf8) {
            return new Message(true, utf8);
        }

        public static Message binary(byte[] bytes) {
            return new Message(false, bytes);
        }
    }

    /** A frame as it came, unmasked. */
    private record Frame(boolean last, int opcode, byte[] payload) {}

    /** What a client did wrong. The connection is closed with the code by whoever reads. */
    static final class ProtocolException extends IOException {
        private static final long serialVersionUID = 1L;
        private final int code;

        ProtocolException(int code, String message) {
            super(message);
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    /**
     * Waits for the next message; {@code null} after the client has closed the connection in order.
     *
     * @throws IOException if the connection broke, or the client broke the protocol and has been told so
     */
    public @Nullable Message read() throws IOException {
        @Nullable Message message = null;
        try {
            message = readMessage();
            return message;
        } catch (ProtocolException e) {
            end(e.code(), String.valueOf(e.getMessage()));
            throw e;
        } finally {
            if (message == null) {
                readEnded.countDown();
            }
        }
    }

    private @Nullable Message readMessage() throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        int kind = CONTINUATION;
        while (true) {
            Frame frame = readFrame();
            switch (frame.opcode) {
                case CLOSE -> {
                    end(closeCode(frame.payload), "");
                    return null;
                }
                case PING -> writeFrame(PONG, frame.payload);
                case PONG -> {
                    // Nobody asked; allowed all the same.
                }
                case TEXT, BINARY, CONTINUATION -> {
                    if ((frame.opcode == CONTINUATION) != (kind != CONTINUATION)) {
                        throw new ProtocolException(PROTOCOL_ERROR, "unexpected continuation or start of a message");
                    }
                    kind = frame.opcode == CONTINUATION ? kind : frame.opcode;
                    if (whole.size() + frame.payload.length > MAX_MESSAGE) {
                        throw new ProtocolException(TOO_BIG, "message too big");
                    }
                    whole.write(frame.payload);
                    if (frame.last) {
                        return new Message(kind == TEXT, whole.toByteArray());
                    }
                }
                default -> throw new ProtocolException(PROTOCOL_ERROR, "unknown opcode " + frame.opcode);
            }
        }
    }

    private Frame readFrame() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        int opcode = first & 0x0F;
        if ((first & 0x70) != 0) {
            throw new ProtocolException(PROTOCOL_ERROR, "reserved bits are set");
        }
        if ((second & MASKED) == 0) {
            throw new ProtocolException(PROTOCOL_ERROR, "frames of a client must be masked");
        }
        long length = second & 0x7F;
        if (opcode >= CLOSE && (length > MAX_CONTROL || (first & FIN) == 0)) {
            throw new ProtocolException(PROTOCOL_ERROR, "a control frame must be short and whole");
        }
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        if (length < 0 || length > MAX_MESSAGE) {
            throw new ProtocolException(TOO_BIG, "message too big");
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes((int) length);
        if (mask.length < 4 || payload.length < length) {
            throw new EOFException("the connection ended within a frame");
        }
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return new Frame((first & FIN) != 0, opcode, payload);
    }

    private static int closeCode(byte[] payload) {
        return payload.length < 2 ? NORMAL : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
    }

    /** Sends a message; silently drops it after {@link #end}. */
    public void write(Message message) throws IOException {
        writeFrame(message.text() ? TEXT : BINARY, message.payload());
    }

    /** Says that no more comes, once. The client answers in kind, which ends {@link #read}. */
    public void end(int code, String reason) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[2 + Math.min(text.length, MAX_CONTROL - 2)];
        payload[0] = (byte) (code >>> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, payload.length - 2);
        writeFrame(CLOSE, payload);
    }

    /**
     * Ends the connection from another thread than the reader's: says so, waits some seconds for the client to take it,
     * and cuts off clients that do not. Closing at once could destroy what is on its way to the client.
     */
    public void finish(int code, String reason) {
        try (connection) {
            end(code, reason);
            if (!readEnded.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.DEBUG, "a client did not answer the end of its WebSocket");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "a client was gone before its WebSocket ended", e);
        }
    }

    private synchronized void writeFrame(int opcode, byte[] payload) throws IOException {
        if (closeSent) {
            return;
        }
        closeSent = opcode == CLOSE;
        byte[] frame = new byte[10 + payload.length];
        frame[0] = (byte) (FIN | opcode);
        int head = 2;
        if (payload.length < 126) {
            frame[1] = (byte) payload.length;
        } else {
            int bytes = payload.length < 1 << 16 ? 2 : 8;
            frame[1] = (byte) (bytes == 2 ? 126 : 127);
            for (int i = 0; i < bytes; i++) {
                frame[head++] = (byte) ((long) payload.length >>> 8 * (bytes - 1 - i));
            }
        }
        System.arraycopy(payload, 0, frame, head, payload.length);
        out.write(Arrays.copyOf(frame, head + payload.length));
        out.flush();
    }
}
