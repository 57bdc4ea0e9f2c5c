package io.coxswain.store;

import io.coxswain.store.jpa.H2Database;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on H2 in a file, with a flush after every batch. */
class JpaFileObjectStoreTest extends ObjectStoreContract {
    @TempDir
    private Path directory;

    @SuppressWarnings("NullAway.Init") // by open, before each test
    private H2Database database;

    private int opened;

    @Override
    protected ManagedObjectStore open(StoreSettings settings) {
        database = H2Database.inFile(directory.resolve("store" + opened++));
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
