package io.coxswain.store.jpa;

import io.coxswain.store.StoreSettings;
import io.coxswain.store.TestDatabase;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;

/** An H2 database with the persistence unit over it, without a server. Closing it closes the database. */
public final class H2Database implements TestDatabase {
    private final JdbcConnectionPool pool;
    private final EntityManagerFactory managers;

    private H2Database(String url) {
        pool = JdbcConnectionPool.create(url, "sa", "");
        managers = Persistence.createEntityManagerFactory(
                "coxswain",
                Map.of(
                        "jakarta.persistence.transactionType", "RESOURCE_LOCAL",
                        "jakarta.persistence.jtaDataSource", "",
                        "jakarta.persistence.nonJtaDataSource", pool,
                        "eclipselink.session-name", UUID.randomUUID().toString(),
                        "eclipselink.logging.level", "OFF"));
    }

    public static H2Database inMemory() {
        return new H2Database("jdbc:h2:mem:" + UUID.randomUUID());
    }

    /** The database in a file, as the server opens it. */
    public static H2Database inFile(Path file) {
        return new H2Database("jdbc:h2:file:" + file.toAbsolutePath());
    }

    @Override
    public JpaObjectLog log(StoreSettings settings) {
        return new JpaObjectLog(pool, new LocalTransactions(managers), settings);
    }

    public JdbcConnectionPool pool() {
        return pool;
    }

    @Override
    public void execute(String statement) {
        try (Connection connection = pool.getConnection();
                Statement jdbc = connection.createStatement()) {
            jdbc.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long number(String query) {
        try (Connection connection = pool.getConnection();
                Statement jdbc = connection.createStatement();
                ResultSet result = jdbc.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        managers.close();
        pool.dispose();
    }
}
