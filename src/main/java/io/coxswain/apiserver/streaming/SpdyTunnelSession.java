package io.coxswain.apiserver.streaming;

import java.io.IOException;
import java.util.Arrays;

/** A SPDY connection carried in binary messages, which is how kubectl forwards ports: bytes pass through unread. */
public final class SpdyTunnelSession extends NodeSession {
    /** What stands before the name of the protocol within. */
    public static final String PREFIX = "SPDY/3.1+";

    private static final int BUFFER = 32 * 1024;

    public SpdyTunnelSession(Duplex node) {
        super(node);
    }

    @Override
    void begin(WebSocket socket) {
        // The client speaks first.
    }

    @Override
    void fromNode(WebSocket socket) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = node.in().read(buffer); count >= 0; count = node.in().read(buffer)) {
            socket.write(WebSocket.Message.binary(Arrays.copyOf(buffer, count)));
        }
    }

    @Override
    void fromClient(WebSocket.Message message) throws IOException {
        if (message.text()) {
            throw new WebSocket.ProtocolException(WebSocket.INVALID_DATA, "SPDY is not text");
        }
        node.out().write(message.payload());
        node.out().flush();
    }
}
