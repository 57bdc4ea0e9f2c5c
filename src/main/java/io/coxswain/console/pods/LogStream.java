package io.coxswain.console.pods;

import io.coxswain.apiserver.request.ByteSource;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Moves a log's bytes to a browser without keeping a thread while neither side has anything to do. */
final class LogStream implements WriteListener {
    private static final System.Logger LOG = System.getLogger(LogStream.class.getName());

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final ByteSource log;
    private final Executor executor;
    private final byte[] buffer = new byte[16 * 1024];
    /** How often somebody asked to pump since the running task last looked; 0: no task runs. */
    private final AtomicInteger wanted = new AtomicInteger();

    private boolean connected;
    private boolean unflushed;
    private volatile boolean finished;

    LogStream(AsyncContext context, ServletOutputStream out, ByteSource log, Executor executor) {
        this.context = context;
        this.out = out;
        this.log = log;
        this.executor = executor;
    }

    void start() {
        out.setWriteListener(this);
    }

    @Override
    public void onWritePossible() {
        // Before the first call the output must not be touched, so the log is connected only now.
        if (!connected) {
            connected = true;
            log.onReady(this::wake);
        }
        wake();
    }

    @Override
    public void onError(Throwable failure) {
        LOG.log(System.Logger.Level.DEBUG, "a log's reader is gone", failure);
        finish();
    }

    private void wake() {
        if (!finished && wanted.getAndIncrement() == 0) {
            try {
                executor.execute(this::run);
            } catch (RejectedExecutionException e) {
                LOG.log(System.Logger.Level.DEBUG, "the server is stopping; a log ends", e);
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
                LOG.log(System.Logger.Level.DEBUG, "a log's reader is gone", e);
                finish();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a log failed", e);
                finish();
            }
            seen = wanted.addAndGet(-seen);
        } while (seen != 0);
    }

    private void pump() throws IOException {
        while (!finished && out.isReady()) {
            int count = log.read(buffer);
            if (count > 0) {
                // A container may keep the array until it is ready again.
                out.write(buffer.clone(), 0, count);
                unflushed = true;
            } else if (unflushed) {
                unflushed = false;
                out.flush();
            } else {
                if (count < 0) {
                    finish();
                }
                return;
            }
        }
    }

    private void finish() {
        if (!finished) {
            finished = true;
            log.close();
            try {
                context.complete();
            } catch (IllegalStateException e) {
                LOG.log(System.Logger.Level.DEBUG, "the log was complete already", e);
            }
        }
    }
}
