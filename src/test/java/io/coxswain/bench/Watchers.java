package io.coxswain.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Watches of one collection, each with a connection and a thread. */
final class Watchers implements AutoCloseable {
    private static final long SILENCE = 15_000_000_000L;

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
            Thread thread = new Thread(null, () -> run(watcher, connection, path, open), "watcher-" + i, 256 << 10);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        if (!open.await(120, TimeUnit.SECONDS)) {
            throw new IllegalStateException(open.getCount() + " of " + count + " watches did not open in two minutes");
        }
    }

    private void run(Watcher watcher, HttpConnection connection, String path, CountDownLatch open) {
        boolean opened = false;
        try {
            var stream = connection.stream(path);
            opened = true;
            open.countDown();
            watcher.read(stream);
            broken.incrementAndGet();
        } catch (java.io.IOException e) {
            if (!closing.get()) {
                broken.incrementAndGet();
            }
            if (!opened) {
                open.countDown();
            }
        }
    }

    /** Waits until each has seen so many events, or nobody has seen any for a while. */
    void await(long each) throws InterruptedException {
        long last = -1;
        long since = System.nanoTime();
        while (watchers.stream().anyMatch(watcher -> watcher.events() < each) && System.nanoTime() - since < SILENCE) {
            Thread.sleep(20);
            long now = watchers.stream().mapToLong(Watcher::events).sum();
            if (now != last) {
                last = now;
                since = System.nanoTime();
            }
        }
    }

    /** Watches that ended before they were closed. */
    long broken() {
        return broken.get();
    }

    List<Watcher.Seen> seen() {
        return watchers.stream().map(Watcher::seen).toList();
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
}
