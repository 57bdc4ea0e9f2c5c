package io.coxswain.bootstrap;

import io.coxswain.bootstrap.pki.HostName;
import io.coxswain.client.ServerIdentity;
import io.coxswain.store.StoreSettings;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The clock and the timer threads of the server as CDI beans, so that nobody takes the time or a thread from elsewhere. */
@ApplicationScoped
public class ServerResources {
    @Resource(lookup = "concurrent/coxswain-scheduled")
    private @Nullable ManagedScheduledExecutorService scheduler;

    @Produces
    @Singleton
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    public ServerIdentity identity() {
        String host = HostName.get();
        return new ServerIdentity((host.isEmpty() ? "coxswain" : host) + "_" + UUID.randomUUID());
    }

    /** Leases and Events come and go by the thousand; upstream keeps no long history of them either. */
    @Produces
    @Singleton
    public StoreSettings storeSettings() {
        return StoreSettings.defaults(Set.of("events", "leases.coordination.k8s.io"));
    }

    @Produces
    @Singleton
    public ScheduledExecutorService scheduler() {
        ManagedScheduledExecutorService found = scheduler;
        if (found == null) {
            throw new IllegalStateException("the server injected no scheduled executor");
        }
        return found;
    }
}
