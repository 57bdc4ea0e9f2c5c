package io.coxswain.store;

import io.coxswain.store.jpa.H2Database;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Restarts on one H2 file. */
class StoreRestartTest extends StoreRestartContract {
    @TempDir
    private Path directory;

    @Override
    protected TestDatabase connect() {
        return H2Database.inFile(directory.resolve("store"));
    }
}
