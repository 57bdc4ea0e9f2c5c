package io.coxswain.store.jpa;

import io.coxswain.store.CommitOutcomeException;
import io.coxswain.store.StoreUnavailableException;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.EntityTransaction;
import java.util.function.Function;

/** Transactions of the entity manager itself, for use outside a Jakarta EE server. */
public final class LocalTransactions implements Transactions {
    private final EntityManagerFactory managers;

    public LocalTransactions(EntityManagerFactory managers) {
        this.managers = managers;
    }

    @Override
    public <T> T call(Function<EntityManager, T> work) {
        EntityManager manager;
        try {
            manager = managers.createEntityManager();
        } catch (RuntimeException e) {
            throw new StoreUnavailableException("the database cannot be reached", e);
        }
        try (manager) {
            EntityTransaction transaction = manager.getTransaction();
            T result;
            try {
                transaction.begin();
                result = work.apply(manager);
                manager.flush();
            } catch (RuntimeException e) {
                throw rolledBack(transaction, e);
            }
            try {
                transaction.commit();
            } catch (RuntimeException e) {
                throw new CommitOutcomeException("the database failed while it committed", e);
            }
            return result;
        }
    }

    private static StoreUnavailableException rolledBack(EntityTransaction transaction, RuntimeException cause) {
        try {
            if (transaction.isActive()) {
                transaction.rollback();
            }
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
        return cause instanceof StoreUnavailableException known
                ? known
                : new StoreUnavailableException("the database did not take a transaction", cause);
    }
}
