package io.coxswain.store.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.store.CommitOutcomeException;
import io.coxswain.store.StoreUnavailableException;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The order of calls and the meaning of failures; that it works on a real server is for its integration tests. */
class JtaTransactionsTest {
    private final List<String> calls = new ArrayList<>();
    private final FakeTransaction transaction = new FakeTransaction();
    private boolean flushFails;

    private final EntityManager manager = fake(EntityManager.class, "flush");
    private final EntityManagerFactory managers = (EntityManagerFactory) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {EntityManagerFactory.class}, (proxy, method, arguments) -> {
                calls.add(method.getName());
                return manager;
            });
    private final JtaTransactions transactions = new JtaTransactions(managers, transaction);

    @Test
    void commitsWhatWasDone() {
        assertThat(transactions.<String>call(em -> {
                    calls.add("work");
                    return "done";
                }))
                .isEqualTo("done");
        assertThat(calls)
                .containsExactly("begin", "createEntityManager", "joinTransaction", "work", "flush", "commit", "close");
    }

    @Test
    void rollsBackWhenTheWorkFails() {
        assertThatThrownBy(() -> transactions.call(em -> {
                    throw new PersistenceException("no table");
                }))
                .isInstanceOf(StoreUnavailableException.class)
                .isNotInstanceOf(CommitOutcomeException.class)
                .hasRootCauseMessage("no table");
        assertThat(calls).containsExactly("begin", "createEntityManager", "joinTransaction", "rollback", "close");
    }

    @Test
    void rollsBackWhenTheDatabaseRefusesTheWrites() {
        flushFails = true;
        assertThatThrownBy(() -> transactions.call(em -> "done")).isInstanceOf(StoreUnavailableException.class);
        assertThat(calls).endsWith("flush", "rollback", "close");
    }

    @Test
    void noFailureOfTheCommitIsCertain() {
        transaction.commitFails = new RollbackException("the connection broke");
        assertThatThrownBy(() -> transactions.call(em -> "done")).isInstanceOf(CommitOutcomeException.class);
        assertThat(calls).endsWith("commit", "close");
        transaction.commitFails = new SystemException("connection lost");
        assertThatThrownBy(() -> transactions.call(em -> "done")).isInstanceOf(CommitOutcomeException.class);
        transaction.commitFails = new IllegalStateException("?");
        assertThatThrownBy(() -> transactions.call(em -> "done")).isInstanceOf(CommitOutcomeException.class);
    }

    @Test
    void aFailureOfItsOwnPassesThrough() {
        StoreUnavailableException own = new StoreUnavailableException("somebody else writes");
        assertThatThrownBy(() -> transactions.call(em -> {
                    throw own;
                }))
                .isSameAs(own);
    }

    private <T> T fake(Class<T> type, String failing) {
        return type.cast(Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    if (flushFails && method.getName().equals(failing)) {
                        throw new PersistenceException("duplicate key");
                    }
                    return null;
                }));
    }

    private final class FakeTransaction implements UserTransaction {
        private @Nullable Exception commitFails;

        @Override
        public void begin() {
            calls.add("begin");
        }

        @Override
        public void commit() throws RollbackException, SystemException {
            calls.add("commit");
            if (commitFails instanceof RollbackException failure) {
                throw failure;
            }
            if (commitFails instanceof SystemException failure) {
                throw failure;
            }
            if (commitFails instanceof RuntimeException failure) {
                throw failure;
            }
        }

        @Override
        public void rollback() {
            calls.add("rollback");
        }

        @Override
        public void setRollbackOnly() {
            calls.add("setRollbackOnly");
        }

        @Override
        public int getStatus() {
            return Status.STATUS_ACTIVE;
        }

        @Override
        public void setTransactionTimeout(int seconds) {
            calls.add("setTransactionTimeout");
        }
    }
}
