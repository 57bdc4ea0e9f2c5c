package io.coxswain.store;

import java.lang.System.Logger;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All state in memory, with its recent past. One thread, the writer, publishes; any thread reads without waiting for
 * it. The order of a publication: past first, then the state of all resources in one step, then watches, then the
 * number bookmarks carry. So whoever sees a revision or an event can read at it.
 */
final class WatchCache {
    private static final Logger LOG = System.getLogger(WatchCache.class.getName());

    /** The current state of every resource at one revision. */
    record State(long revision, SortedTree[] trees) {
        SortedTree tree(int index) {
            return index < trees.length ? trees[index] : SortedTree.EMPTY;
        }
    }

    private final StoreSettings settings;
    private final Map<String, ResourceCache> resources = new ConcurrentHashMap<>();
    private final AtomicInteger indexes = new AtomicInteger();
    private final AtomicLong closedWatches = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();

    private volatile State state = new State(0, new SortedTree[0]);
    private volatile long floor;
    private volatile long shortFloor;
    private volatile long delivered;
    private volatile boolean ended;

    WatchCache(StoreSettings settings) {
        this.settings = settings;
    }

    State state() {
        return state;
    }

    long floor(Retention retention) {
        return retention == Retention.SHORT ? shortFloor : floor;
    }

    ResourceCache resource(String resource) {
        ResourceCache known = resources.get(resource);
        if (known != null) {
            return known;
        }
        String name = resource.intern();
        return resources.computeIfAbsent(
                name,
                key -> new ResourceCache(
                        key, indexes.getAndIncrement(), settings.retention(key), settings.historyBytes()));
    }

    /** Takes over what was loaded. Before this nothing can be read. */
    void start(State loaded, long floor, long shortFloor) {
        this.floor = floor;
        this.shortFloor = shortFloor;
        state = loaded;
        delivered = loaded.revision();
    }

    /** Takes over what was read anew: the past is forgotten and every watch ends; later ones may open again. */
    void replace(State read) {
        floor = Math.max(floor, read.revision());
        shortFloor = Math.max(shortFloor, read.revision());
        Set<QueuedWatch> told = new LinkedHashSet<>();
        for (ResourceCache resource : resources.values()) {
            resource.closeAll(delivered, told);
            resource.startFrom(read.tree(resource.index()));
        }
        state = read;
        delivered(read, told);
    }

    Snapshot snapshot(String resource) {
        State now = state;
        ResourceCache known = resources.get(resource);
        return new TreeSnapshot(known == null ? SortedTree.EMPTY : now.tree(known.index()), now.revision());
    }

    Snapshot snapshotAt(String resource, long revision) {
        State now = state;
        if (revision > now.revision()) {
            throw new RevisionException(RevisionException.Problem.FUTURE, revision, now.revision());
        }
        ResourceCache known = resources.get(resource);
        if (revision == now.revision()) {
            return new TreeSnapshot(known == null ? SortedTree.EMPTY : now.tree(known.index()), revision);
        }
        if (known == null) {
            long bound = floor(settings.retention(resource));
            if (revision < bound) {
                throw new RevisionException(RevisionException.Problem.COMPACTED, revision, bound);
            }
            return new TreeSnapshot(SortedTree.EMPTY, revision);
        }
        return new TreeSnapshot(known.at(revision, floor(known.retention())), revision);
    }

    void await(long revision, Duration limit) {
        if (state.revision() >= revision) {
            return;
        }
        long nanos = limit.toNanos();
        lock.lock();
        try {
            while (state.revision() < revision) {
                if (nanos <= 0) {
                    throw new RevisionException(RevisionException.Problem.FUTURE, revision, state.revision());
                }
                nanos = advanced.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            RevisionException gone =
                    new RevisionException(RevisionException.Problem.FUTURE, revision, state.revision());
            gone.initCause(e);
            throw gone;
        } finally {
            lock.unlock();
        }
    }

    StoreWatch watch(StoreWatch.Request request, Runnable onEvents) {
        ResourceCache resource = resource(request.resource());
        QueuedWatch watch = new QueuedWatch(request, onEvents, () -> delivered, resource::forget);
        resource.open(watch, this);
        if (ended) {
            // Opened while the store was stopping: nobody will close it later.
            resource.forget(watch);
            watch.end(delivered);
        }
        return watch;
    }

    /** Publishes a batch that is durable. */
    void publish(State next, List<Change> changes) {
        for (Change change : changes) {
            change.resource().append(change.event(), change.after());
        }
        state = next;
        Set<QueuedWatch> told = new LinkedHashSet<>();
        for (Change change : changes) {
            change.resource().deliver(change.event(), told);
        }
        delivered(next, told);
    }

    /** Lets the watches and those who wait for a revision know. */
    private void delivered(State now, Set<QueuedWatch> told) {
        delivered = now.revision();
        tell(told);
        lock.lock();
        try {
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Raises the floors; what lies at or below them is answered with {@code COMPACTED} from now on. */
    void compact(long newFloor, long newShortFloor) {
        floor = Math.max(floor, newFloor);
        shortFloor = Math.max(shortFloor, newShortFloor);
        for (ResourceCache resource : resources.values()) {
            resource.trim(floor(resource.retention()));
        }
    }

    /** Closes every watch, and every one opened later. */
    void end() {
        ended = true;
        Set<QueuedWatch> told = new LinkedHashSet<>();
        for (ResourceCache resource : resources.values()) {
            resource.closeAll(delivered, told);
        }
        tell(told);
    }

    /** How many resources are known; their indexes are below this. */
    int resourceCount() {
        return indexes.get();
    }

    int watchCount() {
        return resources.values().stream().mapToInt(ResourceCache::watchCount).sum();
    }

    long closedWatches() {
        return closedWatches.get();
    }

    private void tell(Set<QueuedWatch> watches) {
        for (QueuedWatch watch : watches) {
            if (watch.isOverflowed()) {
                closedWatches.incrementAndGet();
            }
            try {
                watch.signal();
            } catch (RuntimeException e) {
                LOG.log(Logger.Level.WARNING, "A watch of " + watch.request().resource() + " failed to wake up", e);
                watch.close();
            }
        }
    }

    /** An event with the tree it led to. */
    record Change(ResourceCache resource, StoreEvent event, SortedTree after) {}

    /** The trees of a state, with room for every resource known by now. */
    SortedTree[] copyOfTrees() {
        SortedTree[] old = state.trees();
        SortedTree[] copy = Arrays.copyOf(old, Math.max(old.length, indexes.get()));
        Arrays.fill(copy, old.length, copy.length, SortedTree.EMPTY);
        return copy;
    }

    /** The object as the newest published state has it. */
    @Nullable StoredObject current(ObjectKey key) {
        ResourceCache known = resources.get(key.resource());
        return known == null ? null : state.tree(known.index()).get(key.namespace(), key.name());
    }
}
