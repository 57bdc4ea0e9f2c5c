package io.coxswain.store;

import java.time.Clock;

/** A database that a test's store runs on. Closing it gives up its connections. */
public interface TestDatabase extends AutoCloseable {
    ObjectLog log(StoreSettings settings);

    default GroupCommitStore store(StoreSettings settings, Clock clock) {
        return new GroupCommitStore(log(settings), settings, clock, work -> {
            Thread thread = new Thread(work, "store-writer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Runs a statement beside the store. */
    void execute(String statement);

    /** The one number a query finds. */
    long number(String query);

    @Override
    void close();
}
