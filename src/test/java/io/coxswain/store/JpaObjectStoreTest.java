package io.coxswain.store;

import io.coxswain.store.jpa.H2Database;

/** The contract on H2 in memory. */
class JpaObjectStoreTest extends ObjectStoreContract {
    @SuppressWarnings("NullAway.Init") // by open, before each test
    private H2Database database;

    @Override
    protected ManagedObjectStore open(StoreSettings settings) {
        database = H2Database.inMemory();
        return database.store(settings, clock);
    }

    @Override
    protected void close() {
        database.close();
    }
}
