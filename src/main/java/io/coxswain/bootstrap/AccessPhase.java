package io.coxswain.bootstrap;

import io.coxswain.authz.rbac.RoleIndex;
import io.coxswain.authz.rbac.RoleWatch;
import io.coxswain.client.ApiClients;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.ScheduledExecutorService;

/** Loads roles and bindings, so that permissions can be decided. */
@ApplicationScoped
public class AccessPhase implements StartPhase {
    private final RoleWatch watch;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected AccessPhase() {
        this.watch = null;
    }

    @Inject
    public AccessPhase(ApiClients clients, RoleIndex index, ScheduledExecutorService scheduler) {
        this.watch = new RoleWatch(clients, index, scheduler);
    }

    @Override
    public String name() {
        return "rbac";
    }

    @Override
    public int order() {
        return API + 50;
    }

    @Override
    public void start() {
        watch.start();
    }

    @Override
    public void stop() {
        watch.close();
    }
}
