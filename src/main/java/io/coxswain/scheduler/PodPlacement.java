package io.coxswain.scheduler;

import io.coxswain.client.Informer;
import io.coxswain.client.Informers;
import io.coxswain.client.RateMeter;
import io.coxswain.client.RecentDurations;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.Timers;
import io.coxswain.meta.ApiException;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.plugin.volumebinding.Choice;
import io.coxswain.scheduler.plugin.volumebinding.VolumeBinding;
import io.fabric8.kubernetes.api.model.Namespace;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Tries one pod at a time: a cycle, then either its binding, written beside the next cycles, or preemption, or an explanation.
 * One thread at a time calls {@link #attempt}.
 */
final class PodPlacement {
    private static final System.Logger LOG = System.getLogger(PodPlacement.class.getName());

    private final Informers informers;
    private final Timers timers;
    private final Clock clock;
    private final Map<String, Profile> profiles;
    private final ClusterCache cache;
    private final SchedulingQueue queue;
    private final Nominations nominations;
    private final Binder binder;
    private final InformerVolumes volumes;
    private final VolumeBinding volumeBinding;
    private final VolumeBinder volumeBinder;
    private final SchedulingCycle cycle;
    private final Preemption preemption;
    private volatile SchedulerObserver observer = SchedulerObserver.NONE;
    private long scheduled;
    private long failed;
    private final RateMeter rate = new RateMeter();
    private final RecentDurations durations = new RecentDurations();
    private Optional<Scheduler.Fault> lastFault = Optional.empty();

    PodPlacement(
            Informers informers,
            Timers timers,
            Clock clock,
            Map<String, Profile> profiles,
            ClusterCache cache,
            SchedulingQueue queue,
            Nominations nominations,
            Binder binder,
            InformerVolumes volumes,
            VolumeBinder volumeBinder,
            RandomGenerator random) {
        this.informers = informers;
        this.timers = timers;
        this.clock = clock;
        this.profiles = Map.copyOf(profiles);
        this.cache = cache;
        this.queue = queue;
        this.nominations = nominations;
        this.binder = binder;
        this.volumes = volumes;
        this.volumeBinding = new VolumeBinding(volumes);
        this.volumeBinder = volumeBinder;
        this.cycle = new SchedulingCycle(random);
        this.preemption = new Preemption(random);
    }

    void observe(SchedulerObserver listener) {
        observer = listener;
    }

    /** A try that is under way. */
    private record Attempt(SchedulingQueue.Taken taken, Profile profile, long begun) {
        PodInfo pod() {
            return taken.pod();
        }

        Duration took() {
            return Duration.ofNanos(System.nanoTime() - begun);
        }
    }

    /** Tries a pod that was taken from the queue. */
    void attempt(SchedulingQueue.Taken taken) {
        PodInfo pod = taken.pod();
        Profile profile = profiles.get(pod.schedulerName());
        if (profile == null || cache.isPlaced(pod.uid())) {
            queue.placed(pod.uid());
            return;
        }
        Attempt attempt = new Attempt(taken, profile, System.nanoTime());
        try {
            decide(attempt, snapshot());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "event=scheduling-failed pod=" + pod.namespace() + "/" + pod.name(), e);
            fail(attempt, "running the scheduling cycle: " + e, String.valueOf(e.getMessage()));
        }
    }

    private void decide(Attempt attempt, Snapshot snapshot) {
        PodInfo pod = attempt.pod();
        Optional<String> promised = nominations.nodeOf(pod.uid());
        SchedulingCycle.Outcome outcome =
                cycle.run(attempt.profile(), pod, snapshot, nominations.respectedBy(pod), promised);
        if (outcome instanceof SchedulingCycle.Outcome.Placed placed) {
            place(attempt, placed.node());
        } else if (outcome instanceof SchedulingCycle.Outcome.Unschedulable refused) {
            preempt(attempt, snapshot, refused, promised);
        } else {
            nominations.clear(pod.uid());
            refuse(attempt, "no nodes available to schedule pods", Set.of());
        }
    }

    private void place(Attempt attempt, NodeInfo node) {
        PodInfo pod = attempt.pod();
        if (pod.claims().isEmpty()) {
            assume(pod, node);
            timers.now(() -> bind(attempt, node.name()));
            return;
        }
        Choice choice = volumeBinding
                .choose(pod, node)
                .orElseThrow(() -> new IllegalStateException("the pod's claims changed while it was placed"));
        volumes.reserve(pod.uid(), choice, node.name());
        assume(pod, node);
        timers.now(() -> volumeBinder.bind(pod, node, choice, error -> {
            volumes.release(pod.uid());
            error.ifPresentOrElse(
                    why -> giveUp(attempt, "running PreBind plugin \"VolumeBinding\": binding volumes: " + why, why),
                    () -> bind(attempt, node.name()));
        }));
    }

    private void assume(PodInfo pod, NodeInfo node) {
        cache.assume(pod, node.name());
        nominations.clear(pod.uid());
        queue.placed(pod.uid());
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

    private void preempt(
            Attempt attempt,
            Snapshot snapshot,
            SchedulingCycle.Outcome.Unschedulable refused,
            Optional<String> promised) {
        PodInfo pod = attempt.pod();
        Diagnosis diagnosis = refused.diagnosis();
        String message = diagnosis.message(snapshot.nodes().size());
        observer.preemptionTried();
        Preemption.Decision decision = preemption.decide(
                pod,
                promised,
                snapshot,
                refused.filters(),
                diagnosis,
                informers
                        .informer(ResourceTypes.POD_DISRUPTION_BUDGETS)
                        .lister()
                        .list(""),
                clock.instant());
        if (decision instanceof Preemption.Decision.Preempt chosen) {
            nominations.set(pod, chosen.node().name());
            observer.preempting(chosen.victims().size());
            timers.now(() -> carryOut(attempt, chosen, message, diagnosis.rejectedBy()));
        } else if (decision instanceof Preemption.Decision.Refrain refrain) {
            if (!refrain.keepNomination()) {
                nominations.clear(pod.uid());
            }
            refuse(attempt, message + " preemption: " + refrain.message(), diagnosis.rejectedBy());
        }
    }

    private void refuse(Attempt attempt, String message, Set<String> rejectedBy) {
        PodInfo pod = attempt.pod();
        String nominated = nominations.nodeOf(pod.uid()).orElse("");
        queue.unschedulable(pod.uid(), rejectedBy);
        count("unschedulable", attempt, Optional.empty());
        binder.explain(pod, "Unschedulable", message, nominated);
    }

    /** The pod counts as being tried until all victims are told to go, so that it is not tried again meanwhile. */
    private void carryOut(Attempt attempt, Preemption.Decision.Preempt chosen, String message, Set<String> rejectedBy) {
        PodInfo pod = attempt.pod();
        String node = chosen.node().name();
        try {
            binder.explain(pod, "Unschedulable", message, node);
            for (PodInfo victim : chosen.victims()) {
                if (!victim.isBeingDeleted()) {
                    binder.preempt(victim, pod, node);
                }
            }
            for (PodInfo lower : nominations.lowerOn(node, pod.priority())) {
                nominations.clear(lower.uid());
                binder.withdrawNomination(lower);
                queue.activate(lower.uid());
            }
            count("unschedulable", attempt, Optional.empty());
            queue.unschedulable(pod.uid(), rejectedBy);
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    () -> "event=preemption-failed pod=" + pod.namespace() + "/" + pod.name() + " node=" + node
                            + " error=" + e.getMessage());
            count("error", attempt, Optional.of(String.valueOf(e.getMessage())));
            queue.failed(attempt.taken());
        }
    }

    private void bind(Attempt attempt, String node) {
        PodInfo pod = attempt.pod();
        try {
            binder.bind(pod, node);
            count("scheduled", attempt, Optional.empty());
            SchedulingQueue.Taken taken = attempt.taken();
            observer.bound(
                    taken.attempts(),
                    Duration.between(taken.since(), timers.steady().instant()));
        } catch (ApiException e) {
            if (e.isNotFound()) {
                cache.forget(pod.uid());
            } else {
                giveUp(attempt, "binding rejected: " + e.getMessage(), String.valueOf(e.getMessage()));
            }
        }
    }

    /** A pod that the API shows as bound by now, or that is gone, needs nothing more: its informer event has told. */
    private void giveUp(Attempt attempt, String message, String error) {
        PodInfo pod = attempt.pod();
        cache.forget(pod.uid());
        if (!cache.isPlaced(pod.uid()) && exists(pod)) {
            LOG.log(
                    Level.WARNING,
                    () -> "event=binding-failed pod=" + pod.namespace() + "/" + pod.name() + " error=" + error);
            fail(attempt, message, error);
            queue.onEvent(ClusterEvent.POD_REMOVED);
        }
    }

    /** Another pod of its name is not it. */
    private boolean exists(PodInfo pod) {
        return informers
                .informer(ResourceTypes.PODS)
                .lister()
                .get(pod.namespace(), pod.name())
                .filter(there -> there.getMetadata().getUid().equals(pod.uid()))
                .isPresent();
    }

    private void fail(Attempt attempt, String message, String error) {
        count("error", attempt, Optional.of(error));
        nominations.clear(attempt.pod().uid());
        queue.failed(attempt.taken());
        if (!exists(attempt.pod())) {
            // It went meanwhile, and whoever told the queue so came before it was there again.
            queue.remove(attempt.pod().uid());
        }
        binder.explain(attempt.pod(), "SchedulerError", message, "");
    }

    private void count(String result, Attempt attempt, Optional<String> error) {
        observer.attempted(attempt.profile().name(), result, attempt.took());
        synchronized (this) {
            boolean success = result.equals("scheduled");
            scheduled += success ? 1 : 0;
            failed += success ? 0 : 1;
            rate.count(clock.instant());
            durations.add(attempt.took());
            error.ifPresent(text -> lastFault = Optional.of(new Scheduler.Fault(
                    attempt.pod().namespace() + "/" + attempt.pod().name(), text, clock.instant())));
        }
    }

    /** Pods bound and tries that bound nothing, with the newest fault; that no node fits is none. */
    record Tally(long scheduled, long failed, int perMinute, Duration p99, Optional<Scheduler.Fault> lastFault) {}

    synchronized Tally tally() {
        return new Tally(scheduled, failed, rate.perMinute(clock.instant()), durations.p99(), lastFault);
    }

    /** The informers that must know everything before the first try. */
    static List<Informer<?>> needs(Informers informers) {
        return List.of(
                informers.informer(ResourceTypes.SERVICES),
                informers.informer(ResourceTypes.REPLICA_SETS),
                informers.informer(ResourceTypes.NAMESPACES),
                informers.informer(ResourceTypes.POD_DISRUPTION_BUDGETS),
                informers.informer(ResourceTypes.PERSISTENT_VOLUME_CLAIMS),
                informers.informer(ResourceTypes.PERSISTENT_VOLUMES),
                informers.informer(ResourceTypes.STORAGE_CLASSES),
                informers.informer(ResourceTypes.CSI_NODES),
                informers.informer(ResourceTypes.CSI_DRIVERS),
                informers.informer(ResourceTypes.CSI_STORAGE_CAPACITIES),
                informers.informer(ResourceTypes.NODES),
                informers.informer(ResourceTypes.PODS));
    }
}
