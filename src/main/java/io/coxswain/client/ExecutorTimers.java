package io.coxswain.client;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Timers over a scheduled executor, which on Liberty is a managed one. After the executor's shutdown nothing runs any more. */
public final class ExecutorTimers implements Timers {
    private static final System.Logger LOG = System.getLogger(ExecutorTimers.class.getName());

    private final ScheduledExecutorService executor;

    public ExecutorTimers(ScheduledExecutorService executor) {
        this.executor = executor;
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> future = executor.schedule(() -> runLogged(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException shutDown) {
            LOG.log(Level.DEBUG, "event=timer-rejected", shutDown);
            return () -> {};
        }
    }

    private static void runLogged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "event=timer-task-failed", e);
        }
    }
}
