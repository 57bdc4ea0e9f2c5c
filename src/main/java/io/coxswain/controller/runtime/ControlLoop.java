package io.coxswain.controller.runtime;

import io.coxswain.client.Informer;
import io.coxswain.client.Key;
import io.coxswain.client.QueueWorkers;
import io.coxswain.client.RateMeter;
import io.coxswain.client.RecentDurations;
import io.coxswain.client.Timers;
import io.coxswain.client.Workqueue;
import io.coxswain.client.WorkqueueObserver;
import io.coxswain.meta.ApiException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Runs one reconciler: keys wait in the queue, a timer runs a worker when there are keys and a free slot. Thread-safe. */
final class ControlLoop {
    private static final System.Logger LOG = System.getLogger(ControlLoop.class.getName());
    private static final Duration SYNC_CHECK = Duration.ofMillis(50);
    private static final int SYNC_CHECKS_BEFORE_WARNING = 1200;

    private final Reconciler reconciler;
    private final Timers timers;
    private final Clock clock;
    private final Clock steady;
    private final BooleanSupplier leader;
    private final Workqueue<Key> queue;
    private final QueueWorkers<Key> workers;
    private final List<Informer<?>> informers = new ArrayList<>();
    private final Map<Key, Instant> busy = new HashMap<>();
    private final RateMeter rate = new RateMeter();
    private final RecentDurations durations = new RecentDurations();
    private int syncChecks;
    private long reconciled;
    private long failed;
    private boolean synced;
    private boolean stopped;
    private Optional<LoopHealth.Failure> lastError = Optional.empty();

    ControlLoop(
            Reconciler reconciler,
            Timers timers,
            Clock clock,
            BooleanSupplier leader,
            WorkqueueObserver.Maker observers) {
        this.reconciler = reconciler;
        this.timers = timers;
        this.clock = clock;
        this.steady = timers.steady();
        this.leader = leader;
        this.queue = new Workqueue<>(timers);
        this.queue.observe(observers.observe(reconciler.queueName(), queue));
        this.workers = new QueueWorkers<>(queue, timers, reconciler.workers(), this::mayWork, this::reconcile);
        this.queue.onAvailable(workers::kick);
    }

    String name() {
        return reconciler.name();
    }

    Workqueue<Key> queue() {
        return queue;
    }

    Clock steady() {
        return steady;
    }

    synchronized void uses(Informer<?> informer) {
        informers.add(informer);
    }

    void every(Duration period, Supplier<Collection<Key>> keys) {
        timers.after(period, () -> {
            if (!isStopped()) {
                try {
                    if (leader.getAsBoolean()) {
                        keys.get().forEach(queue::add);
                    }
                } finally {
                    every(period, keys);
                }
            }
        });
    }

    /** Waits for the caches, then works. */
    void start() {
        boolean ready;
        int checks;
        synchronized (this) {
            if (stopped) {
                return;
            }
            ready = informers.stream().allMatch(Informer::hasSynced);
            synced = ready;
            checks = ++syncChecks;
        }
        if (ready) {
            kick();
            return;
        }
        if (checks % SYNC_CHECKS_BEFORE_WARNING == 0) {
            LOG.log(Level.WARNING, "event=caches-not-synced controller=" + name());
        }
        timers.after(SYNC_CHECK, this::start);
    }

    void stop() {
        synchronized (this) {
            stopped = true;
        }
        queue.close();
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /** Starts workers for the keys that wait, as many as there are slots. */
    void kick() {
        workers.kick();
    }

    private synchronized boolean mayWork() {
        return synced && !stopped && leader.getAsBoolean();
    }

    private void reconcile(Key key) {
        synchronized (this) {
            busy.put(key, steady.instant());
        }
        Optional<Exception> failure = Optional.empty();
        try {
            Result result = reconciler.reconcile(key);
            queue.forget(key);
            result.requeueAfter().ifPresent(delay -> queue.addAfter(key, delay));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = Optional.of(e);
        } catch (Exception e) {
            failure = Optional.of(e);
        } finally {
            count(key, failure);
            if (failure.isPresent()) {
                reconciler
                        .retryAfter()
                        .ifPresentOrElse(delay -> queue.retryAfter(key, delay), () -> queue.addRateLimited(key));
            }
            queue.done(key);
        }
    }

    private void count(Key key, Optional<Exception> failure) {
        Instant now = steady.instant();
        synchronized (this) {
            Instant since = busy.remove(key);
            if (since != null) {
                durations.add(Duration.between(since, now));
            }
            reconciled++;
            rate.count(now);
            if (failure.isPresent()) {
                failed++;
                lastError = Optional.of(new LoopHealth.Failure(
                        key.toString(), String.valueOf(failure.get().getMessage()), clock.instant()));
            }
        }
        failure.ifPresent(e -> log(key, e));
    }

    /** A lost race is daily work; what the API refused is told without a stack; anything else is a fault of ours. */
    private void log(Key key, Exception e) {
        String line = "event=reconcile-failed controller=" + name() + " key=" + key;
        if (e instanceof ApiException api) {
            Level level = api.isConflict() || api.isNotFound() ? Level.DEBUG : Level.WARNING;
            LOG.log(level, line + " error=" + api.getMessage());
        } else if (e instanceof ReconcileException) {
            LOG.log(Level.WARNING, line + " error=" + e.getMessage());
        } else {
            LOG.log(Level.ERROR, line, e);
        }
    }

    synchronized LoopHealth health() {
        Instant now = steady.instant();
        Duration longest = busy.values().stream()
                .map(since -> Duration.between(since, now))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        return new LoopHealth(
                name(),
                synced,
                queue.depth(),
                busy.size(),
                reconciled,
                failed,
                queue.failing(),
                queue.retries(),
                rate.perMinute(now),
                durations.p99(),
                lastError,
                longest);
    }
}
