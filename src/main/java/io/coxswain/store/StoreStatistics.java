package io.coxswain.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Figures for metrics and health, taken one by one without a lock: each is right, together they are nearly so.
 *
 * @param epoch how often the revision was made to jump forward after a restore
 * @param waitingSets change sets that wait for the writer
 * @param waitingBytes their bytes
 * @param batches transactions since the start
 * @param committedSets change sets committed since the start
 * @param failedBatches batches the database did not take
 * @param closedWatches watches closed because their queue overflowed
 * @param problemOrNull why the last batch was not taken; {@code null} once one was
 */
public record StoreStatistics(
        long revision,
        long compactedRevision,
        long epoch,
        int waitingSets,
        long waitingBytes,
        long batches,
        long committedSets,
        long failedBatches,
        int watches,
        long closedWatches,
        @Nullable String problemOrNull) {

    public Optional<String> problem() {
        return Optional.ofNullable(problemOrNull);
    }
}
