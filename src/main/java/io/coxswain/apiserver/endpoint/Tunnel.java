package io.coxswain.apiserver.endpoint;

import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Copies bytes between an upgraded client connection and a node, without looking at them.
 *
 * <p>Liberty supports exactly this pattern over TLS: a blocking read loop inside {@link #init}, on the thread that the
 * container calls it with, and writes from one other thread. A {@code ReadListener} delivers stale bytes, and reads after
 * {@code init} has returned fail (docs/adr).
 */
public final class Tunnel implements HttpUpgradeHandler {
    private static final System.Logger LOG = System.getLogger(Tunnel.class.getName());
    private static final int BUFFER = 32 * 1024;

    private @Nullable Socket node;
    private @Nullable Executor executor;
    private Runnable ended = () -> {};

    /** What the container cannot give: the other end, its handshake done, and threads. Must be called before {@link #init}. */
    void connect(Socket toNode, Executor threads, Runnable whenOver) {
        ended = whenOver;
        node = toNode;
        executor = threads;
    }

    @Override
    public void init(WebConnection connection) {
        Socket socket = node;
        Executor threads = executor;
        if (socket == null || threads == null) {
            throw new IllegalStateException("the tunnel has no other end");
        }
        try (connection;
                socket) {
            InputStream fromClient = connection.getInputStream();
            OutputStream toClient = connection.getOutputStream();
            threads.execute(() -> copyToClient(socket, toClient, connection));
            copy(fromClient, socket.getOutputStream());
            // The client is done sending: the node may still have something to say.
            socket.shutdownOutput();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "a tunnel ended", e);
        }
    }

    private static void copyToClient(Socket socket, OutputStream toClient, WebConnection connection) {
        try (connection) {
            copy(socket.getInputStream(), toClient);
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "a tunnel ended", e);
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            out.write(buffer, 0, count);
            out.flush();
        }
    }

    @Override
    public void destroy() {
        ended.run();
        Socket socket = node;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "closing a tunnel", e);
            }
        }
    }
}
