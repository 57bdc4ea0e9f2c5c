package io.coxswain.scheduler;

import java.time.Duration;

/** Hears what the scheduler does, for figures. Called on the scheduler's threads; must not block. */
public interface SchedulerObserver {
    SchedulerObserver NONE = new SchedulerObserver() {};

    /** One try to place a pod ended. @param result {@code scheduled}, {@code unschedulable} or {@code error} */
    default void attempted(String profile, String result, Duration took) {}

    /** A pod was bound. @param sinceFirst since it first could be tried */
    default void bound(int attempts, Duration sinceFirst) {}

    /** Preemption was considered. */
    default void preemptionTried() {}

    /** Pods are about to go for another's sake. */
    default void preempting(int victims) {}

    /** A pod came to a part of the queue. @param queue {@code active}, {@code backoff}, {@code unschedulable} or {@code gated} */
    default void queued(String queue, String event) {}
}
