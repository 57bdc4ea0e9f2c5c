package io.coxswain.scheduler;

import io.coxswain.client.Timers;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.PodInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * Pods that wait for a node: active ones, highest priority first; those in back-off (1 s doubling to 10 s); those found
 * unschedulable, until an event that one of the plugins which turned them away waits for, or five minutes; and those that are
 * being tried. Thread-safe.
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
    /** Pods that are being tried: they may miss what happens meanwhile. */
    private final Set<Waiting> tried = new HashSet<>();

    /** Those that events may wake, in the order in which they were turned away: mostly far fewer than wait. */
    private final Set<Waiting> unschedulable = new LinkedHashSet<>();

    private final Set<String> gated = new HashSet<>();
    private SchedulerObserver observer = SchedulerObserver.NONE;
    private long lastNumber;

    /** @param onAvailable runs when a pod can be taken; it must hand off and not block */
    SchedulingQueue(Timers timers, BiPredicate<String, ClusterEvent> relevant, Runnable onAvailable) {
        this.timers = timers;
        this.clock = timers.steady();
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
        private final Set<ClusterEvent> missed = EnumSet.noneOf(ClusterEvent.class);

        Waiting(PodInfo pod, Instant since, long number) {
            this.pod = pod;
            this.since = since;
            this.number = number;
        }
    }

    /**
     * A pod that is being tried.
     *
     * @param attempts this one included
     * @param since when it first could be tried, by the timers' steady clock
     */
    record Taken(PodInfo pod, int attempts, Instant since) {}

    synchronized void observe(SchedulerObserver listener) {
        observer = listener;
    }

    /** A pod without a node, new or changed. A change gives an unschedulable pod another chance. */
    void addOrUpdate(PodInfo pod, boolean specChanged) {
        synchronized (this) {
            gated.remove(pod.uid());
            Waiting known = pods.get(pod.uid());
            if (known == null) {
                Waiting added = new Waiting(pod, clock.instant(), ++lastNumber);
                pods.put(pod.uid(), added);
                activate(added, "PodAdd");
            } else {
                boolean queued = active.remove(known);
                known.pod = pod;
                if (queued) {
                    active.add(known);
                } else if (specChanged && known.state == State.UNSCHEDULABLE) {
                    wake(known, "PodUpdate");
                }
            }
        }
        onAvailable.run();
    }

    /** A pod with scheduling gates: it is known, but not tried. */
    synchronized void gate(String uid) {
        remove(uid);
        if (gated.add(uid)) {
            observer.queued("gated", "PodAdd");
        }
    }

    synchronized void remove(String uid) {
        gated.remove(uid);
        Waiting known = pods.remove(uid);
        if (known != null) {
            active.remove(known);
            tried.remove(known);
            unschedulable.remove(known);
        }
    }

    /** Takes the most urgent pod; it is being tried until {@link #placed}, {@link #unschedulable} or {@link #failed}. */
    synchronized Optional<Taken> poll() {
        Waiting next = active.pollFirst();
        if (next == null) {
            return Optional.empty();
        }
        next.state = State.TRIED;
        next.attempts++;
        next.lastTry = clock.instant();
        next.missed.clear();
        tried.add(next);
        return Optional.of(new Taken(next.pod, next.attempts, next.since));
    }

    /** The pod has a node, or will have one once it is bound. */
    synchronized void placed(String uid) {
        remove(uid);
    }

    /** No node fits: the pod sleeps until something relevant happens. */
    void unschedulable(String uid, Set<String> rejectedBy) {
        synchronized (this) {
            Waiting known = pods.get(uid);
            if (known == null || known.state != State.TRIED) {
                return;
            }
            tried.remove(known);
            known.rejectedBy = rejectedBy;
            Optional<ClusterEvent> missed = known.missed.stream()
                    .filter(event -> concerns(known, event))
                    .findFirst();
            if (missed.isPresent()) {
                wake(known, missed.get().label());
            } else {
                known.state = State.UNSCHEDULABLE;
                unschedulable.add(known);
                observer.queued("unschedulable", "ScheduleAttemptFailure");
                int attempt = known.attempts;
                timers.after(MAX_UNSCHEDULABLE, () -> overdue(uid, attempt));
            }
        }
        onAvailable.run();
    }

    /** Something else went wrong, such as the binding: the pod comes again after its back-off. */
    synchronized void failed(Taken taken) {
        String uid = taken.pod().uid();
        Waiting known = pods.computeIfAbsent(uid, key -> {
            Waiting again = new Waiting(taken.pod(), taken.since(), ++lastNumber);
            again.attempts = taken.attempts();
            again.lastTry = clock.instant();
            return again;
        });
        tried.remove(known);
        backOff(known, "ScheduleAttemptFailure");
    }

    /** Another chance for a pod that was found unschedulable. */
    void activate(String uid) {
        synchronized (this) {
            Waiting known = pods.get(uid);
            if (known == null || known.state != State.UNSCHEDULABLE) {
                return;
            }
            wake(known, "ForceActivate");
        }
        onAvailable.run();
    }

    private void overdue(String uid, int attempt) {
        synchronized (this) {
            Waiting known = pods.get(uid);
            if (known == null || known.state != State.UNSCHEDULABLE || known.attempts != attempt) {
                return;
            }
            wake(known, "UnschedulableTimeout");
        }
        onAvailable.run();
    }

    /** Something happened in the cluster. */
    void onEvent(ClusterEvent event) {
        boolean woken = false;
        synchronized (this) {
            tried.forEach(waiting -> waiting.missed.add(event));
            for (Waiting waiting : List.copyOf(unschedulable)) {
                if (concerns(waiting, event)) {
                    wake(waiting, event.label());
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

    private void wake(Waiting waiting, String event) {
        unschedulable.remove(waiting);
        if (remainingBackoff(waiting).isZero()) {
            activate(waiting, event);
        } else {
            backOff(waiting, event);
        }
    }

    private void activate(Waiting waiting, String event) {
        waiting.state = State.ACTIVE;
        active.add(waiting);
        observer.queued("active", event);
    }

    private void backOff(Waiting waiting, String event) {
        waiting.state = State.BACKOFF;
        observer.queued("backoff", event);
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
            activate(known, "BackoffComplete");
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

    /** Pods that wait, in whatever way; those with gates are not counted. */
    synchronized int size() {
        return pods.size();
    }

    synchronized int unschedulableCount() {
        return unschedulable.size();
    }

    synchronized int backoffCount() {
        return count(State.BACKOFF);
    }

    synchronized int gatedCount() {
        return gated.size();
    }

    private int count(State state) {
        return (int)
                pods.values().stream().filter(waiting -> waiting.state == state).count();
    }
}
