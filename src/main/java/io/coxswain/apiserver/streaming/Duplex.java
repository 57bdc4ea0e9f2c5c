package io.coxswain.apiserver.streaming;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/**
 * Both directions of a connection to a node, its handshake done.
 *
 * @param closer ends both directions and wakes who reads or writes
 */
public record Duplex(InputStream in, OutputStream out, Closeable closer) {
    public static Duplex of(Socket socket) throws IOException {
        return new Duplex(socket.getInputStream(), socket.getOutputStream(), socket);
    }

    void close() {
        try {
            closer.close();
        } catch (IOException e) {
            System.getLogger(Duplex.class.getName())
                    .log(System.Logger.Level.DEBUG, "closing a connection to a node", e);
        }
    }
}
