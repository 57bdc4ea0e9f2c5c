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
     * Takes what waits, at least one set, up to the bounds. Waits for one if asked to; returns nothing if poked, or
     * closed and empty.
     */
    List<Waiting> drain(int maxSets, long maxBytes, boolean wait) {
        lock.lock();
        try {
            while (wait && open && !poked && waiting.isEmpty()) {
                // Not interruptible: an interrupted thread would tear down the database's file channel.
                changed.awaitUninterruptibly();
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
