package io.coxswain.store;

import java.util.concurrent.CompletionStage;

/** The store as bootstrap sees it: started before anything reads, stopped after everything wrote. */
public interface ManagedObjectStore extends ObjectStore {
    /**
     * Prepares the tables, loads all state and recent history, starts the writer.
     *
     * @throws StoreUnavailableException if the database cannot be read
     * @throws IllegalStateException if the store was started before, or the database's content contradicts itself
     */
    void start();

    /**
     * Refuses new change sets, writes those that wait (at most for {@link StoreSettings#stopLimit()}), closes every
     * watch. Reads still work. Harmless when called again or before {@link #start()}.
     */
    void stop();

    /**
     * Drops history older than the settings allow. To be called periodically; upstream does it every five minutes. The
     * work is done on the writer's thread, in slices between batches.
     *
     * @return how many rows went, or {@link StoreUnavailableException}; what is left then goes next time
     */
    CompletionStage<Long> compact();

    StoreStatistics statistics();

    /** Sets who hears of every commit from now on. */
    void observe(CommitObserver observer);
}
