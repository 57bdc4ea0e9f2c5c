package io.coxswain.store;

import java.time.Duration;
import java.util.Set;

/**
 * The store's bounds.
 *
 * @param batchSets how many change sets one transaction takes at most
 * @param batchBytes how many bytes of objects one transaction takes at most (a single larger set still goes alone)
 * @param queueBytes how many bytes may wait for the writer; a change set beyond that is refused at once
 * @param objectBytes the largest object; etcd's limit of a request is 1.5 MiB
 * @param history how long past states and events of ordinary resources are kept, in memory and in the revision log
 * @param shortHistory the same for short-lived resources
 * @param historyBytes how many bytes of past events one resource may hold in memory; the oldest go first
 * @param shortLived the resources kept in tables of their own with short history, such as {@code events}
 * @param compactionSlice how many revisions one compacting transaction spans
 * @param stopLimit how long {@link ManagedObjectStore#stop()} waits for queued change sets
 */
public record StoreSettings(
        int batchSets,
        int batchBytes,
        long queueBytes,
        int objectBytes,
        Duration history,
        Duration shortHistory,
        long historyBytes,
        Set<String> shortLived,
        int compactionSlice,
        Duration stopLimit) {

    public StoreSettings {
        if (batchSets < 1 || batchBytes < 1 || queueBytes < 1 || objectBytes < 1 || compactionSlice < 1) {
            throw new IllegalArgumentException("every bound of the store must be at least 1");
        }
        if (history.isNegative() || shortHistory.isNegative()) {
            throw new IllegalArgumentException("history must not be negative");
        }
        if (shortHistory.compareTo(history) > 0) {
            throw new IllegalArgumentException("short history must not be longer than history");
        }
        shortLived = Set.copyOf(shortLived);
    }

    /** Ten minutes of history (upstream compacts every five minutes), two for the given short-lived resources. */
    public static StoreSettings defaults(Set<String> shortLived) {
        return new StoreSettings(
                200,
                1 << 20,
                32L << 20,
                3 << 19,
                Duration.ofMinutes(10),
                Duration.ofMinutes(2),
                32L << 20,
                shortLived,
                1000,
                Duration.ofSeconds(30));
    }

    /** How long past states of a resource are kept. */
    public Retention retention(String resource) {
        return shortLived.contains(resource) ? Retention.SHORT : Retention.NORMAL;
    }

    /** The time past states of a retention class are kept. */
    public Duration history(Retention retention) {
        return retention == Retention.SHORT ? shortHistory : history;
    }
}
