package io.coxswain.it;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** One HTTP/1.1 connection that sends whatever it is given, also what no client library would. Not thread-safe. */
final class RawConnection implements AutoCloseable {
    private static final int LONGEST_WAIT_MILLIS = 30_000;

    private final SSLSocket socket;
    private final InputStream in;

    RawConnection(SSLContext context) throws IOException {
        socket = (SSLSocket) context.getSocketFactory()
                .createSocket("127.0.0.1", TestServer.get().apiPort());
        socket.setSoTimeout(LONGEST_WAIT_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** @param reusable whether another request may follow on this connection */
    record Reply(int status, String body, boolean reusable) {}

    /** Sends a request and reads the answer; of a stream, only its head. */
    Reply exchange(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
        String statusLine = line();
        while (statusLine.startsWith("HTTP/1.1 100")) {
            line();
            statusLine = line();
        }
        int status = Integer.parseInt(statusLine.split(" ")[1]);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        boolean close = headers.getOrDefault("connection", "").equalsIgnoreCase("close");
        if (headers.containsKey("content-length")) {
            byte[] body = in.readNBytes(Integer.parseInt(headers.get("content-length")));
            return new Reply(status, new String(body, StandardCharsets.UTF_8), !close);
        }
        // Errors are short and end; what succeeds may be a watch.
        if (headers.containsKey("transfer-encoding") && status >= 400) {
            return new Reply(status, chunks(), !close);
        }
        return new Reply(status, "", status == 204 || status == 304);
    }

    private String chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            body.write(in.readNBytes(size));
            line();
        }
        line();
        return body.toString(StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
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
        socket.close();
    }
}
