package io.coxswain.store.jpa;

import io.coxswain.store.StoreUnavailableException;
import java.lang.System.Logger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What a PostgreSQL server must be for the store to keep its promises: looked at once, at start. */
final class PostgresqlChecks {
    private static final Logger LOG = System.getLogger(PostgresqlChecks.class.getName());

    /** The oldest major version that its makers still mended when this was written. */
    private static final int OLDEST = 13;

    private PostgresqlChecks() {}

    /** @throws StoreUnavailableException saying what is to be changed, if the store must not run on this database */
    static void verify(Connection connection) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < OLDEST) {
            throw new StoreUnavailableException(
                    "the database is PostgreSQL " + version + ", but the store needs " + OLDEST + " or newer");
        }
        String encoding = show(connection, "server_encoding");
        if (!"UTF8".equals(encoding)) {
            throw new StoreUnavailableException("the database has the encoding " + encoding
                    + ", which cannot hold every name; make it anew with ENCODING 'UTF8' TEMPLATE template0");
        }
        if ("on".equals(show(connection, "transaction_read_only"))) {
            throw new StoreUnavailableException("the database is read-only, a standby perhaps; name the primary"
                    + " (targetServerType=primary in the address chooses among several)");
        }
        if ("off".equals(show(connection, "synchronous_commit"))) {
            throw new StoreUnavailableException(
                    "the database has synchronous_commit=off: what it has committed could be"
                            + " lost in a crash; set it to on for this user or database");
        }
        List<String> unsafe = new ArrayList<>();
        for (String setting : List.of("fsync", "full_page_writes")) {
            if ("off".equals(show(connection, setting))) {
                unsafe.add(setting + "=off");
            }
        }
        if (!unsafe.isEmpty()) {
            LOG.log(
                    Logger.Level.WARNING,
                    "The database server runs with {0}: a power cut can destroy the cluster''s state",
                    String.join(" and ", unsafe));
        }
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW " + setting)) {
            result.next();
            return result.getString(1);
        }
    }
}
