package io.coxswain.apiserver.streaming;

import java.io.IOException;
import java.util.concurrent.Executor;

/** What is done on one WebSocket. */
public interface WebSocketSession extends AutoCloseable {
    /**
     * Serves the connection on the calling thread until the client or the other side has ended it.
     *
     * @param threads for the other direction; holds one as long as the connection lasts
     */
    void serve(WebSocket socket, Executor threads) throws IOException;

    /** Lets go of the other side; called once, also if the connection was never served. */
    @Override
    void close();
}
