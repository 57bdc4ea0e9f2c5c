package io.coxswain.bootstrap;

import io.coxswain.network.allocator.ServiceAllocation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** Waits until the addresses of all stored Services are known, so that none is given out twice. */
@ApplicationScoped
public class ServiceAllocationPhase implements StartPhase {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(5);

    @Inject
    private ServiceAllocation allocation;

    @Inject
    private Clock clock;

    /** For the container, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public ServiceAllocationPhase() {}

    @Override
    public String name() {
        return "service-allocation";
    }

    @Override
    public int order() {
        return API + 60;
    }

    @Override
    public void start() {
        Instant end = clock.instant().plus(LIMIT);
        while (!allocation.isReady()) {
            if (clock.instant().isAfter(end)) {
                throw new IllegalStateException("the services could not be listed within " + LIMIT);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }
}
