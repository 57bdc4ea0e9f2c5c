package io.coxswain.bootstrap;

import io.coxswain.bootstrap.config.PkiConfig;
import io.coxswain.bootstrap.pki.ClusterPki;
import io.coxswain.bootstrap.pki.PkiException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Renews certificates while the server runs, and gives nodes that are added their client certificates within a second. Liberty takes a new serving certificate from its key store by itself. */
@ApplicationScoped
public class PkiPhase implements StartPhase {
    private static final System.Logger LOG = System.getLogger(PkiPhase.class.getName());

    private final ClusterPki pki;
    private final PkiConfig config;
    private final ScheduledExecutorService scheduler;
    private @Nullable ScheduledFuture<?> renewal;
    private @Nullable ScheduledFuture<?> nodes;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected PkiPhase() {
        this.pki = null;
        this.config = null;
        this.scheduler = null;
    }

    @Inject
    public PkiPhase(ClusterPki pki, PkiConfig config, ScheduledExecutorService scheduler) {
        this.pki = pki;
        this.config = config;
        this.scheduler = scheduler;
    }

    @Override
    public String name() {
        return "pki";
    }

    @Override
    public int order() {
        return PKI;
    }

    @Override
    public synchronized void start() {
        log(pki.ensure());
        long interval = config.checkInterval().toMillis();
        renewal =
                scheduler.scheduleWithFixedDelay(() -> attempt(pki::ensure), interval, interval, TimeUnit.MILLISECONDS);
        nodes = scheduler.scheduleWithFixedDelay(() -> attempt(pki::ensureNodes), 1, 1, TimeUnit.SECONDS);
    }

    @Override
    public synchronized void stop() {
        if (renewal != null) {
            renewal.cancel(false);
        }
        if (nodes != null) {
            nodes.cancel(false);
        }
    }

    /** A timer that throws is never called again, so a full disk today would mean an expired certificate next year. */
    private static void attempt(Supplier<List<String>> work) {
        try {
            log(work.get());
        } catch (PkiException e) {
            LOG.log(System.Logger.Level.ERROR, "certificates cannot be renewed", e);
        }
    }

    private static void log(List<String> made) {
        made.forEach(what -> LOG.log(System.Logger.Level.INFO, "made: {0}", what));
    }
}
