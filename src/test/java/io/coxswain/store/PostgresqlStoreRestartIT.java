package io.coxswain.store;

import io.coxswain.store.jpa.PostgresqlServer;
import java.util.UUID;

/** Restarts on one PostgreSQL schema. */
class PostgresqlStoreRestartIT extends StoreRestartContract {
    private final String schema = "r" + UUID.randomUUID().toString().replace('-', '_');

    @Override
    protected TestDatabase connect() {
        PostgresqlServer server = PostgresqlServer.shared();
        server.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
        return server.database(schema);
    }
}
