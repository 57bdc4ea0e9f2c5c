package io.coxswain.store.jpa;

import io.coxswain.store.CommitOutcomeException;
import io.coxswain.store.StoreUnavailableException;
import jakarta.persistence.EntityManager;
import java.util.function.Function;

/** Runs work in a transaction of its own. */
public interface Transactions {
    /**
     * Begins, runs the work, flushes, commits.
     *
     * @throws StoreUnavailableException if the work or the database failed: nothing was written
     * @throws CommitOutcomeException if the commit itself failed: everything was written, or nothing
     */
    <T> T call(Function<EntityManager, T> work);
}
