package io.coxswain.store;

import io.coxswain.store.jpa.PostgresqlServer;
import java.util.UUID;

/** Kills on one PostgreSQL schema; the database lives on. */
class PostgresqlStoreKillIT extends StoreKillContract {
    private final String schema = "k" + UUID.randomUUID().toString().replace('-', '_');

    @Override
    protected TestDatabase connect() {
        return PostgresqlServer.shared().database(schema);
    }

    @Override
    protected String name() {
        PostgresqlServer.shared().execute("CREATE SCHEMA IF NOT EXISTS " + schema);
        return PostgresqlServer.shared().url("postgres") + "?currentSchema=" + schema;
    }
}
