package io.coxswain.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The recent past of one resource and its watches. The current state is not here but in {@link WatchCache.State}, where
 * it changes for all resources at once.
 */
final class ResourceCache {
    private final String resource;
    private final int index;
    private final Retention retention;
    private final long historyBytes;

    private final EventRing history = new EventRing();
    private final WatchIndex watches = new WatchIndex();

    /** The state just before the oldest change in the ring. */
    private SortedTree oldest = SortedTree.EMPTY;

    /** The newest revision that had to go because the ring was full; younger than the store's floor if not 0. */
    private long evicted;

    ResourceCache(String resource, int index, Retention retention, long historyBytes) {
        this.resource = resource;
        this.index = index;
        this.retention = retention;
        this.historyBytes = historyBytes;
    }

    String resource() {
        return resource;
    }

    /** The place of this resource in {@link WatchCache.State}. */
    int index() {
        return index;
    }

    Retention retention() {
        return retention;
    }

    synchronized void startFrom(SortedTree base) {
        history.clear();
        oldest = base;
    }

    synchronized void append(StoreEvent event, SortedTree after) {
        history.add(new EventRing.Step(event, after));
        while (history.bytes() > historyBytes && history.size() > 1) {
            evicted = dropFirst();
        }
    }

    /** Forgets changes at or below a revision. */
    synchronized void trim(long floor) {
        while (history.size() > 0 && history.get(0).revision() <= floor) {
            dropFirst();
        }
    }

    private long dropFirst() {
        EventRing.Step first = history.removeFirst();
        oldest = first.after();
        return first.revision();
    }

    /** Hands an event to the watches that want it and adds those to be told. */
    synchronized void deliver(StoreEvent event, Set<QueuedWatch> told) {
        for (QueuedWatch watch : watches.interestedIn(event.object().key())) {
            if (!watch.offer(event)) {
                watches.remove(watch);
            }
            told.add(watch);
        }
    }

    /** The state at a past revision. {@code floor} is the store's own for this resource. */
    synchronized SortedTree at(long revision, long floor) {
        checkFloor(revision, floor);
        int later = history.firstAfter(revision);
        return later == 0 ? oldest : history.get(later - 1).after();
    }

    /** Opens a watch: fills it up to the published revision and registers it, with no event able to slip between. */
    synchronized void open(QueuedWatch watch, WatchCache cache) {
        long from = watch.request().fromRevision();
        long published = cache.state().revision();
        checkFloor(from, cache.floor(retention));
        List<StoreEvent> past = new ArrayList<>();
        for (int i = history.firstAfter(from); i < history.size(); i++) {
            StoreEvent event = history.get(i).event();
            if (event.revision() > published) {
                break;
            }
            if (watch.wants(event.object().key())) {
                past.add(event);
            }
        }
        watch.replay(past, published);
        watches.add(watch);
    }

    synchronized void forget(QueuedWatch watch) {
        watches.remove(watch);
    }

    /** Closes every watch and adds them to be told. */
    synchronized void closeAll(long progress, Set<QueuedWatch> told) {
        for (QueuedWatch watch : watches.all()) {
            watch.end(progress);
            watches.remove(watch);
            told.add(watch);
        }
    }

    synchronized int watchCount() {
        return watches.size();
    }

    private void checkFloor(long revision, long floor) {
        long bound = Math.max(floor, evicted);
        if (revision < bound) {
            throw new RevisionException(RevisionException.Problem.COMPACTED, revision, bound);
        }
    }
}
