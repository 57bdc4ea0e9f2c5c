package io.coxswain.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * All state of the cluster. One writing thread a server, group commit, durable before the answer; reads and watches from memory
 * (design §5). Thread-safe.
 */
public interface ObjectStore {
    /**
     * Commits a change set. The stage completes after the set is durable and visible to reads on this server, with the
     * state each step made ({@code Delete}: the last state at the revision of the deletion; {@code Check}: none), or
     * exceptionally with {@link PreconditionFailedException} (this set only), {@link StoreUnavailableException} (the
     * database did not take it: nothing was written; {@link CommitOutcomeException}: perhaps it was), or
     * {@link IllegalArgumentException} (a malformed set: a key written twice, an expected revision below 1, an object
     * too large: {@link ObjectTooLargeException}).
     * The stage completes on the writer's thread: dependents must not block.
     */
    CompletionStage<List<StoredObject>> commit(List<Mutation> changeSet);

    /** The newest published revision: every event at or below it can be read and watched. */
    long revision();

    /** The current state of a resource; empty if nothing was ever stored under it. */
    Snapshot snapshot(String resource);

    /**
     * The state at an exact revision in the past.
     *
     * @throws RevisionException if history no longer reaches it, or it lies in the future
     */
    Snapshot snapshotAt(String resource, long revision);

    /**
     * Waits until {@link #revision()} is at least the given one.
     *
     * @throws RevisionException with {@code FUTURE} if it is not reached within the time, or the thread is interrupted
     */
    void awaitRevision(long revision, Duration limit);

    /**
     * Waits until reads here see everything that any server had committed before this call. Returns at once where one server
     * alone writes, and after the limit when the database does not say: what is in memory is better than nothing then.
     * Callers at the same time share one look at the database.
     *
     * @return whether other servers can write at all
     */
    boolean awaitNewest(Duration limit);

    /**
     * Opens a watch.
     *
     * @param onEvents called on the writer's thread whenever events were queued or the store closed the watch, perhaps
     *     before this method returns, but not for the past events the watch opens with; must only hand off, never block
     * @throws RevisionException {@code COMPACTED} if events after {@code fromRevision} are no longer known
     */
    StoreWatch watch(StoreWatch.Request request, Runnable onEvents);

    /**
     * The oldest revision from which a watch can start. The resources with short history, and those whose past outgrew
     * its memory, reach back less far: {@link RevisionException#bound()} says how far.
     */
    long compactedRevision();
}
