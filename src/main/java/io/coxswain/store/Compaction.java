package io.coxswain.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Drops old history slice by slice. Requests come from any thread, the work is done on the writer's. */
final class Compaction {
    private final ObjectLog log;
    private final WatchCache cache;
    private final StoreSettings settings;
    private final List<CompletableFuture<Long>> requested = new ArrayList<>();

    /** Up to which revision each class is known to be rid of in the database. */
    private final Map<Retention, Long> done = new EnumMap<>(Retention.class);

    private final ArrayDeque<Slice> slices = new ArrayDeque<>();
    private List<CompletableFuture<Long>> running = List.of();
    private long rows;

    private record Slice(Retention retention, long target, long upTo) {}

    /** @param done the revision up to which nothing of a class is left in the log */
    Compaction(ObjectLog log, WatchCache cache, StoreSettings settings, Map<Retention, Long> done) {
        this.log = log;
        this.cache = cache;
        this.settings = settings;
        this.done.putAll(done);
    }

    CompletableFuture<Long> request() {
        CompletableFuture<Long> stage = new CompletableFuture<>();
        synchronized (requested) {
            requested.add(stage);
        }
        return stage;
    }

    boolean isIdle() {
        return slices.isEmpty();
    }

    /** Does one slice of what is requested, if anything is. */
    void step(RevisionTimes times, long now) {
        if (slices.isEmpty() && !begin(times, now)) {
            return;
        }
        Slice slice = slices.peek();
        if (slice == null) {
            complete();
            return;
        }
        try {
            rows += log.compact(slice.retention(), slice.target(), slice.upTo());
            done.put(slice.retention(), slice.upTo());
            slices.remove();
        } catch (RuntimeException e) {
            slices.clear();
            running.forEach(stage -> stage.completeExceptionally(e));
            running = List.of();
            return;
        }
        if (slices.isEmpty()) {
            complete();
        }
    }

    /** Nobody waits for ever: what did not get its turn is told so. */
    void stop() {
        List<CompletableFuture<Long>> left = new ArrayList<>(running);
        synchronized (requested) {
            left.addAll(requested);
            requested.clear();
        }
        left.forEach(stage -> stage.completeExceptionally(new StoreUnavailableException("the store is not running")));
    }

    private boolean begin(RevisionTimes times, long now) {
        synchronized (requested) {
            if (requested.isEmpty()) {
                return false;
            }
            running = List.copyOf(requested);
            requested.clear();
        }
        rows = 0;
        times.close();
        long floor = times.upTo(now - settings.history().toMillis());
        long shortFloor = times.upTo(now - settings.shortHistory().toMillis());
        // Memory first: nobody may start a watch where the log is about to lose its rows.
        cache.compact(floor, shortFloor);
        for (Retention retention : Retention.values()) {
            plan(retention, cache.floor(retention));
        }
        times.forgetBelow(cache.floor(Retention.NORMAL));
        return true;
    }

    private void plan(Retention retention, long target) {
        long upTo = done.getOrDefault(retention, 0L);
        while (upTo < target) {
            upTo = Math.min(target, upTo + settings.compactionSlice());
            slices.add(new Slice(retention, target, upTo));
        }
    }

    private void complete() {
        List<CompletableFuture<Long>> finished = running;
        running = List.of();
        long dropped = rows;
        finished.forEach(stage -> stage.complete(dropped));
    }
}
