package io.coxswain.store.jpa;

import io.coxswain.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The databases the store runs on, and what differs between them. */
enum Database {
    /** Embedded. Writes at commit but flushes to the disk only when told (its own documentation, "Durability Problems"). */
    H2("H2", "CHECKPOINT SYNC"),
    /** Flushes its log at commit ({@code synchronous_commit=on}). */
    POSTGRESQL("PostgreSQL", null);

    /** Any number that nobody else takes: "coxswain" in ASCII. */
    private static final long LOCK = 0x636f78737761696eL;

    private final String product;
    private final @Nullable String syncStatement;

    Database(String product, @Nullable String syncStatement) {
        this.product = product;
        this.syncStatement = syncStatement;
    }

    /** The statement that makes all commits durable; empty if a commit is durable already. */
    Optional<String> syncStatement() {
        return Optional.ofNullable(syncStatement);
    }

    /** Where the scripts that make the tables are. */
    String scripts() {
        return "db/" + name().toLowerCase(Locale.ROOT);
    }

    /** The statement that lets one server alone bring the tables up to date, and the one that ends it; empty if nobody else can. */
    List<String> migrationLock() {
        return isShared()
                ? List.of("SELECT pg_advisory_lock(" + LOCK + ")", "SELECT pg_advisory_unlock(" + LOCK + ")")
                : List.of();
    }

    /** Whether other servers may write to it at the same time. H2 locks its file. */
    boolean isShared() {
        return this == POSTGRESQL;
    }

    /** @throws StoreUnavailableException if it cannot be reached, or the store must not run on it */
    static Database of(DataSource source) {
        try (Connection connection = source.getConnection()) {
            Database database = of(connection.getMetaData().getDatabaseProductName());
            if (database == POSTGRESQL) {
                PostgresqlChecks.verify(connection);
            }
            return database;
        } catch (SQLException e) {
            throw new StoreUnavailableException(DatabaseFault.describe(e), e);
        }
    }

    private static Database of(String product) {
        return Arrays.stream(values())
                .filter(database -> database.product.equals(product))
                .findFirst()
                .orElseThrow(() -> new StoreUnavailableException("the database is " + product
                        + ", but the store runs on "
                        + Arrays.stream(values())
                                .map(database -> database.product)
                                .collect(Collectors.joining(" and "))
                        + " only"));
    }
}
