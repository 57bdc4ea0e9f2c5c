package io.coxswain.bootstrap;

import io.coxswain.authz.rbac.RoleIndex;
import io.coxswain.authz.rbac.RoleWatch;
import io.coxswain.client.ApiClients;
import io.coxswain.client.ExecutorTimers;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Loads roles and bindings, so that permissions can be decided. */
@ApplicationScoped
public class AccessPhase implements StartPhase {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 20;

    private final RoleWatch watch;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected AccessPhase() {
        this.watch = null;
    }

    /** @param scheduler not EJB timers, which the container holds back until the application has started */
    @Inject
    public AccessPhase(ApiClients clients, RoleIndex index, ScheduledExecutorService scheduler) {
        this.watch = new RoleWatch(clients, index, new ExecutorTimers(scheduler));
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
    public void start() throws InterruptedException {
        watch.start();
        for (long waited = 0; !watch.hasSynced(); waited += POLL_MILLIS) {
            if (waited > LIMIT.toMillis()) {
                throw new IllegalStateException(
                        "roles and bindings could not be read within " + LIMIT.toSeconds() + " seconds");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    @Override
    public void stop() {
        watch.close();
    }
}
