package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.request.ProxyTarget;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * One HTTP/1.1 exchange with a backend, on a connection of its own. Nothing is read ahead of the response's head, so that
 * an upgraded connection can be handed on. Not thread-safe.
 */
final class BackendConnection implements Closeable {
    private static final int CONNECT_MILLIS = 10_000;
    /** A backend that says nothing for so long is given up; a connection that was upgraded has no limit. */
    private static final int SILENCE_MILLIS = 600_000;

    private static final int MAX_HEAD = 64 * 1024;
    private static final int MAX_HEADERS = 256;
    private static final int MAX_INTERIM = 8;
    private static final int BUFFER = 16 * 1024;

    private final Socket socket;

    private BackendConnection(Socket socket) {
        this.socket = socket;
    }

    /** One line of a head. */
    record Header(String name, String value) {
        boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    /** The head of an answer. */
    record Head(int status, List<Header> headers) {
        Head {
            headers = List.copyOf(headers);
        }

        /** The first value; {@code ""} if there is none. */
        String first(String name) {
            return headers.stream()
                    .filter(header -> header.is(name))
                    .map(Header::value)
                    .findFirst()
                    .orElse("");
        }
    }

    static BackendConnection open(ProxyTarget target) throws IOException {
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.connect(new InetSocketAddress(target.host(), target.port()), CONNECT_MILLIS);
            plain.setSoTimeout(SILENCE_MILLIS);
            return new BackendConnection(target.scheme().equals("https") ? secured(plain, target) : plain);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    /** Encrypted, but any certificate is taken: nothing says which one a pod should have. As upstream. */
    private static Socket secured(Socket plain, ProxyTarget target) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, null);
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, target.host(), target.port(), true);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS is not available", e);
        }
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException("a client asks for no client's certificate");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // see secured
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /**
     * Sends a request. The body is copied as it comes.
     *
     * @param length of the body in bytes; 0 for none, -1 if it is not known, and it goes in chunks then
     */
    void send(String method, String target, List<Header> headers, InputStream body, long length) throws IOException {
        StringBuilder head =
                new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        headers.forEach(header ->
                head.append(header.name()).append(": ").append(header.value()).append("\r\n"));
        if (length < 0) {
            head.append("Transfer-Encoding: chunked\r\n");
        } else if (length > 0 || !(method.equals("GET") || method.equals("HEAD"))) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        OutputStream out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        if (length != 0) {
            out.flush();
            copy(body, out, length < 0);
        }
        out.flush();
    }

    private static void copy(InputStream body, OutputStream out, boolean chunked) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
            if (count == 0) {
                continue;
            }
            if (chunked) {
                out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            out.write(buffer, 0, count);
            if (chunked) {
                out.write('\r');
                out.write('\n');
            }
            out.flush();
        }
        if (chunked) {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** The head of the answer; interim answers are passed over. */
    Head readHead() throws IOException {
        for (int i = 0; i < MAX_INTERIM; i++) {
            Head head = parse(readHeadBytes());
            if (head.status() >= 200 || head.status() == 101) {
                return head;
            }
        }
        throw new IOException("malformed HTTP response: too many interim responses");
    }

    private String readHeadBytes() throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream(512);
        int last = 0;
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new IOException(head.size() == 0 ? "EOF" : "unexpected EOF");
            }
            if (head.size() > MAX_HEAD) {
                throw new IOException("malformed HTTP response: the head is too large");
            }
            head.write(next);
            if (next == '\n') {
                if (last == '\n') {
                    return head.toString(StandardCharsets.ISO_8859_1);
                }
                last = '\n';
            } else if (next != '\r') {
                last = next;
            }
        }
    }

    private static Head parse(String text) throws IOException {
        List<String> lines = text.lines().toList();
        String[] status = lines.get(0).split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("[1-5][0-9]{2}")) {
            throw new IOException("malformed HTTP response");
        }
        List<Header> headers = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (line.isEmpty()) {
                continue;
            }
            if (colon <= 0 || headers.size() >= MAX_HEADERS) {
                throw new IOException("malformed HTTP response: headers");
            }
            headers.add(new Header(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip()));
        }
        return new Head(Integer.parseInt(status[1]), headers);
    }

    /** The body of the answer, without the framing of its transfer. */
    InputStream body(String method, Head head) throws IOException {
        if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
            return InputStream.nullInputStream();
        }
        InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER);
        if (head.first("Transfer-Encoding").toLowerCase(Locale.ROOT).contains("chunked")) {
            return new ChunkedBody(in);
        }
        String length = head.first("Content-Length");
        if (length.isEmpty()) {
            return in;
        }
        if (!length.matches("[0-9]{1,18}")) {
            throw new IOException("malformed HTTP response: Content-Length");
        }
        return new SizedBody(in, Long.parseLong(length));
    }

    /** The connection itself, positioned behind the head of an answer with status 101. */
    Socket upgraded() throws IOException {
        socket.setSoTimeout(0);
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** A body of a length that is known; one that ends early is a failure, not an end. */
    private static final class SizedBody extends InputStream {
        private final InputStream in;
        private long left;

        SizedBody(InputStream in, long left) {
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(buffer, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new IOException("unexpected EOF");
            }
            left -= count;
            return count;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(in.available(), left);
        }
    }

    /** A body in chunks; trailers are dropped. */
    private static final class ChunkedBody extends InputStream {
        private static final int MAX_LINE = 4096;

        private final InputStream in;
        private long left;
        private boolean first = true;
        private boolean done;

        ChunkedBody(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0 && !done) {
                next();
            }
            if (done) {
                return -1;
            }
            int count = in.read(buffer, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new IOException("unexpected EOF");
            }
            left -= count;
            return count;
        }

        private void next() throws IOException {
            if (!first) {
                line(); // what ends the chunk before
            }
            first = false;
            String size = line().split(";", 2)[0].strip();
            if (!size.matches("[0-9a-fA-F]{1,15}")) {
                throw new IOException("malformed HTTP response: chunk");
            }
            left = Long.parseLong(size, 16);
            if (left == 0) {
                done = true;
                for (int i = 0; i < MAX_HEADERS && !line().isEmpty(); i++) {
                    // a trailer
                }
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0 || line.length() > MAX_LINE) {
                    throw new IOException("unexpected EOF");
                }
                line.append((char) next);
            }
            return line.toString().strip();
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(in.available(), left);
        }
    }
}
