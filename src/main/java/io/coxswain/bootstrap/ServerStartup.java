package io.coxswain.bootstrap;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Starts the server's parts in order. Phases before {@link StartPhase#OPEN} run while the container starts the
 * application, so no request comes before the store is loaded and permissions can be decided; the others, which call the
 * API over the network, run right after. {@link ServerState} tells how far it is.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class ServerStartup {
    private static final System.Logger LOG = System.getLogger(ServerStartup.class.getName());

    @Inject
    @Any
    private Instance<StartPhase> phases;

    @Inject
    private ServerState state;

    @Inject
    private Clock clock;

    @Resource(lookup = "concurrent/coxswain")
    private ManagedExecutorService executor;

    @Resource(lookup = "concurrent/coxswain-threads")
    private ManagedThreadFactory threads;

    private Thread hook;

    private final Deque<StartPhase> begun = new ArrayDeque<>();

    /** For the container, which fills the fields. */
    @SuppressWarnings("NullAway.Init")
    public ServerStartup() {}

    @PostConstruct
    void start() {
        hook = threads.newThread(this::leave);
        Runtime.getRuntime().addShutdownHook(hook);
        List<StartPhase> ordered = phases.stream()
                .sorted(Comparator.comparingInt(StartPhase::order))
                .toList();
        state.expect(ordered.stream().map(StartPhase::name).toList());
        ordered.stream().filter(phase -> phase.order() < StartPhase.OPEN).forEach(this::run);
        executor.execute(() -> {
            try {
                ordered.stream()
                        .filter(phase -> phase.order() >= StartPhase.OPEN)
                        .forEach(this::run);
            } catch (IllegalStateException failed) {
                // told to the log and to ServerState already; /readyz stays at 500 and names the phase
                LOG.log(System.Logger.Level.DEBUG, "start stopped", failed);
            }
        });
    }

    private void run(StartPhase phase) {
        if (state.isStopping()) {
            return;
        }
        Instant start = clock.instant();
        synchronized (begun) {
            begun.push(phase);
        }
        try {
            phase.start();
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            state.failed(phase.name(), e);
            LOG.log(System.Logger.Level.ERROR, "start failed: phase=" + phase.name(), e);
            throw new IllegalStateException("phase " + phase.name() + " failed: " + e.getMessage(), e);
        }
        state.done(phase.name());
        LOG.log(
                System.Logger.Level.INFO,
                "started: phase={0} ms={1,number,#}",
                phase.name(),
                Duration.between(start, clock.instant()).toMillis());
    }

    /**
     * The JVM was told to end. Liberty stops timers now and waits for requests, half a minute if need be, before it stops the application: by
     * then the leases would have lapsed, and what holds a thread for as long as a client wants would have held all up.
     */
    private void leave() {
        state.stopping();
        stopFrom(StartPhase.OPEN);
    }

    @PreDestroy
    void stop() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException running) {
            LOG.log(System.Logger.Level.DEBUG, "the JVM is ending", running);
        }
        state.stopping();
        stopFrom(Integer.MIN_VALUE);
    }

    /** Stops what has begun, newest first, as far as its order is at least that. */
    private void stopFrom(int order) {
        synchronized (begun) {
            while (!begun.isEmpty() && begun.peek().order() >= order) {
                StartPhase phase = begun.pop();
                try {
                    phase.stop();
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.WARNING, "stop failed: phase=" + phase.name(), e);
                }
            }
        }
    }
}
