package io.coxswain.node.agent;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of all agents of this process, made by the container's thread factory. Agents block (on the runtime, on
 * grace periods, on pulls), so they have a pool of their own, which grows when needed and shrinks again, instead of
 * holding up the server's.
 */
final class AgentThreads implements AutoCloseable {

    private static final int MOST = 256;
    private static final long IDLE_SECONDS = 20;
    private static final long RETRY_MILLIS = 50;

    private final ThreadFactory factory;
    private final ScheduledThreadPoolExecutor timer;
    private final ScheduledThreadPoolExecutor blockingTimer;
    private final ThreadPoolExecutor workers;

    AgentThreads(ThreadFactory factory) {
        this.factory = factory;
        timer = new ScheduledThreadPoolExecutor(1, factory);
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        blockingTimer = new ScheduledThreadPoolExecutor(4, factory);
        blockingTimer.setRemoveOnCancelPolicy(true);
        blockingTimer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        workers = new ThreadPoolExecutor(
                0, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), factory, (task, pool) -> {
                    if (pool.isShutdown()) {
                        throw new RejectedExecutionException("the node agents have been stopped");
                    }
                    // All threads are busy: the task waits its turn instead of the caller.
                    timer.schedule(() -> pool.execute(task), RETRY_MILLIS, TimeUnit.MILLISECONDS);
                });
    }

    ThreadFactory factory() {
        return factory;
    }

    /** For tasks that may block. */
    Executor workers() {
        return workers;
    }

    /** For tasks that only hand over. */
    ScheduledExecutorService timer() {
        return timer;
    }

    /** For delayed tasks that may block for the length of a request. */
    ScheduledExecutorService blockingTimer() {
        return blockingTimer;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        blockingTimer.shutdownNow();
        workers.shutdownNow();
    }
}
