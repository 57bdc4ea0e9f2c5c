package io.coxswain.bootstrap;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClients;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.servicecidr.DefaultServiceCidr;
import io.coxswain.controller.servicecidr.ServiceRanges;
import io.coxswain.network.allocator.ServiceAllocation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes the range that addresses of Services come from, and waits until those that are taken are known, so that none is
 * given out twice.
 */
@ApplicationScoped
public class ServiceAllocationPhase implements StartPhase {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(5);

    @Inject
    private ServiceAllocation allocation;

    @Inject
    private ServiceRanges ranges;

    @Inject
    private ApiClients clients;

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
        new DefaultServiceCidr(ranges, clock)
                .ensure(clients.as(UserInfo.API_SERVER, "kube-apiserver").resource(ResourceTypes.SERVICE_CIDRS));
        Instant end = clock.instant().plus(LIMIT);
        while (!allocation.isReady()) {
            if (clock.instant().isAfter(end)) {
                throw new IllegalStateException("the services could not be listed within " + LIMIT);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }
}
