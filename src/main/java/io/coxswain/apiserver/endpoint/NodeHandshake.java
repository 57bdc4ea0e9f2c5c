package io.coxswain.apiserver.endpoint;

import io.coxswain.meta.ApiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * An upgraded connection to a node's streaming server.
 *
 * @param socket positioned right behind the 101 response
 * @param protocol the stream protocol that the node chose; {@code ""} if it named none
 */
record NodeHandshake(Socket socket, String protocol) {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int HANDSHAKE_MILLIS = 30_000;
    private static final int MAX_HEAD = 16 * 1024;
    private static final int MAX_ERROR = 4 * 1024;
    private static final String PROTOCOL_HEADER = "X-Stream-Protocol-Version";

    /**
     * Connects and asks for SPDY/3.1.
     *
     * @param protocols the versions that the client offers, in its order
     * @throws ApiException 503 if the node cannot be reached or refuses
     */
    static NodeHandshake open(URI uri, List<String> protocols) {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), CONNECT_MILLIS);
            socket.setSoTimeout(HANDSHAKE_MILLIS);
            socket.getOutputStream().write(request(uri, protocols).getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            String head = readHead(socket.getInputStream());
            if (!head.startsWith("HTTP/1.1 101")) {
                String body = new String(socket.getInputStream().readNBytes(bodyLength(head)), StandardCharsets.UTF_8);
                throw refused(head.lines().findFirst().orElse("") + " " + body.strip());
            }
            socket.setSoTimeout(0);
            return new NodeHandshake(socket, header(head, PROTOCOL_HEADER));
        } catch (IOException e) {
            close(socket);
            throw new ApiException(
                    ApiException.unavailable("error dialing backend: " + e.getMessage())
                            .status(),
                    e);
        } catch (ApiException e) {
            close(socket);
            throw e;
        }
    }

    private static String request(URI uri, List<String> protocols) {
        StringBuilder request = new StringBuilder("POST ")
                .append(uri.getRawPath())
                .append(uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())
                .append(" HTTP/1.1\r\nHost: ")
                .append(uri.getAuthority())
                .append("\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nContent-Length: 0\r\n");
        protocols.forEach(protocol ->
                request.append(PROTOCOL_HEADER).append(": ").append(protocol).append("\r\n"));
        return request.append("\r\n").toString();
    }

    /** The head of the response, byte by byte: what follows it belongs to the tunnel. */
    private static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream(512);
        int end = 0;
        while (end < 4) {
            int next = in.read();
            if (next < 0 || head.size() > MAX_HEAD) {
                throw new IOException("the node's streaming server sent no HTTP response");
            }
            head.write(next);
            boolean expected = next == (end % 2 == 0 ? '\r' : '\n');
            end = expected ? end + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static int bodyLength(String head) {
        try {
            return Math.min(MAX_ERROR, Integer.parseInt(header(head, "Content-Length")));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String header(String head, String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).trim())
                .findFirst()
                .orElse("");
    }

    private static ApiException refused(String why) {
        return ApiException.unavailable("unable to upgrade connection: " + why);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            System.getLogger(NodeHandshake.class.getName())
                    .log(System.Logger.Level.DEBUG, "closing a failed connection", e);
        }
    }
}
