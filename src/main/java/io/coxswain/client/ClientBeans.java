package io.coxswain.client;

import io.coxswain.apiserver.ApiService;
import io.coxswain.apiserver.request.UserInfo;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.ScheduledExecutorService;

/** The clients of this process as CDI beans. */
@ApplicationScoped
public class ClientBeans {
    /**
     * The server's own identity, upstream's loopback client: authorization and admission read through these caches, so what
     * fills them cannot depend on roles that have to be read first. Writes run under each loop's own identity.
     */
    private static final UserInfo LOOPBACK = UserInfo.API_SERVER;

    @Resource(lookup = "concurrent/coxswain")
    @SuppressWarnings("NullAway.Init") // set by the container
    private ManagedExecutorService executor;

    @Produces
    @Singleton
    ApiClients apiClients(ApiService api) {
        return new InProcessApiClients(api, executor);
    }

    @Produces
    @Singleton
    Informers informers(ApiClients clients, ScheduledExecutorService scheduler) {
        // Not EJB timers: those do not run before the application has started, and the start waits for caches.
        Timers timers = new ExecutorTimers(scheduler);
        return new SharedInformers(clients.as(LOOPBACK, "kube-apiserver"), timers);
    }

    void stop(@Disposes Informers informers) {
        if (informers instanceof SharedInformers shared) {
            shared.close();
        }
    }
}
