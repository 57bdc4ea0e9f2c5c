package io.coxswain.client;

import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * Leadership by a Lease in {@code kube-system}, with upstream's times: 15 s until another may take it, 10 s to renew it,
 * a try every 2 s. Whether a lease has run out, a stranger's or its own, is judged by the time that has passed here since it
 * changed, not by anybody's clock: clocks differ, and jump. Thread-safe.
 */
public final class LeaderLease {
    public static final Duration LEASE_DURATION = Duration.ofSeconds(15);
    public static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
    public static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger(LeaderLease.class.getName());
    private static final String NAMESPACE = "kube-system";

    private final ResourceClient<Lease> leases;
    private final String name;
    private final String identity;
    private final Timers timers;
    private final Clock clock;
    private final Clock steady;
    private final Runnable onGained;
    private boolean running;
    private String observedRecord = "";
    private Instant observedAt = Instant.MIN;
    private volatile Instant leaderUntil = Instant.MIN;
    private volatile int term;

    /**
     * @param identity unique for this process
     * @param onGained runs when leadership is won; its loss shows in {@link #isLeader}
     */
    public LeaderLease(ApiClient client, String name, String identity, Timers timers, Clock clock, Runnable onGained) {
        this.leases = client.resource(ResourceTypes.LEASES);
        this.name = name;
        this.identity = identity;
        this.timers = timers;
        this.clock = clock;
        this.steady = timers.steady();
        this.onGained = onGained;
    }

    public synchronized void start() {
        if (!running) {
            running = true;
            timers.now(this::tick);
        }
    }

    /** Gives the lease up at once, so that another need not wait. */
    public void stop() {
        boolean held;
        synchronized (this) {
            running = false;
            held = isLeader();
            leaderUntil = Instant.MIN;
        }
        if (held) {
            release();
        }
    }

    /** Whether this process may act as the leader at this moment. Cheap. */
    public boolean isLeader() {
        return steady.instant().isBefore(leaderUntil);
    }

    /** How often this process has won the lease; grows before {@link #isLeader} turns true. */
    public int term() {
        return term;
    }

    private void tick() {
        synchronized (this) {
            if (!running) {
                return;
            }
        }
        boolean before = isLeader();
        boolean gained = false;
        try {
            gained = acquireOrRenew();
        } catch (ApiException e) {
            LOG.log(Level.DEBUG, () -> "event=lease-not-renewed lease=" + name + " error=" + e.getMessage());
        } finally {
            timers.after(RETRY_PERIOD, this::tick);
        }
        if (gained && isLeader()) {
            LOG.log(Level.INFO, "event=leader-elected lease=" + name + " identity=" + identity);
            onGained.run();
        } else if (before && !isLeader()) {
            LOG.log(Level.WARNING, "event=leadership-lost lease=" + name + " identity=" + identity);
        }
    }

    /** Whether this process leads now and did not before: a renewal that took too long is a gain as well. */
    private boolean acquireOrRenew() {
        Instant begun = steady.instant();
        Instant start = clock.instant();
        Optional<Lease> found = leases.find(NAMESPACE, name);
        if (found.isEmpty()) {
            leases.create(new LeaseBuilder()
                    .withNewMetadata()
                    .withNamespace(NAMESPACE)
                    .withName(name)
                    .endMetadata()
                    .withSpec(spec(start, start, 0))
                    .build());
            return renewed(begun);
        }
        Lease lease = found.get();
        LeaseSpec old = lease.getSpec() == null ? new LeaseSpec() : lease.getSpec();
        String holder = old.getHolderIdentity() == null ? "" : old.getHolderIdentity();
        boolean ours = holder.equals(identity);
        if (!ours && !holder.isEmpty() && !hasRunOut(old, begun)) {
            leaderUntil = Instant.MIN;
            return false;
        }
        int transitions = old.getLeaseTransitions() == null ? 0 : old.getLeaseTransitions();
        ZonedDateTime acquired = old.getAcquireTime();
        Instant since = ours && acquired != null ? acquired.toInstant() : start;
        leases.update(new LeaseBuilder(lease)
                .withSpec(spec(since, start, ours ? transitions : transitions + 1))
                .build());
        return renewed(begun);
    }

    private synchronized boolean hasRunOut(LeaseSpec lease, Instant now) {
        String record = lease.getHolderIdentity() + "@" + lease.getRenewTime();
        if (!record.equals(observedRecord)) {
            observedRecord = record;
            observedAt = now;
        }
        return now.isAfter(observedAt.plus(LEASE_DURATION));
    }

    private synchronized boolean renewed(Instant begun) {
        if (!running) {
            return false;
        }
        // Whoever asked since the last renewal ran out was told no, and waits to be called.
        boolean lapsed = !isLeader();
        if (lapsed) {
            term++;
        }
        leaderUntil = begun.plus(RENEW_DEADLINE);
        return lapsed;
    }

    private LeaseSpec spec(Instant acquired, Instant renewed, int transitions) {
        LeaseSpec spec = new LeaseSpec();
        spec.setHolderIdentity(identity);
        spec.setLeaseDurationSeconds((int) LEASE_DURATION.toSeconds());
        spec.setAcquireTime(acquired.atZone(ZoneOffset.UTC));
        spec.setRenewTime(renewed.atZone(ZoneOffset.UTC));
        spec.setLeaseTransitions(transitions);
        return spec;
    }

    private void release() {
        try {
            Lease lease = leases.get(NAMESPACE, name);
            if (lease.getSpec() != null && identity.equals(lease.getSpec().getHolderIdentity())) {
                LeaseSpec freed = lease.getSpec();
                freed.setHolderIdentity("");
                freed.setLeaseDurationSeconds(1);
                freed.setRenewTime(clock.instant().atZone(ZoneOffset.UTC));
                leases.update(lease);
            }
        } catch (ApiException e) {
            LOG.log(Level.WARNING, () -> "event=lease-not-released lease=" + name + " error=" + e.getMessage());
        }
    }
}
