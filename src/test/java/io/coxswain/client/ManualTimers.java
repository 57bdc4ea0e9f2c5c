package io.coxswain.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Supplier;

/** Virtual time: tasks run in the test's thread, in the order of their time, when the test lets time pass. */
public final class ManualTimers implements Timers {
    private static final int RUNAWAY = 200_000;

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparing(Task::at).thenComparing(Task::number));
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Duration jumped = Duration.ZERO;
    private long number;

    private record Task(Instant at, long number, Runnable run) {}

    @Override
    public Timer after(Duration delay, Runnable task) {
        Task added = new Task(delay.isNegative() ? now : now.plus(delay), ++number, task);
        tasks.add(added);
        return () -> tasks.remove(added);
    }

    /** Runs everything that is due now, and what that makes due. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /** Lets time pass and runs what falls due on the way. */
    public void advance(Duration by) {
        Instant end = now.plus(by);
        for (int i = 0; i < RUNAWAY; i++) {
            Task next = tasks.peek();
            if (next == null || next.at().isAfter(end)) {
                now = end;
                return;
            }
            tasks.remove(next);
            if (next.at().isAfter(now)) {
                now = next.at();
            }
            next.run().run();
        }
        throw new AssertionError("the tasks never come to rest");
    }

    /** Lets time pass inside a task: what falls due meanwhile runs after it. */
    public void takeTime(Duration by) {
        now = now.plus(by);
    }

    /** Somebody sets the machine's time; no time passes. */
    public void jump(Duration by) {
        jumped = jumped.plus(by);
    }

    /** The machine's time. */
    public Clock clock() {
        return clock(() -> now.plus(jumped));
    }

    @Override
    public Clock steady() {
        return clock(() -> now);
    }

    private static Clock clock(Supplier<Instant> instant) {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return instant.get();
            }
        };
    }
}
