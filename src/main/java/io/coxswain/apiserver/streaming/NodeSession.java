package io.coxswain.apiserver.streaming;

import java.io.IOException;
import java.util.concurrent.Executor;

/** A WebSocket with a node behind it: one thread reads the client's messages, another what the node says. */
abstract class NodeSession implements WebSocketSession {
    private static final System.Logger LOG = System.getLogger(NodeSession.class.getName());

    final Duplex node;

    NodeSession(Duplex node) {
        this.node = node;
    }

    /** Sets up what both directions share, before anything is read. */
    abstract void begin(WebSocket socket) throws IOException;

    /** Takes what the node says until it ends. */
    abstract void fromNode(WebSocket socket) throws IOException;

    /** Takes one message of the client. */
    abstract void fromClient(WebSocket.Message message) throws IOException;

    @Override
    public final void serve(WebSocket socket, Executor threads) throws IOException {
        begin(socket);
        threads.execute(() -> {
            try {
                fromNode(socket);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "a stream from a node broke", e);
            } finally {
                socket.finish(WebSocket.NORMAL, "");
            }
        });
        boolean nodeListens = true;
        for (WebSocket.Message message = socket.read(); message != null; message = socket.read()) {
            try {
                if (nodeListens) {
                    fromClient(message);
                }
            } catch (WebSocket.ProtocolException e) {
                socket.end(e.code(), String.valueOf(e.getMessage()));
                throw e;
            } catch (IOException e) {
                // A process may end without having read its input. Its output is still on the way.
                LOG.log(System.Logger.Level.DEBUG, "a node takes no more", e);
                nodeListens = false;
            }
        }
    }

    @Override
    public final void close() {
        node.close();
    }
}
