package io.coxswain.bootstrap;

import io.coxswain.imageregistry.ImageRegistry;
import io.coxswain.store.ManagedObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Drops what nobody will ask for again: the store's history every five minutes, as upstream compacts etcd, and images' layers
 * that no manifest names any more every hour.
 */
@ApplicationScoped
public class HousekeepingPhase implements StartPhase {
    static final Duration COMPACT_EVERY = Duration.ofMinutes(5);
    static final Duration COLLECT_EVERY = Duration.ofHours(1);
    private static final System.Logger LOG = System.getLogger(HousekeepingPhase.class.getName());

    private final ManagedObjectStore store;
    private final ImageRegistry images;
    private final ScheduledExecutorService scheduler;
    private final List<ScheduledFuture<?>> running = new ArrayList<>();

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected HousekeepingPhase() {
        this.store = null;
        this.images = null;
        this.scheduler = null;
    }

    @Inject
    public HousekeepingPhase(ManagedObjectStore store, ImageRegistry images, ScheduledExecutorService scheduler) {
        this.store = store;
        this.images = images;
        this.scheduler = scheduler;
    }

    @Override
    public String name() {
        return "housekeeping";
    }

    @Override
    public int order() {
        return OPEN;
    }

    @Override
    public synchronized void start() {
        every(COMPACT_EVERY, this::compact);
        every(COLLECT_EVERY, this::collectImages);
    }

    private void every(Duration interval, Runnable work) {
        running.add(scheduler.scheduleWithFixedDelay(
                work, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public synchronized void stop() {
        running.forEach(each -> each.cancel(false));
        running.clear();
    }

    /** Never throws: a timer that does is not called again. What was left over goes next time. */
    private void compact() {
        try {
            store.compact().whenComplete((rows, failure) -> {
                if (failure != null) {
                    LOG.log(System.Logger.Level.WARNING, "event=compaction-failed", failure);
                } else {
                    LOG.log(System.Logger.Level.DEBUG, "event=compacted rows={0}", rows);
                }
            });
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "event=compaction-failed", e);
        }
    }

    private void collectImages() {
        try {
            long freed = images.collectGarbage();
            LOG.log(System.Logger.Level.DEBUG, "event=image-layers-removed bytes={0}", freed);
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "event=image-garbage-collection-failed", e);
        }
    }
}
