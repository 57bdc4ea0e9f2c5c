package io.coxswain.apiserver.endpoint;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes a stream without a thread of its own: whenever the source has bytes or the socket takes some, a short task runs
 * on the executor; never two at once. Ends when the source ends or the client is gone.
 */
final class StreamPump implements WriteListener {
    private static final System.Logger LOG = System.getLogger(StreamPump.class.getName());

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Frames frames;
    private final Executor executor;
    /** How often somebody asked to pump since the running task last looked; 0: no task runs. */
    private final AtomicInteger wanted = new AtomicInteger();

    private boolean unflushed;
    private volatile boolean finished;

    StreamPump(AsyncContext context, ServletOutputStream out, Frames frames, Executor executor) {
        this.context = context;
        this.out = out;
        this.frames = frames;
        this.executor = executor;
    }

    /** Begins; the pump calls itself from then on. */
    void start() {
        out.setWriteListener(this);
    }

    @Override
    public void onWritePossible() {
        // The first call connects the source: before it the output must not be touched.
        if (!connected) {
            connected = true;
            frames.onReady(this::wake);
        } else {
            wake();
        }
    }

    private boolean connected;

    @Override
    public void onError(Throwable failure) {
        LOG.log(System.Logger.Level.DEBUG, "a stream's client is gone", failure);
        finish();
    }

    private void wake() {
        if (!finished && wanted.getAndIncrement() == 0) {
            try {
                executor.execute(this::run);
            } catch (RejectedExecutionException e) {
                LOG.log(System.Logger.Level.DEBUG, "the server is stopping; a stream ends", e);
                finish();
            }
        }
    }

    private void run() {
        int seen = wanted.get();
        do {
            try {
                pump();
            } catch (IOException | IllegalStateException e) {
                LOG.log(System.Logger.Level.DEBUG, "a stream's client is gone", e);
                finish();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a stream failed", e);
                finish();
            }
            seen = wanted.addAndGet(-seen);
        } while (seen != 0);
    }

    private void pump() throws IOException {
        while (!finished && out.isReady()) {
            byte[] bytes = frames.next();
            if (bytes.length > 0) {
                out.write(bytes);
                unflushed = true;
            } else if (unflushed) {
                out.flush();
                unflushed = false;
            } else {
                if (frames.isEnded()) {
                    finish();
                }
                return;
            }
        }
    }

    private void finish() {
        if (!finished) {
            finished = true;
            frames.close();
            try {
                context.complete();
            } catch (IllegalStateException e) {
                LOG.log(System.Logger.Level.DEBUG, "the stream was complete already", e);
            }
        }
    }
}
