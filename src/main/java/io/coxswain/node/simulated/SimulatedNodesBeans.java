package io.coxswain.node.simulated;

import io.coxswain.client.ApiClients;
import io.coxswain.client.Informers;
import io.coxswain.client.ServerIdentity;
import io.coxswain.client.Timers;
import io.coxswain.client.WorkqueueObserver;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The simulated nodes as a CDI bean. */
@ApplicationScoped
public class SimulatedNodesBeans {
    @Produces
    @Singleton
    SimulatedNodes nodes(
            ApiClients clients,
            Informers informers,
            Timers timers,
            Clock clock,
            ServerIdentity identity,
            WorkqueueObserver.Maker observers) {
        return new SimulatedNodes(clients, informers, timers, clock, identity.value(), observers);
    }
}
