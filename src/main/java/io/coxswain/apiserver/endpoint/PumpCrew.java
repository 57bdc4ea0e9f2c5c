package io.coxswain.apiserver.endpoint;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs the short tasks of all streams on a few threads, first come, first served. One change may wake a thousand watches: a
 * task of the server's executor for each would make its writer hand out a thousand contexts and the cores switch between
 * hundreds of threads, and the last watch would wait longest. A task that blocks (a HTTP/2 stream that waits for its
 * window) is made up for by another thread. Thread-safe.
 */
final class PumpCrew implements Executor {
    private static final System.Logger LOG = System.getLogger(PumpCrew.class.getName());
    /** A task that takes longer than this counts as blocked. */
    private static final long BLOCKED_MILLIS = 20;

    /** Fewer than the threads that Liberty's executor always has (ADR 7): blocked streams must leave some to write for them. */
    private static final int MOST = 32;

    private final Executor threads;
    private final ScheduledExecutorService timer;
    private final int regulars;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Set<Member> members = ConcurrentHashMap.newKeySet();
    private final AtomicLong count = new AtomicLong();
    private final AtomicBoolean watched = new AtomicBoolean();
    /** How many threads may work: the regulars and one for each that is blocked. */
    private volatile long allowed;

    /** @param regulars how many threads work while no task blocks */
    PumpCrew(Executor threads, ScheduledExecutorService timer, int regulars) {
        this.threads = threads;
        this.timer = timer;
        this.regulars = regulars;
        this.allowed = regulars;
    }

    /** @throws RejectedExecutionException if the server is stopping */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (!hire() && watched.compareAndSet(false, true)) {
            watch();
        }
    }

    /** Takes on another thread unless there are as many as are allowed. */
    private boolean hire() {
        if (!enter()) {
            return false;
        }
        try {
            threads.execute(new Member());
            return true;
        } catch (RejectedExecutionException e) {
            count.decrementAndGet();
            throw e;
        }
    }

    private boolean enter() {
        for (long now = count.get(); now < allowed; now = count.get()) {
            if (count.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one of too many threads is to go; it is no longer counted then. */
    private boolean leaveIfTooMany() {
        for (long now = count.get(); now > allowed; now = count.get()) {
            if (count.compareAndSet(now, now - 1)) {
                return true;
            }
        }
        return false;
    }

    private void watch() {
        var unused = timer.schedule(this::check, BLOCKED_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** As long as tasks wait: replaces the threads that are blocked. */
    private void check() {
        try {
            if (tasks.isEmpty()) {
                allowed = regulars;
                watched.set(false);
                if (tasks.isEmpty() || !watched.compareAndSet(false, true)) {
                    return;
                }
            }
            long now = System.nanoTime();
            long blocked =
                    members.stream().filter(member -> member.isBlocked(now)).count();
            allowed = Math.min(MOST, regulars + blocked);
            hire();
            watch();
        } catch (RejectedExecutionException e) {
            watched.set(false);
            LOG.log(System.Logger.Level.DEBUG, "the server is stopping", e);
        }
    }

    private final class Member implements Runnable {
        private volatile long since = System.nanoTime();

        boolean isBlocked(long now) {
            return now - since > TimeUnit.MILLISECONDS.toNanos(BLOCKED_MILLIS);
        }

        @Override
        public void run() {
            members.add(this);
            try {
                do {
                    if (!work()) {
                        return;
                    }
                    count.decrementAndGet();
                    // A task may have come between the last look and the leave; whoever gave it saw this thread at
                    // work.
                } while (!tasks.isEmpty() && enter());
            } finally {
                members.remove(this);
            }
        }

        /** Works until no task waits. @return whether this thread is still counted */
        private boolean work() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                since = System.nanoTime();
                try {
                    task.run();
                } catch (RuntimeException | StackOverflowError e) {
                    LOG.log(System.Logger.Level.ERROR, "a stream's task failed", e);
                }
                if (leaveIfTooMany()) {
                    return false;
                }
            }
            return true;
        }
    }
}
