package io.coxswain.store;

import io.coxswain.store.jpa.PostgresqlDatabase;
import io.coxswain.store.jpa.PostgresqlServer;

/** The contract on PostgreSQL, each test in a schema of its own. */
class PostgresqlObjectStoreIT extends ObjectStoreContract {
    @SuppressWarnings("NullAway.Init") // by open, before each test
    private PostgresqlDatabase database;

    @Override
    protected ManagedObjectStore open(StoreSettings settings) {
        database = PostgresqlServer.shared().newSchema();
        return database.store(settings, clock);
    }

    @Override
    protected void close() {
        database.close();
    }

    @Override
    protected int rounds() {
        return 18;
    }
}
