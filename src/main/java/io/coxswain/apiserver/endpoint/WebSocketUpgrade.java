package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.streaming.WebSocket;
import io.coxswain.apiserver.streaming.WebSocketSession;
import io.coxswain.meta.ApiException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of WebSocket connections to the API, and the thread that reads them. Not {@code jakarta.websocket}: its
 * endpoints have fixed paths, their own idea of who the user is, and no say in the subprotocol. Reads as {@link Tunnel}
 * does and for the same reason.
 */
public final class WebSocketUpgrade implements HttpUpgradeHandler {
    private static final System.Logger LOG = System.getLogger(WebSocketUpgrade.class.getName());
    private static final String PROTOCOL = "Sec-WebSocket-Protocol";
    /** RFC 6455, section 1.3. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int KEY_BYTES = 16;

    private @Nullable WebSocketSession session;
    private @Nullable Executor executor;
    private @Nullable OpenWebSockets all;
    private Runnable ended = () -> {};

    static boolean isAsked(HttpServletRequest http) {
        return RequestReader.header(http, "Upgrade").equalsIgnoreCase("websocket");
    }

    /** The subprotocols that the client offers, best first. */
    static List<String> offered(HttpServletRequest http) {
        return Collections.list(http.getHeaders(PROTOCOL)).stream()
                .flatMap(line -> Stream.of(line.split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty() && !name.startsWith(BearerProtocol.PREFIX))
                .toList();
    }

    /** @throws ApiException 400 unless this is a handshake of RFC 6455 */
    static void require(HttpServletRequest http) {
        boolean whole = http.getMethod().equals("GET")
                && RequestReader.header(http, "Sec-WebSocket-Version").equals("13")
                && isKey(RequestReader.header(http, "Sec-WebSocket-Key"));
        if (!whole) {
            throw ApiException.badRequest(
                    "unable to upgrade: a WebSocket handshake is a GET with Sec-WebSocket-Version 13 and a key");
        }
    }

    private static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Answers the handshake and hands the connection to the session, which is closed whatever happens.
     *
     * @param subprotocol {@code ""} to name none
     * @param ended run when the connection is over
     */
    static void start(
            HttpServletRequest http,
            HttpServletResponse out,
            String subprotocol,
            WebSocketSession session,
            Executor threads,
            OpenWebSockets all,
            Runnable ended)
            throws IOException {
        try {
            out.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
            out.setHeader("Upgrade", "websocket");
            out.setHeader("Connection", "Upgrade");
            out.setHeader("Sec-WebSocket-Accept", accept(RequestReader.header(http, "Sec-WebSocket-Key")));
            if (!subprotocol.isEmpty()) {
                out.setHeader(PROTOCOL, subprotocol);
            }
            WebSocketUpgrade handler = http.upgrade(WebSocketUpgrade.class);
            handler.executor = threads;
            handler.all = all;
            handler.ended = ended;
            handler.session = session;
        } catch (IOException | ServletException | RuntimeException e) {
            session.close();
            throw new ApiException(
                    ApiException.unavailable("unable to upgrade connection: " + e.getMessage())
                            .status(),
                    e);
        }
    }

    static String accept(String key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1").digest((key.strip() + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    @Override
    public void init(WebConnection connection) {
        WebSocketSession serving = session;
        Executor threads = executor;
        OpenWebSockets known = all;
        if (serving == null || threads == null || known == null) {
            throw new IllegalStateException("the WebSocket has nothing behind it");
        }
        try (connection;
                serving) {
            WebSocket socket = new WebSocket(connection.getInputStream(), connection.getOutputStream(), connection);
            known.add(socket, threads);
            try {
                serving.serve(socket, threads);
            } finally {
                known.remove(socket);
            }
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "a WebSocket ended", e);
        }
    }

    @Override
    public void destroy() {
        WebSocketSession serving = session;
        if (serving != null) {
            serving.close();
        }
        ended.run();
    }
}
