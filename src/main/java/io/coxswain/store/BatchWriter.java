package io.coxswain.store;

import java.lang.System.Logger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of this server: takes what waits, plans it upon what other servers have written, writes it in one
 * transaction, makes it durable, publishes both, answers. Between batches it takes over what others write, and compacts in
 * slices, so that one thread alone talks to the database.
 */
final class BatchWriter implements Runnable {
    private static final Logger LOG = System.getLogger(BatchWriter.class.getName());

    /** How often to look what other servers have written, in nanoseconds: usually, while they write, and while the database is away. */
    private static final long POLL_NANOS = 100_000_000;

    private static final long BUSY_POLL_NANOS = 10_000_000;
    private static final long RETRY_NANOS = 1_000_000_000;

    /** How long other servers count as writing after a change of theirs was seen. */
    private static final long BUSY_NANOS = 10_000_000_000L;

    private final ObjectLog log;
    private final WatchCache cache;
    private final WriteQueue queue;
    private final StoreSettings settings;
    private final Clock clock;
    private final RevisionTimes times;
    private final Compaction compaction;
    private final CommitObserver observer;
    private final CountDownLatch finished = new CountDownLatch(1);

    /** Whether the database may hold a batch the cache does not know of. */
    private boolean uncertain;

    /** The sample that batch carried. */
    private ObjectLog.@Nullable RevisionTime uncertainTime;

    /** When a change of another server's was last seen, in {@code System.nanoTime()}; at first too long ago to count. */
    private long peersSeenAt = System.nanoTime() - BUSY_NANOS;

    /** Whether the database did not answer the last look. */
    private boolean unreachable;

    private volatile long epoch;
    private volatile long batches;
    private volatile long committedSets;
    private volatile long failedBatches;
    private volatile @Nullable String problem;

    BatchWriter(
            ObjectLog log,
            WatchCache cache,
            WriteQueue queue,
            StoreSettings settings,
            Clock clock,
            long epoch,
            RevisionTimes times,
            Compaction compaction,
            CommitObserver observer) {
        this.epoch = epoch;
        this.log = log;
        this.cache = cache;
        this.queue = queue;
        this.settings = settings;
        this.clock = clock;
        this.times = times;
        this.compaction = compaction;
        this.observer = observer;
    }

    @Override
    public void run() {
        try {
            while (!queue.isFinished()) {
                List<WriteQueue.Waiting> batch = queue.drain(settings.batchSets(), settings.batchBytes(), patience());
                // Taken before the database is asked: what they want to see was committed before this.
                List<CompletableFuture<Void>> readers = queue.takeReaders();
                if (!batch.isEmpty()) {
                    handle(batch);
                } else if (log.isShared()) {
                    follow();
                }
                readers.forEach(reader -> reader.complete(null));
                compaction.step(times, clock.millis());
            }
        } finally {
            refuseTheRest();
            compaction.stop();
            finished.countDown();
        }
    }

    /** How long to wait for work, in nanoseconds: where others write too, until it is time to look. */
    private long patience() {
        if (!compaction.isIdle()) {
            return 0;
        }
        if (!log.isShared()) {
            return Long.MAX_VALUE;
        }
        if (unreachable) {
            return RETRY_NANOS;
        }
        return System.nanoTime() - peersSeenAt < BUSY_NANOS ? BUSY_POLL_NANOS : POLL_NANOS;
    }

    /** After an orderly end there is nothing left; after any other nobody may wait for ever. */
    private void refuseTheRest() {
        queue.close();
        queue.takeReaders().forEach(reader -> reader.complete(null));
        while (!queue.isFinished()) {
            for (WriteQueue.Waiting set : queue.drain(settings.batchSets(), settings.batchBytes(), 0)) {
                problem = "the writer has ended";
                set.stage().completeExceptionally(new StoreUnavailableException("the store's writer has ended"));
            }
        }
    }

    CompletableFuture<Long> compact() {
        CompletableFuture<Long> stage = compaction.request();
        queue.poke();
        return stage;
    }

    /** Waits until the writer has written everything and ended. Returns whether it did in time. */
    boolean awaitEnd(long millis) throws InterruptedException {
        return finished.await(millis, TimeUnit.MILLISECONDS);
    }

    /** How often the revision has jumped. */
    long epoch() {
        return epoch;
    }

    long batches() {
        return batches;
    }

    long committedSets() {
        return committedSets;
    }

    long failedBatches() {
        return failedBatches;
    }

    @Nullable String problem() {
        return problem;
    }

    private void handle(List<WriteQueue.Waiting> batch) {
        Attempt attempt = new Attempt(batch);
        try {
            resolveUncertainty();
            write(attempt);
            problem = null;
            unreachable = false;
        } catch (HistoryGoneException e) {
            reload(e);
            fail(batch, e);
            return;
        } catch (RuntimeException | Error e) {
            // Also on an error such as out-of-memory the callers must hear something and the writer must go on.
            fail(batch, e);
            return;
        }
        attempt.answers.forEach(Runnable::run);
    }

    /** A batch and the newest plan for it. */
    private final class Attempt implements ObjectLog.Planner {
        private final List<WriteQueue.Waiting> batch;
        private final List<Runnable> answers = new ArrayList<>();
        private BatchPlan plan = new BatchPlan(cache);
        private int committed;
        private int peers;
        private ObjectLog.@Nullable RevisionTime time;

        Attempt(List<WriteQueue.Waiting> batch) {
            this.batch = batch;
        }

