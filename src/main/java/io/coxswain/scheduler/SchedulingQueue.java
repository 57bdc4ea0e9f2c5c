package io.coxswain.scheduler;

import io.coxswain.client.Timers;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.PodInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * Pods that wait for a node: active ones, highest priority first; those in back-off (1 s doubling to 10 s); and those found
 * unschedulable, until an event that one of the plugins which turned them away waits for, or five minutes. Thread-safe.
 */
final class SchedulingQueue {
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(10);
    private static final Duration MAX_UNSCHEDULABLE = Duration.ofMinutes(5);

    private final Timers timers;
    private final Clock clock;
    private final Runnable onAvailable;
    /** Whether an event concerns a plugin. */
    private final BiPredicate<String, ClusterEvent> relevant;

    private final Map<String, Waiting> pods = new HashMap<>();
    private final TreeSet<Waiting> active = new TreeSet<>(Comparator.comparing((Waiting w) -> -w.pod.priority())
            .thenComparing(w -> w.since)
            .thenComparing(w -> w.number));
    /** Events that came while a pod was being tried; it may have missed them. */
    private final List<ClusterEvent> eventsDuringTry = new ArrayList<>();

    private Optional<String> tried = Optional.empty();
    private long lastNumber;

    /** @param onAvailable runs when a pod can be taken; it must hand off and not block */
    SchedulingQueue(Timers timers, Clock clock, BiPredicate<String, ClusterEvent> relevant, Runnable onAvailable) {
        this.timers = timers;
        this.clock = clock;
        this.relevant = relevant;
        this.onAvailable = onAvailable;
    }

    private enum State {
        ACTIVE,
        TRIED,
        BACKOFF,
        UNSCHEDULABLE
    }

    /** One pod that waits. Guarded by the queue's lock. */
    private static final class Waiting {
        private PodInfo pod;
        private final Instant since;
        private final long number;
        private State state = State.ACTIVE;
        private int attempts;
        private Instant lastTry = Instant.EPOCH;
        private Set<String> rejectedBy = Set.of();

        Waiting(PodInfo pod, Instant since, long number) {
            this.pod = pod;
            this.since = since;
            this.number = number;
        }
    }

    /** A pod without a node, new or changed. A change gives an unschedulable pod another chance. */
    void addOrUpdate(PodInfo pod, boolean specChanged) {
        synchronized (this) {
            Waiting known = pods.get(pod.uid());
            if (known == null) {
                Waiting added = new Waiting(pod, clock.instant(), ++lastNumber);
                pods.put(pod.uid(), added);
                active.add(added);
            } else {
                boolean queued = active.remove(known);
                known.pod = pod;
                if (queued) {
                    active.add(known);
                } else if (specChanged && known.state == State.UNSCHEDULABLE) {
                    wake(known);
                }
            }
        }
        onAvailable.run();
    }

    synchronized void remove(String uid) {
        Waiting known = pods.remove(uid);
        if (known != null) {
            active.remove(known);
        }
    }

    /** Takes the most urgent pod; it is being tried until {@link #placed}, {@link #unschedulable} or {@link #failed}. */
    synchronized Optional<PodInfo> poll() {
        Waiting next = active.pollFirst();
        if (next == null) {
            return Optional.empty();
        }
        next.state = State.TRIED;
        next.attempts++;
        next.lastTry = clock.instant();
        tried = Optional.of(next.pod.uid());
        eventsDuringTry.clear();
        return Optional.of(next.pod);
    }

    /** The pod has a node, or will have one once it is bound. */
    synchronized void placed(String uid) {
        tried = Optional.empty();
        pods.remove(uid);
    }

    /** No node fits: the pod sleeps until something relevant happens. */
    synchronized void unschedulable(String uid, Set<String> rejectedBy) {
        tried = Optional.empty();
        Waiting known = pods.get(uid);
        if (known != null && known.state == State.TRIED) {
            known.rejectedBy = rejectedBy;
            known.state = State.UNSCHEDULABLE;
            if (eventsDuringTry.stream().anyMatch(event -> concerns(known, event))) {
                wake(known);
            } else {
                int attempt = known.attempts;
                timers.after(MAX_UNSCHEDULABLE, () -> overdue(uid, attempt));
            }
        }
    }

    /** Something else went wrong, such as the binding: the pod comes again after its back-off. */
    synchronized void failed(PodInfo pod) {
        tried = Optional.empty();
        Waiting known = pods.computeIfAbsent(pod.uid(), uid -> {
            Waiting added = new Waiting(pod, clock.instant(), ++lastNumber);
            added.attempts = 1;
            added.lastTry = clock.instant();
            return added;
        });
        backOff(known);
    }

    private void overdue(String uid, int attempt) {
        synchronized (this) {
            Waiting known = pods.get(uid);
            if (known == null || known.state != State.UNSCHEDULABLE || known.attempts != attempt) {
                return;
            }
            wake(known);
        }
        onAvailable.run();
    }

    /** Something happened in the cluster. */
    void onEvent(ClusterEvent event) {
        boolean woken = false;
        synchronized (this) {
            if (tried.isPresent()) {
                eventsDuringTry.add(event);
            }
            for (Waiting waiting : pods.values()) {
                if (waiting.state == State.UNSCHEDULABLE && concerns(waiting, event)) {
                    wake(waiting);
                    woken = true;
                }
            }
        }
        if (woken) {
            onAvailable.run();
        }
    }

    /** A pod that no plugin turned away (there was no node at all) is interested in everything. */
    private boolean concerns(Waiting waiting, ClusterEvent event) {
        return waiting.rejectedBy.isEmpty()
                || waiting.rejectedBy.stream().anyMatch(plugin -> relevant.test(plugin, event));
    }

    private void wake(Waiting waiting) {
        if (remainingBackoff(waiting).isZero()) {
            waiting.state = State.ACTIVE;
            active.add(waiting);
        } else {
            backOff(waiting);
        }
    }

    private void backOff(Waiting waiting) {
        waiting.state = State.BACKOFF;
        String uid = waiting.pod.uid();
        int attempt = waiting.attempts;
        timers.after(remainingBackoff(waiting), () -> backoffEnded(uid, attempt));
    }

    private void backoffEnded(String uid, int attempt) {
        synchronized (this) {
            Waiting known = pods.get(uid);
            if (known == null || known.state != State.BACKOFF || known.attempts != attempt) {
                return;
            }
            known.state = State.ACTIVE;
            active.add(known);
        }
        onAvailable.run();
    }

    private Duration remainingBackoff(Waiting waiting) {
        Duration whole = FIRST_BACKOFF.multipliedBy(1L << Math.min(waiting.attempts - 1, 10));
        Duration capped = whole.compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : whole;
        Duration rest = Duration.between(clock.instant(), waiting.lastTry.plus(capped));
        return rest.isNegative() ? Duration.ZERO : rest;
    }

    synchronized int activeCount() {
        return active.size();
    }

    /** Pods that wait, in whatever way. */
    synchronized int size() {
        return pods.size();
    }

    synchronized int unschedulableCount() {
        return (int) pods.values().stream()
                .filter(waiting -> waiting.state == State.UNSCHEDULABLE)
                .count();
    }
}
