package io.coxswain.node.probe;

import io.coxswain.node.probe.Prober.Outcome;
import io.coxswain.node.probe.Prober.Verdict;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the probes of a node's containers, each on its own period, and keeps the results. A container is known from
 * {@link #watch} to {@link #retain} without it.
 */
public final class ContainerProbes implements ProbeResults {

    private static final System.Logger LOG = System.getLogger(ContainerProbes.class.getName());

    private final Prober prober;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final Executor executor;
    private final Map<String, Watched> watched = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public ContainerProbes(Prober prober, Clock clock, ScheduledExecutorService timer, Executor executor) {
        this.prober = prober;
        this.clock = clock;
        this.timer = timer;
        this.executor = executor;
    }

    /** Told about results; called on probe threads. */
    public interface Listener {
        /** A result changed: look at the pod again. */
        void changed();

        /** An event of reason Unhealthy. */
        void unhealthy(String message);
    }

    private enum Kind {
        STARTUP("Startup"),
        LIVENESS("Liveness"),
        READINESS("Readiness");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    private static final class Watched {
        private final String podUid;
        private final Map<Kind, Worker> workers = new EnumMap<>(Kind.class);

        Watched(String podUid) {
            this.podUid = podUid;
        }
    }

    /** Begins to probe a running container; does nothing if it is known already. */
    public void watch(String podUid, String id, Container container, String podIp, Instant started, Listener listener) {
        watched.computeIfAbsent(id, key -> {
            Watched one = new Watched(podUid);
            add(one, Kind.STARTUP, container.getStartupProbe(), id, container, podIp, started, listener);
            add(one, Kind.LIVENESS, container.getLivenessProbe(), id, container, podIp, started, listener);
            add(one, Kind.READINESS, container.getReadinessProbe(), id, container, podIp, started, listener);
            Worker startup = one.workers.get(Kind.STARTUP);
            if (startup != null) {
                // Its success starts the others.
                startup.schedule(startup.firstDelay());
            } else {
                one.workers.values().forEach(w -> w.schedule(w.firstDelay()));
            }
            return one;
        });
    }

    private void add(
            Watched to,
            Kind kind,
            @Nullable Probe probe,
            String id,
            Container container,
            String podIp,
            Instant started,
            Listener listener) {
        if (probe != null) {
            to.workers.put(kind, new Worker(to, kind, probe, id, container, podIp, started, listener));
        }
    }

    /** Forgets the pod's containers except these. */
    public void retain(String podUid, Set<String> ids) {
        watched.entrySet().removeIf(e -> {
            boolean drop = e.getValue().podUid.equals(podUid) && !ids.contains(e.getKey());
            if (drop) {
                e.getValue().workers.values().forEach(w -> w.stopped = true);
            }
            return drop;
        });
    }

    /** The pod is being deleted: only readiness still matters. */
    public void terminating(String podUid) {
        watched.values().stream().filter(w -> w.podUid.equals(podUid)).forEach(w -> {
            for (Kind kind : List.of(Kind.STARTUP, Kind.LIVENESS)) {
                Worker worker = w.workers.get(kind);
                if (worker != null) {
                    worker.stopped = true;
                }
            }
        });
    }

    public void close() {
        closed = true;
        watched.clear();
    }

    @Override
    public Result startup(String id) {
        return result(id, Kind.STARTUP, Result.UNKNOWN);
    }

    @Override
    public Result liveness(String id) {
        return result(id, Kind.LIVENESS, Result.SUCCESS);
    }

    @Override
    public Result readiness(String id) {
        return result(id, Kind.READINESS, Result.FAILURE);
    }

    private Result result(String id, Kind kind, Result initial) {
        Watched one = watched.get(id);
        if (one == null) {
            return Result.UNKNOWN;
        }
        Worker worker = one.workers.get(kind);
        if (worker == null) {
            return Result.SUCCESS;
        }
        return worker.result == Result.UNKNOWN ? initial : worker.result;
    }

    private final class Worker implements Runnable {
        private final Watched owner;
        private final Kind kind;
        private final Probe probe;
        private final String id;
        private final Container container;
        private final String podIp;
        private final Instant started;
        private final Listener listener;
        private final long period;
        private volatile Result result = Result.UNKNOWN;
        private volatile boolean stopped;
        private Verdict last = Verdict.ERROR;
        private int run;

        Worker(
                Watched owner,
                Kind kind,
                Probe probe,
                String id,
                Container container,
                String podIp,
                Instant started,
                Listener listener) {
            this.owner = owner;
            this.kind = kind;
            this.probe = probe;
            this.id = id;
            this.container = container;
            this.podIp = podIp;
            this.started = started;
            this.listener = listener;
            this.period = TimeUnit.SECONDS.toMillis(probe.getPeriodSeconds() == null ? 10 : probe.getPeriodSeconds());
        }

        private long firstDelay() {
            int seconds = probe.getInitialDelaySeconds() == null ? 0 : probe.getInitialDelaySeconds();
            long due = Duration.between(clock.instant(), started.plusSeconds(seconds))
                    .toMillis();
            return Math.max(0, due);
        }

        private void schedule(long delayMillis) {
            if (!stopped && !closed) {
                timer.schedule(() -> executor.execute(this), delayMillis, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void run() {
            if (stopped || closed) {
                return;
            }
            try {
                take(prober.probe(probe, container, id, podIp));
            } catch (RuntimeException e) {
                if (closed) {
                    return;
                }
                LOG.log(System.Logger.Level.WARNING, "probe failed unexpectedly container=" + id, e);
                schedule(period);
            }
        }

        private void take(Outcome outcome) {
            if (stopped || closed) {
                return;
            }
            if (outcome.verdict() == Verdict.ERROR) {
                listener.unhealthy(kind.text + " probe errored and resulted in unknown state: " + outcome.output());
                schedule(period);
                return;
            }
            if (outcome.verdict() == Verdict.FAILURE) {
                listener.unhealthy(kind.text + " probe failed: " + outcome.output());
            }
            run = outcome.verdict() == last ? run + 1 : 1;
            last = outcome.verdict();
            int needed = outcome.verdict() == Verdict.SUCCESS
                    ? probe.getSuccessThreshold() == null ? 1 : probe.getSuccessThreshold()
                    : probe.getFailureThreshold() == null ? 3 : probe.getFailureThreshold();
            Result now = outcome.verdict() == Verdict.SUCCESS ? Result.SUCCESS : Result.FAILURE;
            if (run >= needed && now != result) {
                result = now;
                if (kind == Kind.STARTUP && now == Result.SUCCESS) {
                    owner.workers.values().stream().filter(w -> w != this).forEach(w -> w.schedule(w.firstDelay()));
                }
                listener.changed();
            }
            boolean done = kind == Kind.STARTUP && result == Result.SUCCESS;
            // After a failed liveness or startup probe this container will be killed; there is nothing left to ask it.
            boolean hold = kind != Kind.READINESS && result == Result.FAILURE;
            if (!done && !hold) {
                schedule(period);
            }
        }
    }
}
