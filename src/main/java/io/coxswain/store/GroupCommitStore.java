package io.coxswain.store;

import java.lang.System.Logger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The store over any {@link ObjectLog}. See {@link ObjectStore} for what it promises. */
public final class GroupCommitStore implements ManagedObjectStore {
    private static final Logger LOG = System.getLogger(GroupCommitStore.class.getName());

    /** What the columns of a key hold; Kubernetes' own limits are lower. */
    private static final int LONGEST_KEY_PART = 512;

    private final ObjectLog log;
    private final StoreSettings settings;
    private final Clock clock;
    private final ThreadFactory threads;
    private final WatchCache cache;
    private final WriteQueue queue;

    private volatile @Nullable BatchWriter writer;
    private volatile CommitObserver observer = (sets, nanos) -> {};

    /** @param threads makes the one thread that writes, for the time between start and stop */
    public GroupCommitStore(ObjectLog log, StoreSettings settings, Clock clock, ThreadFactory threads) {
        this.log = log;
        this.settings = settings;
        this.clock = clock;
        this.threads = threads;
        this.cache = new WatchCache(settings);
        this.queue = new WriteQueue(settings.queueBytes());
    }

    @Override
    public synchronized void start() {
        if (writer != null) {
            throw new IllegalStateException("the store was started before");
        }
        long begun = clock.millis();
        StateLoader loader = StateLoader.read(log, cache, log.open(), settings);
        loader.finish();
        ObjectLog.Position position = loader.position();
        RevisionTimes times =
                new RevisionTimes(position.times(), new ObjectLog.RevisionTime(position.revision(), clock.millis()));
        Compaction compaction = new Compaction(log, cache, settings, loader.oldestPast());
        BatchWriter made = new BatchWriter(
                log,
                cache,
                queue,
                settings,
                clock,
                position.epoch(),
                times,
                compaction,
                (sets, nanos) -> observer.committed(sets, nanos));
        queue.open();
        writer = made;
        threads.newThread(made).start();
        LOG.log(
                Logger.Level.INFO,
                "Store at revision {0}, history since {1}, loaded in {2} ms",
                position.revision(),
                position.compacted(),
                clock.millis() - begun);
    }

    @Override
    public void stop() {
        queue.close();
        BatchWriter running = writer;
        if (running != null) {
            try {
                if (!running.awaitEnd(settings.stopLimit().toMillis())) {
                    LOG.log(Logger.Level.WARNING, "The store still writes after {0}", settings.stopLimit());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        cache.end();
    }

    @Override
    public CompletionStage<List<StoredObject>> commit(List<Mutation> changeSet) {
        CompletableFuture<List<StoredObject>> stage = new CompletableFuture<>();
        try {
            List<Mutation> steps = List.copyOf(changeSet);
            queue.add(new WriteQueue.Waiting(steps, check(steps), stage));
        } catch (StoreUnavailableException | IllegalArgumentException e) {
            stage.completeExceptionally(e);
        }
        return stage;
    }

    @Override
    public long revision() {
        return cache.state().revision();
    }

    @Override
    public Snapshot snapshot(String resource) {
        return cache.snapshot(resource);
    }

    @Override
    public Snapshot snapshotAt(String resource, long revision) {
        return cache.snapshotAt(resource, revision);
    }

    @Override
    public void awaitRevision(long revision, Duration limit) {
        cache.await(revision, limit);
    }

    @Override
    public boolean awaitNewest(Duration limit) {
        if (!log.isShared()) {
            return false;
        }
        try {
            queue.addReader().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.log(Logger.Level.DEBUG, "The database did not say in time what other servers have written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    @Override
    public StoreWatch watch(StoreWatch.Request request, Runnable onEvents) {
        return cache.watch(request, onEvents);
    }

    @Override
    public long compactedRevision() {
        return cache.floor(Retention.NORMAL);
    }

    @Override
    public CompletionStage<Long> compact() {
        BatchWriter running = writer;
        return running == null
                ? CompletableFuture.failedFuture(new StoreUnavailableException("the store is not running"))
                : running.compact();
    }

    @Override
    public void observe(CommitObserver next) {
        observer = next;
    }

    @Override
    public StoreStatistics statistics() {
        BatchWriter running = writer;
        return new StoreStatistics(
                revision(),
                compactedRevision(),
                running == null ? 0 : running.epoch(),
                queue.size(),
                queue.bytes(),
                running == null ? 0 : running.batches(),
                running == null ? 0 : running.committedSets(),
                running == null ? 0 : running.failedBatches(),
                cache.watchCount(),
                cache.closedWatches(),
                running == null ? null : running.problem());
    }

    /**
     * Refuses here what the database would refuse later, when it would take the whole batch and other callers' sets
     * with it. Returns the bytes of the set.
     */
    private long check(List<Mutation> changeSet) {
        long bytes = 0;
        Set<ObjectKey> written = new HashSet<>();
        for (Mutation step : changeSet) {
            check(step.key());
            if (!(step instanceof Mutation.Check) && !written.add(step.key())) {
                throw new IllegalArgumentException("a change set may write " + step.key() + " only once");
            }
            bytes += check(step);
        }
        return bytes;
    }

    private int check(Mutation step) {
        ObjectBytes value;
        if (step instanceof Mutation.Create create) {
            value = create.value();
        } else if (step instanceof Mutation.Update update) {
            checkExpected(update.expected(), step);
            value = update.value();
        } else if (step instanceof Mutation.Delete delete) {
            checkExpected(delete.expected(), step);
            value = delete.last();
        } else {
            return 0;
        }
        if (value.length() > settings.objectBytes()) {
            throw new ObjectTooLargeException(step.key(), value.length(), settings.objectBytes());
        }
        return value.length();
    }

    private static void checkExpected(long expected, Mutation step) {
        if (expected < 1) {
            throw new IllegalArgumentException(step.key() + " must exist to be changed: expected revision " + expected);
        }
    }

    private static void check(ObjectKey key) {
        if (key.resource().isEmpty() || key.name().isEmpty()) {
            throw new IllegalArgumentException("a key needs a resource and a name: " + key);
        }
        check(key.resource());
        check(key.namespace());
        check(key.name());
    }

    private static void check(String part) {
        // Cheap checks first: almost every part is short ASCII.
        if (part.length() > LONGEST_KEY_PART
                || part.indexOf('\0') >= 0
                || !StandardCharsets.UTF_8.newEncoder().canEncode(part)
                || part.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY_PART) {
            throw new IllegalArgumentException(
                    "a part of a key must be text of at most " + LONGEST_KEY_PART + " bytes");
        }
    }
}
