package io.coxswain.node.simulated;

import io.coxswain.client.ApiClients;
import io.coxswain.client.Informers;
import io.coxswain.client.Timers;
import io.coxswain.client.WorkqueueObserver;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;

/** The simulated nodes as a CDI bean. */
@ApplicationScoped
public class SimulatedNodesBeans {
    @Produces
    @Singleton
    SimulatedNodes nodes(
            ApiClients clients, Informers informers, Timers timers, Clock clock, WorkqueueObserver.Maker observers) {
        return new SimulatedNodes(clients, informers, timers, clock, "coxswain_" + UUID.randomUUID(), observers);
    }
}
