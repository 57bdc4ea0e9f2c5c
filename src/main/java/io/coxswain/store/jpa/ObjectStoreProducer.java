package io.coxswain.store.jpa;

import io.coxswain.store.GroupCommitStore;
import io.coxswain.store.ManagedObjectStore;
import io.coxswain.store.StoreSettings;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceUnit;
import jakarta.transaction.UserTransaction;
import java.time.Clock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The one store of a server, on the data source {@code jdbc/coxswain}. Bootstrap starts and stops it. */
@ApplicationScoped
public class ObjectStoreProducer {
    @PersistenceUnit(unitName = "coxswain")
    private @Nullable EntityManagerFactory managers;

    @Resource(lookup = "jdbc/coxswain")
    private @Nullable DataSource source;

    @Resource
    private @Nullable UserTransaction transaction;

    @Resource(lookup = "concurrent/coxswain-threads")
    private @Nullable ManagedThreadFactory threads;

    @Produces
    @ApplicationScoped
    ManagedObjectStore store(StoreSettings settings, Clock clock) {
        if (managers == null || source == null || transaction == null || threads == null) {
            throw new IllegalStateException("the server injected no database or threads into the store");
        }
        return new GroupCommitStore(
                new JpaObjectLog(source, new JtaTransactions(managers, transaction), settings),
                settings,
                clock,
                threads);
    }

    void dispose(@Disposes ManagedObjectStore store) {
        store.stop();
    }
}
