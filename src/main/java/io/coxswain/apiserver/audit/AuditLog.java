package io.coxswain.apiserver.audit;

import io.coxswain.bootstrap.config.AuditConfig;
import io.coxswain.bootstrap.config.ServerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes events to the audit log, one line each, by a thread of its own: a queue that requests wait for must not need the
 * pool they run in. An event that cannot be kept is counted and told to the server's log. Thread-safe.
 */
@ApplicationScoped
public class AuditLog implements AuditSink {
    private static final System.Logger LOG = System.getLogger(AuditLog.class.getName());
    private static final long QUEUE_BYTES = 32 << 20;
    private static final int BATCH = 512;
    private static final int BATCH_BYTES = 1 << 20;
    private static final long IDLE_MILLIS = 5_000;
    private static final long STOP_SECONDS = 10;
    private static final Duration COMPLAIN_EVERY = Duration.ofMinutes(1);

    private final AuditQueue queue;
    private final RotatingFile file;
    private final boolean wait;
    private final Clock clock;
    private final LongAdder written = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean running;
    // Of the writer's thread alone.
    private long toldLost;
    private Instant complained = Instant.EPOCH;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected AuditLog() {
        this.queue = null;
        this.file = null;
        this.wait = false;
        this.clock = null;
    }

    @Inject
    public AuditLog(AuditConfig config, ServerConfig server, Clock clock) {
        this(
                path(config, server),
                config.maxFileSize().bytes(),
                config.maxBackups(),
                config.queueSize(),
                config.mode().equals("blocking"),
                clock);
    }

    /** @param wait whether a request waits for room in the queue; if not, the event is lost and counted */
    AuditLog(Path path, long maxFileSize, int maxBackups, int queueSize, boolean wait, Clock clock) {
        this.queue = new AuditQueue(queueSize, QUEUE_BYTES);
        this.file = new RotatingFile(path, maxFileSize, maxBackups, clock);
        this.wait = wait;
        this.clock = clock;
    }

    private static Path path(AuditConfig config, ServerConfig server) {
        return config.path().isEmpty() ? server.dataDir().resolve("logs/audit.log") : Path.of(config.path());
    }

    /** Opens the file and begins to write. @throws IOException if the file cannot be opened */
    public void start(ThreadFactory threads) throws IOException {
        file.open();
        running = true;
        threads.newThread(this::run).start();
    }

    /** Writes what waits, some seconds at most, and closes the file. */
    public void stop() {
        queue.close();
        if (!running) {
            return;
        }
        try {
            if (!finished.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.ERROR, "audit events could not be written in time: {0}", queue.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void log(AuditEvent event) {
        if (!queue.put(event, wait)) {
            lost.increment();
        }
    }

    /** Events written since the start. */
    public long written() {
        return written.sum();
    }

    /** Events lost since the start: the queue was full, or the file could not be written. */
    public long lost() {
        return lost.sum();
    }

    /** Events that wait to be written. */
    public int waiting() {
        return queue.size();
    }

    private void run() {
        try {
            while (true) {
                List<AuditEvent> events = queue.take(BATCH, IDLE_MILLIS);
                write(events);
                complain();
                if (events.isEmpty() && queue.isClosed()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            LOG.log(System.Logger.Level.WARNING, "the audit log stops: its thread was interrupted");
            Thread.currentThread().interrupt();
        } finally {
            queue.close();
            try {
                file.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "the audit log could not be closed", e);
            }
            finished.countDown();
        }
    }

    private void write(List<AuditEvent> events) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(8192);
        int count = 0;
        for (AuditEvent event : events) {
            try {
                lines.writeBytes(AuditEventEncoder.encode(event));
                lines.write('\n');
                count++;
            } catch (RuntimeException e) {
                lost.increment();
                LOG.log(
                        System.Logger.Level.ERROR,
                        "an audit event could not be encoded: auditID=" + event.auditId(),
                        e);
            }
            if (lines.size() >= BATCH_BYTES) {
                flush(lines, count);
                lines.reset();
                count = 0;
            }
        }
        if (count > 0) {
            flush(lines, count);
        }
    }

    private void flush(ByteArrayOutputStream lines, int count) {
        try {
            file.write(ByteBuffer.wrap(lines.toByteArray()));
            written.add(count);
        } catch (IOException e) {
            lost.add(count);
            if (isTimeToComplain()) {
                LOG.log(System.Logger.Level.ERROR, "the audit log cannot be written", e);
            }
        }
    }

    /** Tells the server's log of lost events, once a minute at most. */
    private void complain() {
        long now = lost.sum();
        if (now > toldLost && (isTimeToComplain() || queue.isClosed())) {
            complained = clock.instant();
            LOG.log(
                    System.Logger.Level.ERROR,
                    "audit events lost: now={0,number,#} since-start={1,number,#}",
                    now - toldLost,
                    now);
            toldLost = now;
        }
    }

    private boolean isTimeToComplain() {
        return Duration.between(complained, clock.instant()).compareTo(COMPLAIN_EVERY) >= 0;
    }
}
