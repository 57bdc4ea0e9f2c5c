package io.coxswain.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;

/**
 * One client: a connection of its own that speaks HTTP/1.1, one request at a time, and is made anew when the server ends it with
 * an answer. As lean as it can be, since it shares the machine with what it measures. Not thread-safe.
 */
final class HttpConnection implements AutoCloseable {
    private static final int MILLIS = 120_000;

    private final Target target;
    private Socket tcp;
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private boolean closes;
    private volatile boolean streams;
    private volatile boolean closed;
    private final byte[] buffer = new byte[16 << 10];
    private final String accept;
    private long length;

    HttpConnection(Target target) throws IOException {
        this(target, "application/json");
    }

    /** @param accept the media type of every answer */
    HttpConnection(Target target, String accept) throws IOException {
        this.target = target;
        this.accept = accept;
        connect();
    }

    private void connect() throws IOException {
        Socket plain = new Socket();
        plain.setTcpNoDelay(true);
        plain.connect(new InetSocketAddress(target.host(), target.port()), MILLIS);
        plain.setSoTimeout(MILLIS);
        SSLSocket tls =
                (SSLSocket) target.tls().getSocketFactory().createSocket(plain, target.host(), target.port(), true);
        tls.startHandshake();
        tcp = plain;
        socket = tls;
        in = new BufferedInputStream(tls.getInputStream(), 16 << 10);
        out = tls.getOutputStream();
    }

    /** Returns the status; the body is read and counted, see {@link #length}. */
    int send(String method, String path, String type, byte[] body) throws IOException {
        int status = open(method, path, type, body);
        consume(null);
        return status;
    }

    int get(String path) throws IOException {
        return send("GET", path, "", new byte[0]);
    }

    /** As {@link #send}, with the body. */
    String text(String method, String path, String type, byte[] body) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int status = open(method, path, type, body);
        consume(text);
        if (status >= 300) {
            throw new IOException(method + " " + path + " -> " + status + " " + text.toString(StandardCharsets.UTF_8));
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    /** An answer of any status. */
    record Answer(int status, String text) {}

    /** As {@link #text}, whatever the status. */
    Answer exchange(String method, String path, String type, byte[] body) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int status = open(method, path, type, body);
        consume(text);
        return new Answer(status, text.toString(StandardCharsets.UTF_8));
    }

    /** As {@link #text} without a request body; nothing if the answer is no success. */
    String textOrNothing(String method, String path) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int status = open(method, path, "", new byte[0]);
        consume(text);
        return status < 300 ? text.toString(StandardCharsets.UTF_8) : "";
    }

    /** Bytes of the last body. */
    long length() {
        return length;
    }

    /** How long a read may take before it fails. */
    void timeout(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    /** Sends a GET whose answer does not end soon, and returns its body as it comes. */
    InputStream stream(String path) throws IOException {
        int status = open("GET", path, "", new byte[0]);
        if (status != 200 || contentLength >= 0) {
            throw new IOException("GET " + path + " -> " + status);
        }
        streams = true;
        return new Chunks();
    }

    private long contentLength;

    private int open(String method, String path, String type, byte[] body) throws IOException {
        StringBuilder head = new StringBuilder(256);
        head.append(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(target.host())
                .append(':');
        head.append(target.port()).append("\r\nAccept: ").append(accept).append("\r\n");
        if (!target.token().isEmpty()) {
            head.append("Authorization: Bearer ").append(target.token()).append("\r\n");
        }
        if (!type.isEmpty()) {
            head.append("Content-Type: ")
                    .append(type)
                    .append("\r\nContent-Length: ")
                    .append(body.length)
                    .append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[start.length + body.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        if (closes) { // Liberty ends an HTTP/1.1 connection with each answer of 400 or above
            socket.close();
            if (closed) {
                throw new IOException("closed");
            }
            connect();
        }
        out.write(all);
        out.flush();
        String line = line();
        int status = Integer.parseInt(line.substring(9, 12));
        contentLength = status == 204 ? 0 : -1;
        closes = false;
        for (line = line(); !line.isEmpty(); line = line()) {
            if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                contentLength = Long.parseLong(line.substring(15).strip());
            } else if (line.regionMatches(true, 0, "Connection: close", 0, 17)) {
                closes = true;
            }
        }
        return status;
    }

    private void consume(ByteArrayOutputStream text) throws IOException {
        length = 0;
        if (contentLength >= 0) {
            while (length < contentLength) {
                take(in.read(buffer, 0, (int) Math.min(buffer.length, contentLength - length)), text);
            }
        } else {
            Chunks chunks = new Chunks();
            for (int read = chunks.read(buffer, 0, buffer.length);
                    read >= 0;
                    read = chunks.read(buffer, 0, buffer.length)) {
                take(read, text);
            }
        }
    }

    private void take(int read, ByteArrayOutputStream text) throws IOException {
        if (read < 0) {
            throw new EOFException("the server closed the connection in the midst of an answer");
        }
        length += read;
        if (text != null) {
            text.write(buffer, 0, read);
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        if (streams) {
            tcp.close(); // TLS would first wait for the end of what the server still sends
        } else {
            socket.close();
        }
    }

    private final class Chunks extends InputStream {
        private int left;
        private boolean first = true;
        private boolean ended;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int most) throws IOException {
            if (ended) {
                return -1;
            }
            if (left == 0) {
                if (!first) {
                    line();
                }
                first = false;
                left = Integer.parseInt(line(), 16);
                if (left == 0) {
                    line();
                    ended = true;
                    return -1;
                }
            }
            int read = in.read(into, offset, Math.min(left, most));
            if (read < 0) {
                throw new EOFException("the server closed the connection in a stream");
            }
            left -= read;
            return read;
        }
    }
}
