package io.coxswain.client;

import java.time.Clock;
import java.time.Duration;

/**
 * Runs things later, on threads of the container: EJB timers in the control plane ({@code controller.runtime}), a managed
 * scheduled executor on a node, a virtual clock in tests. Thread-safe. Tasks run concurrently with each other.
 */
public interface Timers {
    /** Undoes a timer that has not fired; harmless afterwards. */
    interface Timer {
        void cancel();
    }

    /** Runs the task once after the delay; at once, but on another thread, for a delay of zero. */
    Timer after(Duration delay, Runnable task);

    /** Runs the task as soon as a thread is free. */
    default void now(Runnable task) {
        after(Duration.ZERO, task);
    }

    /**
     * The clock of these timers' delays: for how long something lasted or has to wait. Somebody may set the machine's time forwards
     * or back; that does not touch this clock, whose instants mean nothing by themselves.
     */
    default Clock steady() {
        return SteadyClock.INSTANCE;
    }
}
