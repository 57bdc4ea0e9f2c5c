package io.coxswain.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What waits for the writer: change sets, bounded by their bytes, and a request to compact. */
final class WriteQueue {
    /** A change set and who waits for it. */
    record Waiting(List<Mutation> changeSet, long bytes, CompletableFuture<List<StoredObject>> stage) {}

    private final long limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean open;
    private boolean poked;
    private List<CompletableFuture<Void>> readers = new ArrayList<>();

    WriteQueue(long limit) {
        this.limit = limit;
    }

    void open() {
        lock.lock();
        try {
            open = true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; what waits can still be drained. */
    void close() {
        lock.lock();
        try {
            open = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** @throws StoreUnavailableException if the queue is full or closed */
    void add(Waiting set) {
        lock.lock();
        try {
            if (!open) {
                throw new StoreUnavailableException("the store is not running");
            }
            // A set larger than the whole queue may still pass when it is alone: size limits are not this class' job.
            if (bytes + set.bytes() > limit && !waiting.isEmpty()) {
                throw new StoreUnavailableException(
                        "the store is overloaded: " + waiting.size() + " change sets of " + bytes + " bytes wait");
            }
            waiting.add(set);
            bytes += set.bytes();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Asks the writer to look what other servers have written. Completes when it has, whatever came of it. */
    CompletableFuture<Void> addReader() {
        CompletableFuture<Void> reader = new CompletableFuture<>();
        lock.lock();
        try {
            if (!open) {
                reader.complete(null);
            } else {
                readers.add(reader);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
        return reader;
    }

    /** Takes those who {@linkplain #addReader wait to read}. */
    List<CompletableFuture<Void>> takeReaders() {
        lock.lock();
        try {
            List<CompletableFuture<Void>> taken = readers;
            readers = new ArrayList<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Wakes the writer although no change set came. */
    void poke() {
        lock.lock();
        try {
            poked = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes what waits, at least one set, up to the bounds. Waits for one at most for the given time; returns nothing if
     * poked, if somebody waits to read, or closed and empty.
     */
    List<Waiting> drain(int maxSets, long maxBytes, long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && open && !poked && readers.isEmpty() && waiting.isEmpty()) {
                left = await(left);
            }
            poked = false;
            List<Waiting> batch = new ArrayList<>();
            long taken = 0;
            for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
                if (!batch.isEmpty() && (batch.size() >= maxSets || taken + next.bytes() > maxBytes)) {
                    break;
                }
                taken += next.bytes();
                bytes -= next.bytes();
                batch.add(waiting.remove());
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** An interruption is dropped: an interrupted thread would tear down the database's file channel. */
    private long await(long nanos) {
        long end = System.nanoTime() + nanos;
        try {
            return changed.awaitNanos(nanos);
        } catch (InterruptedException e) {
            return end - System.nanoTime();
        }
    }

    boolean isFinished() {
        lock.lock();
        try {
            return !open && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
