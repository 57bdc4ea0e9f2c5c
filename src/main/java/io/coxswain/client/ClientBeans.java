package io.coxswain.client;

import io.coxswain.apiserver.ApiService;
import io.coxswain.apiserver.request.UserInfo;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The clients of this process as CDI beans. */
@ApplicationScoped
public class ClientBeans {
    /** Upstream's controller manager reads everything; our loops write under identities of their own. */
    private static final UserInfo CONTROLLER_MANAGER =
            UserInfo.of("system:kube-controller-manager", UserInfo.GROUP_AUTHENTICATED);

    @Resource
    @SuppressWarnings("NullAway.Init") // set by the container
    private ManagedExecutorService executor;

    @Produces
    @Singleton
    ApiClients apiClients(ApiService api) {
        return new InProcessApiClients(api, executor);
    }

    @Produces
    @Singleton
    Informers informers(ApiClients clients, Timers timers) {
        return new SharedInformers(clients.as(CONTROLLER_MANAGER, "kube-controller-manager"), timers);
    }

    void stop(@Disposes Informers informers) {
        if (informers instanceof SharedInformers shared) {
            shared.close();
        }
    }
}
