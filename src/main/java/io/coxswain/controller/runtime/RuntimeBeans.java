package io.coxswain.controller.runtime;

import io.coxswain.client.ApiClients;
import io.coxswain.client.Informers;
import io.coxswain.client.ServerIdentity;
import io.coxswain.client.Timers;
import io.coxswain.client.WorkqueueObserver;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The runtime as a CDI bean, with every {@link Reconciler} bean there is. */
@ApplicationScoped
public class RuntimeBeans {
    @Produces
    @Singleton
    ControllerRuntime runtime(
            Instance<Reconciler> reconcilers,
            ApiClients clients,
            Informers informers,
            Timers timers,
            Clock clock,
            ServerIdentity identity,
            WorkqueueObserver.Maker observers) {
        return new ControllerRuntime(reconcilers, clients, informers, timers, clock, identity.value(), observers);
    }
}