        /**
         * Plans every set. Nobody is answered yet, not even those whose precondition failed: what they would be told may
         * rest on an earlier set of this batch, which is not durable.
         */
        @Override
        public ObjectLog.Batch plan(List<ObjectLog.Row> written) {
            plan = new BatchPlan(cache);
            answers.clear();
            committed = 0;
            peers = written.size();
            written.forEach(plan::addWritten);
            if (!written.isEmpty()) {
                times.written(plan.revision(), clock.millis(), null);
            }
            for (WriteQueue.Waiting set : batch) {
                try {
                    List<StoredObject> made = List.copyOf(plan.add(set.changeSet()));
                    answers.add(() -> set.stage().complete(made));
                    committed++;
                } catch (PreconditionFailedException e) {
                    answers.add(() -> set.stage().completeExceptionally(e));
                }
            }
            time = plan.writes() ? times.due(clock.millis()) : null;
            uncertain = plan.writes(); // until proved otherwise, also when something unforeseen is thrown
            uncertainTime = time;
            return plan.toWrite(time);
        }
    }

    private void write(Attempt attempt) {
        long start = System.nanoTime();
        try {
            log.write(cache.state().revision(), attempt);
            if (attempt.plan.writes()) {
                log.sync();
            }
        } catch (CommitOutcomeException e) {
            if (attempt.plan.writes()) {
                if (!wasWritten(attempt, e)) {
                    throw new StoreUnavailableException("the database rolled a batch back", e);
                }
                published(attempt, start);
                return;
            }
        }
        if (!attempt.plan.isEmpty()) {
            cache.publish(attempt.plan.state(), attempt.plan.changes());
        }
        published(attempt, start);
    }

    private void published(Attempt attempt, long start) {
        if (attempt.peers > 0) {
            peersSeenAt = System.nanoTime();
        }
        if (attempt.plan.writes()) {
            observer.committed(attempt.committed, System.nanoTime() - start);
            times.written(attempt.plan.revision(), clock.millis(), attempt.time);
            count(attempt.committed);
        }
        uncertain = false;
    }

    /**
     * Looks whether a batch whose commit failed is there after all, and takes over what is there, others' changes among it.
     *
     * @throws CommitOutcomeException the same again, if the database cannot say; the next batch asks anew
     */
    private boolean wasWritten(Attempt attempt, CommitOutcomeException failure) {
        try {
            log.sync();
            List<ObjectLog.Row> rows = log.readAbove(cache.state().revision());
            boolean written = attempt.plan.isIn(rows);
            if (!written && !rows.isEmpty() && !log.isShared()) {
                throw new StoreUnavailableException(
                        "the database holds other changes than were written: " + rows.size() + " up to revision "
                                + rows.get(rows.size() - 1).object().revision());
            }
            take(rows, written ? attempt.time : null);
            uncertain = false;
            return written;
        } catch (StoreUnavailableException e) {
            if (e != failure) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
    }

    /** Takes over what an earlier batch of unknown outcome left in the database, if it left anything. */
    private void resolveUncertainty() {
        if (!uncertain) {
            return;
        }
        log.sync();
        List<ObjectLog.Row> rows = log.readAbove(cache.state().revision());
        if (!rows.isEmpty()) {
            LOG.log(Logger.Level.INFO, "Taking over {0} changes whose commit had no certain outcome", rows.size());
        }
        take(rows, uncertainTime);
        uncertain = false;
    }

    /** Publishes what is in the database and not yet here. */
    private void take(List<ObjectLog.Row> rows, ObjectLog.@Nullable RevisionTime time) {
        if (rows.isEmpty()) {
            return;
        }
        BatchPlan found = new BatchPlan(cache);
        rows.forEach(found::addWritten);
        cache.publish(found.state(), found.changes());
        times.written(found.revision(), clock.millis(), time);
    }

    /** Takes over what other servers have written since. */
    private void follow() {
        try {
            resolveUncertainty();
            List<ObjectLog.Row> rows = log.readNew(cache.state().revision());
            if (!rows.isEmpty()) {
                take(rows, null);
                peersSeenAt = System.nanoTime();
            }
            if (unreachable) {
                unreachable = false;
                problem = null;
            }
        } catch (HistoryGoneException e) {
            reload(e);
        } catch (RuntimeException | Error e) {
            unreachable(e);
        }
    }

    /** Reads everything anew. Watches end; whoever resumes one from before is told to list. */
    private void reload(HistoryGoneException cause) {
        try {
            LOG.log(Logger.Level.WARNING, "Reading the whole state anew: {0}", cause.getMessage());
            StateLoader loader = StateLoader.read(log, cache, log.position(), settings);
            loader.replace();
            epoch = loader.position().epoch();
            times.written(loader.position().revision(), clock.millis(), null);
            uncertain = false;
        } catch (RuntimeException | Error e) {
            unreachable(e);
        }
    }

    private void unreachable(Throwable cause) {
        unreachable = true;
        if (problem == null) {
            LOG.log(Logger.Level.WARNING, "The database does not say what other servers have written", cause);
        }
        problem = String.valueOf(cause.getMessage());
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // written by the writer's thread alone
    private void count(int sets) {
        batches++;
        committedSets += sets;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // written by the writer's thread alone
    private void fail(List<WriteQueue.Waiting> batch, Throwable cause) {
        failedBatches++;
        if (problem == null) {
            LOG.log(Logger.Level.WARNING, "The database did not take a batch of " + batch.size() + " writes", cause);
        }
        problem = String.valueOf(cause.getMessage());
        StoreUnavailableException answer = cause instanceof StoreUnavailableException known
                ? known
                : new StoreUnavailableException("the store failed: " + cause, cause);
        for (WriteQueue.Waiting set : batch) {
            set.stage().completeExceptionally(answer);
        }
    }
}
