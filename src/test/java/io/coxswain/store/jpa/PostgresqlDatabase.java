package io.coxswain.store.jpa;

import io.coxswain.store.StoreSettings;
import io.coxswain.store.TestDatabase;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL database with the persistence unit over it, without a server of ours: EclipseLink pools the connections. */
public final class PostgresqlDatabase implements TestDatabase {
    private final PGSimpleDataSource source = new PGSimpleDataSource();
    private final EntityManagerFactory managers;

    public PostgresqlDatabase(String url, String user, String password) {
        source.setUrl(url);
        source.setUser(user);
        source.setPassword(password);
        source.setConnectTimeout(5);
        source.setSocketTimeout(20);
        Map<String, Object> properties = new HashMap<>(Map.of(
                "jakarta.persistence.transactionType", "RESOURCE_LOCAL",
                "jakarta.persistence.jtaDataSource", "",
                "jakarta.persistence.jdbc.driver", "org.postgresql.Driver",
                "jakarta.persistence.jdbc.url", url + "&reWriteBatchedInserts=true&connectTimeout=5&socketTimeout=20",
                "jakarta.persistence.jdbc.user", user,
                "jakarta.persistence.jdbc.password", password,
                "eclipselink.jdbc.connection_pool.default.initial", "1",
                "eclipselink.jdbc.connection_pool.default.max", "4",
                "eclipselink.session-name", UUID.randomUUID().toString(),
                "eclipselink.logging.level", "OFF"));
        // As Liberty's statement cache.
        properties.put("eclipselink.jdbc.cache-statements", "true");
        managers = Persistence.createEntityManagerFactory("coxswain", properties);
    }

    public PGSimpleDataSource source() {
        return source;
    }

    @Override
    public JpaObjectLog log(StoreSettings settings) {
        return new JpaObjectLog(source, new LocalTransactions(managers), settings);
    }

    @Override
    public void execute(String statement) {
        try (Connection connection = source.getConnection();
                Statement jdbc = connection.createStatement()) {
            jdbc.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(statement, e);
        }
    }

    @Override
    public long number(String query) {
        try (Connection connection = source.getConnection();
                Statement jdbc = connection.createStatement();
                ResultSet result = jdbc.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    @Override
    public void close() {
        managers.close();
    }
}
