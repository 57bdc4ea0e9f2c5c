package io.coxswain.bench;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches that count events, see whether revisions ascend, and measure lag: the object's field {@code t} holds the writer's
 * {@code nanoTime}, which is the same clock.
 */
final class Watchers implements AutoCloseable {
    private static final byte[] TIME = "\"t\":\"".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final byte[] REVISION =
            "\"resourceVersion\":\"".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final List<HttpConnection> connections = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicLong broken = new AtomicLong();

    /** @param path with {@code watch=true} and a revision to start from */
    Watchers(Target target, String path, int count) throws Exception {
        CountDownLatch open = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            HttpConnection connection = new HttpConnection(target);
            connections.add(connection);
            Watcher watcher = new Watcher();
            watchers.add(watcher);
            Thread thread = new Thread(null, () -> watcher.run(connection, path, open), "watcher-" + i, 256 << 10);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        open.await(60, TimeUnit.SECONDS);
    }

    /** Waits until each has seen so many events, or nobody has seen any for five seconds. */
    void await(long each) throws InterruptedException {
        long last = -1;
        long since = System.nanoTime();
        while (watchers.stream().anyMatch(watcher -> watcher.events < each)
                && System.nanoTime() - since < 5_000_000_000L) {
            Thread.sleep(20);
            long now = delivered();
            if (now != last) {
                last = now;
                since = System.nanoTime();
            }
        }
    }

    long delivered() {
        return watchers.stream().mapToLong(watcher -> watcher.events).sum();
    }

    long disordered() {
        return watchers.stream().mapToLong(watcher -> watcher.disordered).sum();
    }

    /** Watches that ended before they were closed. */
    long broken() {
        return broken.get();
    }

    /** Nanoseconds, sorted. */
    long[] lags() {
        return watchers.stream()
                .flatMapToLong(watcher -> Arrays.stream(watcher.lags, 0, watcher.count))
                .sorted()
                .toArray();
    }

    @Override
    public void close() throws Exception {
        closing.set(true);
        for (HttpConnection connection : connections) {
            connection.close();
        }
        for (Thread thread : threads) {
            thread.join(5_000);
        }
    }

    private final class Watcher {
        private volatile long events;
        private volatile long disordered;
        private long[] lags = new long[256];
        private volatile int count;
        private byte[] line = new byte[8 << 10];
        private int size;
        private long revision;

        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes
        private void run(HttpConnection connection, String path, CountDownLatch open) {
            byte[] buffer = new byte[16 << 10];
            try {
                InputStream in = connection.stream(path);
                open.countDown();
                for (int read = in.read(buffer, 0, buffer.length);
                        read >= 0;
                        read = in.read(buffer, 0, buffer.length)) {
                    for (int i = 0; i < read; i++) {
                        if (buffer[i] == '\n') {
                            event(System.nanoTime());
                            size = 0;
                        } else {
                            if (size == line.length) {
                                line = Arrays.copyOf(line, size * 2);
                            }
                            line[size++] = buffer[i];
                        }
                    }
                }
                broken.incrementAndGet();
            } catch (java.io.IOException e) {
                if (!closing.get()) {
                    broken.incrementAndGet();
                }
                open.countDown();
            }
        }

        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes
        private void event(long now) {
            long found = number(REVISION);
            if (found <= revision) {
                disordered++;
            }
            revision = found;
            long written = number(TIME);
            if (written > 0) {
                if (count == lags.length) {
                    lags = Arrays.copyOf(lags, count * 2);
                }
                lags[count] = now - written;
                count++;
            }
            events++;
        }

        /** The number behind a mark, or -1. */
        private long number(byte[] mark) {
            int end = size - mark.length;
            for (int i = 0; i < end; i++) {
                if (line[i] == mark[0] && Arrays.equals(line, i, i + mark.length, mark, 0, mark.length)) {
                    long value = 0;
                    for (int j = i + mark.length; j < size && line[j] >= '0' && line[j] <= '9'; j++) {
                        value = value * 10 + line[j] - '0';
                    }
                    return value;
                }
            }
            return -1;
        }
    }
}
