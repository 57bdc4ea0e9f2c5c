package io.coxswain.store.jpa;

import io.coxswain.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
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

    static Database of(DataSource source) {
        String product;
        try (Connection connection = source.getConnection()) {
            product = connection.getMetaData().getDatabaseProductName();
        } catch (SQLException e) {
            throw new StoreUnavailableException("the database cannot be reached", e);
        }
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
