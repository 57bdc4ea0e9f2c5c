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
 * The one writer: takes what waits, plans it, writes it in one transaction, makes it durable, publishes it, answers. It
 * also compacts, in slices between batches, so that one thread alone talks to the database.
 */
final class BatchWriter implements Runnable {
    private static final Logger LOG = System.getLogger(BatchWriter.class.getName());

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
            RevisionTimes times,
            Compaction compaction,
            CommitObserver observer) {
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
                List<WriteQueue.Waiting> batch =
                        queue.drain(settings.batchSets(), settings.batchBytes(), compaction.isIdle());
                if (!batch.isEmpty()) {
                    handle(batch);
                }
                compaction.step(times, clock.millis());
            }
        } finally {
            refuseTheRest();
            compaction.stop();
            finished.countDown();
        }
    }

    /** After an orderly end there is nothing left; after any other nobody may wait for ever. */
    private void refuseTheRest() {
        queue.close();
        while (!queue.isFinished()) {
            for (WriteQueue.Waiting set : queue.drain(settings.batchSets(), settings.batchBytes(), false)) {
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
        List<Runnable> answers = new ArrayList<>(batch.size());
        try {
            resolveUncertainty();
            BatchPlan plan = new BatchPlan(cache);
            int committed = plan(batch, plan, answers);
            if (!plan.isEmpty()) {
                long start = System.nanoTime();
                write(plan);
                observer.committed(committed, System.nanoTime() - start);
                cache.publish(plan.state(), plan.changes());
                count(committed);
            }
            problem = null;
        } catch (RuntimeException | Error e) {
            // Also on an error such as out-of-memory the callers must hear something and the writer must go on.
            fail(batch, e);
            return;
        }
        answers.forEach(Runnable::run);
    }

    /**
     * Plans every set. Nobody is answered yet, not even those whose precondition failed: what they would be told may
     * rest on an earlier set of this batch, which is not durable.
     */
    private static int plan(List<WriteQueue.Waiting> batch, BatchPlan plan, List<Runnable> answers) {
        int committed = 0;
        for (WriteQueue.Waiting set : batch) {
            try {
                List<StoredObject> made = List.copyOf(plan.add(set.changeSet()));
                answers.add(() -> set.stage().complete(made));
                committed++;
            } catch (PreconditionFailedException e) {
                answers.add(() -> set.stage().completeExceptionally(e));
            }
        }
        return committed;
    }

    private void write(BatchPlan plan) {
        long now = clock.millis();
        ObjectLog.RevisionTime time = times.due(now);
        ObjectLog.Batch rows = plan.toWrite(time);
        uncertain = true; // until proved otherwise, also when something unforeseen is thrown
        uncertainTime = time;
        try {
            log.write(rows);
            log.sync();
        } catch (CommitOutcomeException e) {
            if (!wasWritten(plan, e)) {
                uncertain = false;
                throw new StoreUnavailableException("the database rolled a batch back", e);
            }
        }
        uncertain = false;
        times.written(plan.revision(), now, time);
    }

    /**
     * Looks whether a batch whose commit failed is there after all.
     *
     * @throws CommitOutcomeException the same again, if the database cannot say; the next batch asks anew
     */
    private boolean wasWritten(BatchPlan plan, CommitOutcomeException failure) {
        try {
            log.sync();
            List<ObjectLog.Row> rows = log.readAbove(cache.state().revision());
            if (rows.isEmpty()) {
                return false;
            }
            long last = rows.get(rows.size() - 1).object().revision();
            if (last != plan.revision() || rows.size() != plan.changes().size()) {
                throw new StoreUnavailableException("the database holds other changes than were written: " + rows.size()
                        + " up to revision " + last);
            }
            return true;
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
            BatchPlan found = new BatchPlan(cache);
            rows.forEach(found::addWritten);
            cache.publish(found.state(), found.changes());
            times.written(found.revision(), clock.millis(), uncertainTime);
        }
        uncertain = false;
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
