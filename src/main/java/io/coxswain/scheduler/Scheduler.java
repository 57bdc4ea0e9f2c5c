package io.coxswain.scheduler;

import io.coxswain.client.ApiClient;
import io.coxswain.client.ApiEventRecorder;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Informer;
import io.coxswain.client.Informers;
import io.coxswain.client.LeaderLease;
import io.coxswain.client.ResourceType;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.Timers;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.VolumeObjects;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The scheduler of this server: works while it holds the lease {@code kube-system/kube-scheduler}. One cycle runs at a
 * time; bindings are written beside it. Bootstrap starts and stops it. Thread-safe.
 */
public final class Scheduler {
    /** The lease, and the user name behind {@code system:}. */
    public static final String NAME = "kube-scheduler";

    private static final Duration SYNC_CHECK = Duration.ofMillis(50);
    private static final int PODS_PER_RUN = 64;

    private final Informers informers;
    private final Timers timers;
    private final Clock steady;
    private final LeaderLease lease;
    private final ClusterCache cache = new ClusterCache();
    private final Nominations nominations = new Nominations();
    private final Map<String, Profile> profiles;
    private final SchedulingQueue queue;
    private final PodPlacement placement;
    private List<Informer<?>> caches = List.of();
    private boolean started;
    private boolean synced;
    private boolean running;
    private volatile boolean stopped;
    private Instant busySince = Instant.MAX;

    /**
     * @param client acts as {@code system:kube-scheduler}
     * @param identity unique for this server
     * @param random chooses among nodes that are equally good
     * @param specs profiles besides the default one, or in its place
     */
    public Scheduler(
            ApiClient client,
            Informers informers,
            Timers timers,
            Clock clock,
            String identity,
            RandomGenerator random,
            List<ProfileSpec> specs) {
        this.informers = informers;
        this.timers = timers;
        this.steady = timers.steady();
        this.lease = new LeaderLease(client, NAME, identity, timers, clock, this::kick);
        InformerVolumes volumes = new InformerVolumes(informers);
        this.profiles = profiles(specs, new DefaultSelectors(informers)::of, volumes);
        Map<String, EventRecorder> recorders = new HashMap<>();
        profiles.keySet()
                .forEach(name -> recorders.put(name, new ApiEventRecorder(client, name, "", timers::now, clock)));
        Binder binder = new Binder(client, name -> Objects.requireNonNull(recorders.get(name), name), clock);
        List<FilterPlugin> filters =
                Objects.requireNonNull(profiles.get(Profile.DEFAULT)).filters();
        this.queue = new SchedulingQueue(
                timers,
                (plugin, event) -> filters.stream()
                        .anyMatch(filter -> filter.name().equals(plugin)
                                && filter.wakeUpOn().contains(event)),
                this::kick);
        this.placement = new PodPlacement(
                informers,
                timers,
                clock,
                profiles,
                cache,
                queue,
                nominations,
                binder,
                volumes,
                new VolumeBinder(client, volumes, timers),
                random);
    }

    private static Map<String, Profile> profiles(
            List<ProfileSpec> specs, Function<PodInfo, Optional<LabelSelector>> selectors, VolumeObjects volumes) {
        Map<String, Profile> profiles = new HashMap<>();
        profiles.put(Profile.DEFAULT, Profile.create(ProfileSpec.DEFAULT, selectors, volumes));
        specs.forEach(spec -> profiles.put(spec.name(), Profile.create(spec, selectors, volumes)));
        return Map.copyOf(profiles);
    }

    /** Who hears what it does; one only. */
    public void observe(SchedulerObserver observer) {
        queue.observe(observer);
        placement.observe(observer);
    }

    /** Starts to watch and competes for the lease; returns at once. Does nothing the second time. */
    public void start() {
        synchronized (this) {
            if (started) {
                return;
            }
            started = true;
            caches = PodPlacement.needs(informers);
        }
        ClusterEvents events = new ClusterEvents(cache, queue, nominations, profiles::containsKey);
        informers.informer(ResourceTypes.NODES).addHandler(events.nodes());
        informers.informer(ResourceTypes.PODS).addHandler(events.pods());
        wakeOn(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, ClusterEvent.CLAIM_CHANGED);
        wakeOn(ResourceTypes.PERSISTENT_VOLUMES, ClusterEvent.VOLUME_CHANGED);
        wakeOn(ResourceTypes.STORAGE_CLASSES, ClusterEvent.STORAGE_CLASS_CHANGED);
        wakeOn(ResourceTypes.CSI_NODES, ClusterEvent.CSI_NODE_CHANGED);
        wakeOn(ResourceTypes.CSI_DRIVERS, ClusterEvent.STORAGE_CAPACITY_CHANGED);
        wakeOn(ResourceTypes.CSI_STORAGE_CAPACITIES, ClusterEvent.STORAGE_CAPACITY_CHANGED);
        waitForCaches();
        lease.start();
    }

    private <T> void wakeOn(ResourceType<T> type, ClusterEvent event) {
        informers.informer(type).addHandler(new Informer.Handler<>() {
            @Override
            public void onAdd(T object) {
                queue.onEvent(event);
            }

            @Override
            public void onUpdate(T old, T now) {
                queue.onEvent(event);
            }

            @Override
            public void onDelete(T last) {
                queue.onEvent(event);
            }
        });
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
                Optional<SchedulingQueue.Taken> next = queue.poll();
                if (next.isEmpty()) {
                    break;
                }
                synchronized (this) {
                    busySince = steady.instant();
                }
                placement.attempt(next.get());
            }
        } finally {
            synchronized (this) {
                running = false;
                busySince = Instant.MAX;
            }
            kick();
        }
    }

    public boolean isLeader() {
        return lease.isLeader();
    }

    /**
     * How the scheduler fares.
     *
     * @param waiting pods without a node, in whatever part of the queue
     * @param unschedulable those of them that no node fits
     * @param backingOff those of them that wait for their next try after a failure
     * @param gated pods besides them whose scheduling gates are not removed yet
     * @param scheduled pods bound since the start
     * @param failed tries that bound nothing
     * @param perMinute tries during the last minute
     * @param p99 within which time 99 of the last 100 tries were done
     * @param lastFault the newest fault; that no node fits is none
     * @param busyFor how long the cycle in progress has taken
     */
    public record Health(
            boolean synced,
            int waiting,
            int unschedulable,
            int backingOff,
            int gated,
            long scheduled,
            long failed,
            int perMinute,
            Duration p99,
            Optional<Fault> lastFault,
            Duration busyFor) {
        public Optional<String> lastError() {
            return lastFault.map(Fault::message);
        }
    }

    /** What went wrong with which pod ({@code namespace/name}), and when. */
    public record Fault(String pod, String message, Instant at) {}

    public synchronized Health health() {
        Duration busy = busySince.equals(Instant.MAX) ? Duration.ZERO : Duration.between(busySince, steady.instant());
        PodPlacement.Tally tally = placement.tally();
        return new Health(
                synced,
                queue.size(),
                queue.unschedulableCount(),
                queue.backoffCount(),
                queue.gatedCount(),
                tally.scheduled(),
                tally.failed(),
                tally.perMinute(),
                tally.p99(),
                tally.lastFault(),
                busy);
    }
}
