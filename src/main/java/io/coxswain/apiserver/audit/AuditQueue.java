package io.coxswain.apiserver.audit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Events on their way to the writer: bounded by count and by the memory they hold. Many put, one takes. Thread-safe. */
final class AuditQueue {
    private final int most;
    private final long mostBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition drained = lock.newCondition();
    private final ArrayDeque<AuditEvent> events = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    AuditQueue(int most, long mostBytes) {
        this.most = most;
        this.mostBytes = mostBytes;
    }

    /** Adds an event, if told so after waiting for room; {@code false} if it was not added: full, closed or interrupted. */
    boolean put(AuditEvent event, boolean wait) {
        lock.lock();
        try {
            while (!closed && isFull()) {
                if (!wait) {
                    return false;
                }
                drained.await();
            }
            if (closed) {
                return false;
            }
            events.add(event);
            bytes += event.bytes();
            filled.signal();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFull() {
        return events.size() >= most || bytes >= mostBytes;
    }

    /** Takes what waits, at most so many; waits a while if nothing does. Empty after {@link #close} once all is taken, or when time is up. */
    List<AuditEvent> take(int limit, long millis) throws InterruptedException {
        lock.lock();
        try {
            if (events.isEmpty() && !closed && !filled.await(millis, TimeUnit.MILLISECONDS)) {
                return List.of();
            }
            List<AuditEvent> taken = new ArrayList<>(Math.min(limit, events.size()));
            while (taken.size() < limit && !events.isEmpty()) {
                AuditEvent event = events.remove();
                bytes -= event.bytes();
                taken.add(event);
            }
            drained.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return events.size();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more events and wakes everybody; what waits can still be taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            filled.signalAll();
            drained.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
