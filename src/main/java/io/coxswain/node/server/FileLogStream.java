package io.coxswain.node.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Reads one container attempt's log file, on through its rotations, while the container runs. */
final class FileLogStream implements LogStream {

    private static final int CHUNK = 64 * 1024;
    private static final int MAX_LINE = 1 << 20;
    private static final long POLL_MILLIS = 100;
    private static final long ALIVE_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Path path;
    private final LogOptions options;
    private final BooleanSupplier alive;
    private final ScheduledExecutorService timer;
    private final byte[] chunk = new byte[CHUNK];
    private RandomAccessFile file;
    private Object inode;
    private byte[] rest = new byte[0];
    private byte[] pending = new byte[0];
    private int pendingAt;
    private long left;
    private boolean midLine;
    private boolean ended;
    private boolean lastLook;
    private long nextAliveCheck = Long.MIN_VALUE;
    private volatile @Nullable Runnable listener;
    private volatile @Nullable ScheduledFuture<?> poll;
    private volatile boolean closed;

    /**
     * @param alive whether the container may still write
     * @throws NoSuchFileException if there is no log
     */
    FileLogStream(Path path, LogOptions options, BooleanSupplier alive, ScheduledExecutorService timer)
            throws IOException {
        this.path = path;
        this.options = options;
        this.alive = alive;
        this.timer = timer;
        this.left = options.limitBytes().orElse(Long.MAX_VALUE);
        if (!Files.isRegularFile(path)) {
            throw new NoSuchFileException(path.toString());
        }
        this.inode = inode(path);
        this.file = new RandomAccessFile(path.toFile(), "r");
        if (options.tailLines().isPresent()) {
            file.seek(LogFiles.tailStart(file, options.tailLines().getAsInt()));
        }
    }

    private static Object inode(Path path) throws IOException {
        return Objects.requireNonNull(Files.getAttribute(path, "unix:ino"));
    }

    @Override
    public synchronized int read(byte[] buffer) throws IOException {
        while (pendingAt == pending.length) {
            if (ended || closed) {
                return -1;
            }
            if (!fill()) {
                return ended ? -1 : 0;
            }
        }
        int n = Math.min(buffer.length, pending.length - pendingAt);
        System.arraycopy(pending, pendingAt, buffer, 0, n);
        pendingAt += n;
        return n;
    }

    /** Gets the next bytes to hand out; false if there are none now. */
    private boolean fill() throws IOException {
        int n = file.read(chunk);
        if (n > 0) {
            lastLook = false;
            take(n);
            return true;
        }
        if (rotated()) {
            file.close();
            file = new RandomAccessFile(path.toFile(), "r");
            inode = inode(path);
            return true;
        }
        if (!options.follow() || lastLook) {
            ended = true;
        } else if (System.nanoTime() >= nextAliveCheck) {
            nextAliveCheck = System.nanoTime() + ALIVE_CHECK_NANOS;
            // What it wrote last may have come after our last read: look once more before the end.
            lastLook = !alive.getAsBoolean();
            return lastLook;
        }
        return false;
    }

    private boolean rotated() throws IOException {
        if (!options.follow()) {
            return false;
        }
        try {
            return !inode(path).equals(inode);
        } catch (NoSuchFileException e) {
            // Between the rename and the runtime's new file, or removed with the pod; alive() tells which.
            return false;
        }
    }

    private void take(int n) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(n + rest.length);
        int from = 0;
        for (int i = 0; i < n; i++) {
            if (chunk[i] == '\n') {
                byte[] line = join(rest, chunk, from, i);
                rest = new byte[0];
                from = i + 1;
                CriLogLine.parse(line).ifPresent(l -> write(out, l));
                if (left <= 0) {
                    ended = true;
                    break;
                }
            }
        }
        if (!ended && from < n) {
            rest = join(rest, chunk, from, n);
            if (rest.length > MAX_LINE) {
                rest = new byte[0];
            }
        }
        pending = out.toByteArray();
        pendingAt = 0;
    }

    private static byte[] join(byte[] head, byte[] tail, int from, int to) {
        byte[] out = Arrays.copyOf(head, head.length + to - from);
        System.arraycopy(tail, from, out, head.length, to - from);
        return out;
    }

    private void write(ByteArrayOutputStream out, CriLogLine line) {
        Optional<Instant> since = options.since();
        if (since.isPresent() && line.time().isBefore(since.get())) {
            return;
        }
        if (!options.stream().equals("All") && !options.stream().equalsIgnoreCase(line.stream())) {
            return;
        }
        if (options.timestamps() && !midLine) {
            put(out, (line.stamp() + " ").getBytes(StandardCharsets.UTF_8));
        }
        put(out, line.content());
        if (line.full()) {
            put(out, new byte[] {'\n'});
        }
        midLine = !line.full();
    }

    private void put(ByteArrayOutputStream out, byte[] bytes) {
        int n = (int) Math.min(left, bytes.length);
        out.write(bytes, 0, n);
        left -= n;
    }

    @Override
    public void onReady(Runnable ready) {
        listener = ready;
        if (poll == null) {
            poll = timer.scheduleWithFixedDelay(this::look, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
        ready.run();
    }

    private void look() {
        Runnable ready = listener;
        if (ready != null && !closed && worthReading()) {
            ready.run();
        }
    }

    private synchronized boolean worthReading() {
        try {
            return pendingAt < pending.length
                    || ended
                    || lastLook
                    || System.nanoTime() >= nextAliveCheck
                    || file.length() > file.getFilePointer()
                    || rotated();
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() {
        closed = true;
        ScheduledFuture<?> running = poll;
        if (running != null) {
            running.cancel(false);
        }
        synchronized (this) {
            try {
                file.close();
            } catch (IOException e) {
                System.getLogger(FileLogStream.class.getName())
                        .log(System.Logger.Level.DEBUG, "log file not closed cleanly " + path, e);
            }
        }
    }
}
