package io.coxswain.controller.runtime;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ApiClients;
import io.coxswain.client.ApiEventRecorder;
import io.coxswain.client.Informers;
import io.coxswain.client.LeaderLease;
import io.coxswain.client.Timers;
import io.coxswain.client.WorkqueueObserver;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs all control loops of this server while it holds the lease {@code kube-system/kube-controller-manager}. Bootstrap
 * starts it once the API answers, and stops it before the API goes. Thread-safe.
 */
public final class ControllerRuntime {
    private static final String LEASE = "kube-controller-manager";

    private final Map<String, Reconciler> reconcilers = new LinkedHashMap<>();
    private final ApiClients clients;
    private final Informers informers;
    private final Timers timers;
    private final Clock clock;
    private final String identity;
    private final LeaderLease lease;
    private final WorkqueueObserver.Maker observers;
    private final List<ControlLoop> loops = new ArrayList<>();

    /**
     * @param identity unique for this server, such as host name and a random suffix
     * @throws IllegalStateException if two reconcilers have one name
     */
    public ControllerRuntime(
            Iterable<Reconciler> reconcilers,
            ApiClients clients,
            Informers informers,
            Timers timers,
            Clock clock,
            String identity) {
        this(reconcilers, clients, informers, timers, clock, identity, WorkqueueObserver.Maker.NONE);
    }

    /** @param observers hear of every loop's queue */
    public ControllerRuntime(
            Iterable<Reconciler> reconcilers,
            ApiClients clients,
            Informers informers,
            Timers timers,
            Clock clock,
            String identity,
            WorkqueueObserver.Maker observers) {
        this.observers = observers;
        for (Reconciler reconciler : reconcilers) {
            if (this.reconcilers.putIfAbsent(reconciler.name(), reconciler) != null) {
                throw new IllegalStateException("two controllers are named " + reconciler.name());
            }
        }
        this.clients = clients;
        this.informers = informers;
        this.timers = timers;
        this.clock = clock;
        this.identity = identity;
        ApiClient manager =
                clients.as(UserInfo.of("system:kube-controller-manager", UserInfo.GROUP_AUTHENTICATED), LEASE);
        this.lease = new LeaderLease(manager, LEASE, identity, timers, clock, this::kickAll);
    }

    /** Sets up every loop and competes for the lease; returns at once. Does nothing the second time. */
    public synchronized void start() {
        if (!loops.isEmpty()) {
            return;
        }
        for (Reconciler reconciler : reconcilers.values()) {
            ControlLoop loop = new ControlLoop(reconciler, timers, clock, lease::isLeader, observers);
            ApiClient client = clients.forController(reconciler.name());
            reconciler.setUp(new LoopWatches(
                    loop, informers, client, new ApiEventRecorder(client, reconciler.name(), "", timers::now, clock)));
            loops.add(loop);
        }
        loops.forEach(ControlLoop::start);
        lease.start();
    }

    /** Stops between keys and gives the lease up. */
    public void stop() {
        List<ControlLoop> running;
        synchronized (this) {
            running = List.copyOf(loops);
            loops.clear();
        }
        running.forEach(ControlLoop::stop);
        lease.stop();
    }

    /** As it stands in the lease while this server holds it. */
    public String identity() {
        return identity;
    }

    public boolean isLeader() {
        return lease.isLeader();
    }

    /** Every loop as it is now, in the order of their names. */
    public synchronized List<LoopHealth> health() {
        return loops.stream()
                .map(ControlLoop::health)
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }

    private void kickAll() {
        List<ControlLoop> running;
        synchronized (this) {
            running = List.copyOf(loops);
        }
        running.forEach(ControlLoop::kick);
    }
}
