package io.coxswain.scheduler;

import io.coxswain.client.ApiClient;
import io.coxswain.client.ApiEventRecorder;
import io.coxswain.client.Informer;
import io.coxswain.client.Informers;
import io.coxswain.client.LeaderLease;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.Timers;
import io.coxswain.meta.ApiException;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.fabric8.kubernetes.api.model.Namespace;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The scheduler of this server: works while it holds the lease {@code kube-system/kube-scheduler}. One cycle runs at a
 * time; bindings are written beside it. Bootstrap starts and stops it. Thread-safe.
 */
public final class Scheduler {
    /** The lease, and the user name behind {@code system:}. */
    public static final String NAME = "kube-scheduler";

    private static final System.Logger LOG = System.getLogger(Scheduler.class.getName());
    private static final Duration SYNC_CHECK = Duration.ofMillis(50);
    private static final int PODS_PER_RUN = 64;

    private final Informers informers;
    private final Timers timers;
    private final Clock clock;
    private final LeaderLease lease;
    private final Binder binder;
    private final ClusterCache cache = new ClusterCache();
    private final SchedulingQueue queue;
    private final SchedulingCycle cycle;
    private List<Informer<?>> caches = List.of();
    private boolean started;
    private boolean synced;
    private boolean running;
    private volatile boolean stopped;
    private long scheduled;
    private long failed;
    private Optional<String> lastError = Optional.empty();
    private Instant busySince = Instant.MAX;

    /**
     * @param client acts as {@code system:kube-scheduler}
     * @param identity unique for this server
     * @param random chooses among nodes that are equally good
     */
    public Scheduler(
            ApiClient client,
            Informers informers,
            Timers timers,
            Clock clock,
            String identity,
            RandomGenerator random) {
        this.informers = informers;
        this.timers = timers;
        this.clock = clock;
        this.lease = new LeaderLease(client, NAME, identity, timers, clock, this::kick);
        this.binder =
                new Binder(client, new ApiEventRecorder(client, DefaultProfile.NAME, "", timers::now, clock), clock);
        DefaultProfile profile = DefaultProfile.create(new DefaultSelectors(informers)::of);
        this.cycle = new SchedulingCycle(profile, random);
        this.queue = new SchedulingQueue(
                timers,
                clock,
                (plugin, event) -> profile.filters().stream()
                        .anyMatch(filter -> filter.name().equals(plugin)
                                && filter.wakeUpOn().contains(event)),
                this::kick);
    }

    /** Starts to watch and competes for the lease; returns at once. Does nothing the second time. */
    public void start() {
        synchronized (this) {
            if (started) {
                return;
            }
            started = true;
            caches = List.of(
                    informers.informer(ResourceTypes.SERVICES),
                    informers.informer(ResourceTypes.REPLICA_SETS),
                    informers.informer(ResourceTypes.NAMESPACES),
                    informers.informer(ResourceTypes.NODES),
                    informers.informer(ResourceTypes.PODS));
        }
        ClusterEvents events = new ClusterEvents(cache, queue);
        informers.informer(ResourceTypes.NODES).addHandler(events.nodes());
        informers.informer(ResourceTypes.PODS).addHandler(events.pods());
        waitForCaches();
        lease.start();
    }

    private void waitForCaches() {
        if (stopped) {
            return;
        }
        boolean ready;
        synchronized (this) {
            ready = caches.stream().allMatch(Informer::hasSynced);
            synced = ready;
        }
        if (ready) {
            kick();
        } else {
            timers.after(SYNC_CHECK, this::waitForCaches);
        }
    }

    /** Stops between pods and gives the lease up. */
    public void stop() {
        stopped = true;
        lease.stop();
    }

    private void kick() {
        synchronized (this) {
            if (!synced || running || stopped || !lease.isLeader() || queue.activeCount() == 0) {
                return;
            }
            running = true;
        }
        timers.now(this::run);
    }

    private void run() {
        try {
            for (int i = 0; i < PODS_PER_RUN && !stopped && lease.isLeader(); i++) {
                Optional<PodInfo> next = queue.poll();
                if (next.isEmpty()) {
                    break;
                }
                tryToPlace(next.get());
            }
        } finally {
            synchronized (this) {
                running = false;
                busySince = Instant.MAX;
            }
            kick();
        }
    }

    private void tryToPlace(PodInfo pod) {
        synchronized (this) {
            busySince = clock.instant();
        }
        if (cache.isPlaced(pod.uid())) {
            queue.placed(pod.uid());
            return;
        }
        try {
            SchedulingCycle.Outcome outcome = cycle.run(pod, snapshot());
            if (outcome instanceof SchedulingCycle.Outcome.Placed placed) {
                String node = placed.node().name();
                cache.assume(pod, node);
                queue.placed(pod.uid());
                timers.now(() -> bind(pod, node));
            } else if (outcome instanceof SchedulingCycle.Outcome.Unschedulable refused) {
                queue.unschedulable(pod.uid(), refused.rejectedBy());
                count(false, Optional.empty());
                binder.explain(pod, "Unschedulable", refused.message());
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "event=scheduling-failed pod=" + pod.namespace() + "/" + pod.name(), e);
            count(false, Optional.of(String.valueOf(e.getMessage())));
            queue.failed(pod);
            binder.explain(pod, "SchedulerError", "running the scheduling cycle: " + e);
        }
    }

    private Snapshot snapshot() {
        Map<String, Map<String, String>> labels = new HashMap<>();
        for (Namespace namespace :
                informers.informer(ResourceTypes.NAMESPACES).lister().list("")) {
            Map<String, String> own = namespace.getMetadata().getLabels();
            labels.put(namespace.getMetadata().getName(), own == null ? Map.of() : own);
        }
        return cache.snapshot(labels);
    }

    private void bind(PodInfo pod, String node) {
        try {
            binder.bind(pod, node);
            count(true, Optional.empty());
        } catch (ApiException e) {
            cache.forget(pod.uid());
            // A pod that is gone or bound needs nothing more: its informer event tells or has told.
            boolean settled = e.isNotFound() || cache.isPlaced(pod.uid());
            if (!settled) {
                LOG.log(
                        Level.WARNING,
                        "event=binding-failed pod=" + pod.namespace() + "/" + pod.name() + " error=" + e.getMessage());
                count(false, Optional.of(String.valueOf(e.getMessage())));
                queue.failed(pod);
                binder.explain(pod, "SchedulerError", "binding rejected: " + e.getMessage());
            }
        }
    }

    private synchronized void count(boolean success, Optional<String> error) {
        scheduled += success ? 1 : 0;
        failed += success ? 0 : 1;
        lastError = error.isPresent() ? error : lastError;
    }

    public boolean isLeader() {
        return lease.isLeader();
    }

    /**
     * How the scheduler fares.
     *
     * @param waiting pods without a node, in whatever part of the queue
     * @param unschedulable those of them that no node fits
     * @param scheduled pods bound since the start
     * @param failed tries that bound nothing
     * @param lastError the newest fault; that no node fits is none
     * @param busyFor how long the cycle in progress has taken
     */
    public record Health(
            boolean synced,
            int waiting,
            int unschedulable,
            long scheduled,
            long failed,
            Optional<String> lastError,
            Duration busyFor) {}

    public synchronized Health health() {
        Duration busy = busySince.equals(Instant.MAX) ? Duration.ZERO : Duration.between(busySince, clock.instant());
        return new Health(synced, queue.size(), queue.unschedulableCount(), scheduled, failed, lastError, busy);
    }
}
