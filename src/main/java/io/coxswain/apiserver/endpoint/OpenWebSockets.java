package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.streaming.WebSocket;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The WebSockets of now: watches, commands in containers, forwarded ports. Each holds a thread of the container that reads, and before Liberty
 * stops an application it waits half a minute for such threads. Nothing but the client wakes them, so the client is asked to go. Thread-safe.
 */
@ApplicationScoped
public class OpenWebSockets {
    private static final System.Logger LOG = System.getLogger(OpenWebSockets.class.getName());

    private final Map<WebSocket, Executor> open = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** @param threads to write to it from */
    void add(WebSocket socket, Executor threads) {
        open.put(socket, threads);
        if (closed) {
            dismiss(socket, threads);
        }
    }

    void remove(WebSocket socket) {
        open.remove(socket);
    }

    /** Tells all clients, and those that come later, that the server goes away. Does not wait for them. */
    public void close() {
        closed = true;
        open.forEach(OpenWebSockets::dismiss);
    }

    private static void dismiss(WebSocket socket, Executor threads) {
        // A client that takes nothing must not hold up the others.
        threads.execute(() -> {
            try {
                socket.end(WebSocket.GOING_AWAY, "the server is stopping");
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "a client was gone before its WebSocket ended", e);
            }
        });
    }
}
