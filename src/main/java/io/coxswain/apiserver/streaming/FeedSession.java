package io.coxswain.apiserver.streaming;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Messages in one direction, such as a watch's or a log's; what the client says is read and forgotten. */
public final class FeedSession implements WebSocketSession {
    private static final System.Logger LOG = System.getLogger(FeedSession.class.getName());

    private final Source source;
    /** How often somebody asked to write since the running task last looked; 0: no task runs. */
    private final AtomicInteger wanted = new AtomicInteger();

    private boolean finished;

    /** Where the messages come from. */
    public interface Source {
        /** The next message; {@code null} if none waits now. Never blocks. */
        WebSocket.@Nullable Message next() throws IOException;

        /** Whether nothing comes any more; asked after {@link #next} gave nothing. */
        boolean isEnded();

        /** Sets what to run when messages came or the source ended. */
        void onReady(Runnable listener);

        void close();
    }

    public FeedSession(Source source) {
        this.source = source;
    }

    @Override
    public void serve(WebSocket socket, Executor threads) throws IOException {
        source.onReady(() -> wake(socket, threads));
        WebSocket.Message ignored = socket.read();
        while (ignored != null) {
            ignored = socket.read();
        }
    }

    private void wake(WebSocket socket, Executor threads) {
        if (wanted.getAndIncrement() > 0) {
            return;
        }
        try {
            threads.execute(() -> run(socket));
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "the server is stopping; a stream ends", e);
            source.close();
        }
    }

    private void run(WebSocket socket) {
        int seen = wanted.get();
        do {
            try {
                write(socket);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "a stream's client is gone", e);
                finished = true;
                source.close();
            }
            seen = wanted.addAndGet(-seen);
        } while (seen != 0);
    }

    private void write(WebSocket socket) throws IOException {
        if (finished) {
            return;
        }
        for (WebSocket.Message next = source.next(); next != null; next = source.next()) {
            socket.write(next);
        }
        if (source.isEnded()) {
            finished = true;
            socket.finish(WebSocket.NORMAL, "");
        }
    }

    @Override
    public void close() {
        source.close();
    }
}
