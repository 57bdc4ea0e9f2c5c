package io.coxswain.store.jpa;

import io.coxswain.store.CommitOutcomeException;
import io.coxswain.store.StoreUnavailableException;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import java.util.function.Function;

/** Transactions of the server. The calling thread must be one of the server's own. */
public final class JtaTransactions implements Transactions {
    private final EntityManagerFactory managers;
    private final UserTransaction transaction;

    public JtaTransactions(EntityManagerFactory managers, UserTransaction transaction) {
        this.managers = managers;
        this.transaction = transaction;
    }

    @Override
    public <T> T call(Function<EntityManager, T> work) {
        try {
            transaction.begin();
        } catch (NotSupportedException | SystemException e) {
            throw new StoreUnavailableException("the server began no transaction", e);
        }
        EntityManager manager = null;
        try {
            T result;
            try {
                manager = managers.createEntityManager();
                manager.joinTransaction();
                result = work.apply(manager);
                manager.flush();
            } catch (RuntimeException e) {
                throw rolledBack(e);
            }
            commit();
            return result;
        } finally {
            if (manager != null) {
                manager.close();
            }
        }
    }

    private void commit() {
        try {
            transaction.commit();
        } catch (Exception e) {
            // Also a RollbackException: a connection that breaks while a database server commits is no rollback there.
            throw new CommitOutcomeException("the database failed while it committed", e);
        }
    }

    private StoreUnavailableException rolledBack(RuntimeException cause) {
        try {
            transaction.rollback();
        } catch (SystemException | RuntimeException e) {
            cause.addSuppressed(e);
        }
        return cause instanceof StoreUnavailableException known
                ? known
                : new StoreUnavailableException("the database did not take a transaction", cause);
    }
}
