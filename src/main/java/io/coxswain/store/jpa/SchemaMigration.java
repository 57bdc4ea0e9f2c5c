package io.coxswain.store.jpa;

import io.coxswain.store.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Brings the tables to the version of this program: runs the scripts {@code V1.sql}, {@code V2.sql}, … that the
 * database has not had yet, in order, and notes each. PostgreSQL's note themselves, so that a DBA can run them. A script must be harmless when run twice, since some databases
 * commit in the middle of one.
 */
final class SchemaMigration {
    private static final Logger LOG = System.getLogger(SchemaMigration.class.getName());

    /** SQLSTATE insufficient_privilege. */
    private static final String NO_PRIVILEGE = "42501";

    private static final String VERSIONS = "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)";

    private final String scripts;
    private final List<String> lock;

    /**
     * @param scripts the folder of the scripts on the class path
     * @param lock the statements around it that keep other servers out; empty if there can be none
     */
    SchemaMigration(String scripts, List<String> lock) {
        this.scripts = scripts;
        this.lock = lock;
    }

    void run(DataSource source) {
        try (Connection connection = source.getConnection()) {
            run(connection);
        } catch (SQLException e) {
            throw new StoreUnavailableException(
                    "the database's tables could not be brought up to date: " + DatabaseFault.describe(e), e);
        }
    }

    void run(Connection connection) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try {
            if (lock.isEmpty()) {
                migrate(connection);
            } else {
                migrateAlone(connection);
            }
        } catch (SQLException e) {
            connection.rollback();
            if (NO_PRIVILEGE.equals(e.getSQLState())) {
                throw new StoreUnavailableException(
                        "the database's tables are missing or of an older version, and the user may not change them; have a"
                                + " DBA run src/main/resources/" + scripts + "/V*.sql in order: " + e.getMessage(),
                        e);
            }
            throw e;
        } catch (RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }

    private void migrateAlone(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(lock.get(0));
            try {
                migrate(connection);
            } finally {
                if (!connection.isClosed()) {
                    connection.rollback(); // a failed transaction takes no statement
                    statement.execute(lock.get(1));
                    connection.commit();
                }
            }
        }
    }

    private void migrate(Connection connection) throws SQLException {
        // Asked first: a user without the right to create tables may not even say IF NOT EXISTS.
        int version = isThere(connection) ? version(connection) : 0;
        if (version == 0) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(VERSIONS);
            }
            connection.commit();
            version = version(connection);
        }
        Optional<String> script = script(version + 1);
        if (version > 0 && script(version).isEmpty()) {
            throw new StoreUnavailableException("the database's tables are of version " + version
                    + ", made by a newer release than this one; run that release, or restore a backup");
        }
        while (script.isPresent()) {
            version++;
            LOG.log(Logger.Level.INFO, "Bringing the database''s tables to version {0}", version);
            try (Statement statement = connection.createStatement()) {
                for (String command : commands(script.get())) {
                    statement.execute(command);
                }
            }
            try (PreparedStatement note =
                    connection.prepareStatement("INSERT INTO schema_version SELECT CAST(? AS INTEGER)"
                            + " WHERE NOT EXISTS (SELECT 1 FROM schema_version WHERE version = ?)")) {
                note.setInt(1, version);
                note.setInt(2, version);
                note.executeUpdate();
            }
            connection.commit();
            script = script(version + 1);
        }
    }

    private static boolean isThere(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT COUNT(*) FROM information_schema.tables WHERE LOWER(table_name) = 'schema_version'"
                                + " AND table_schema = CURRENT_SCHEMA");
                ResultSet result = statement.executeQuery()) {
            return result.next() && result.getInt(1) > 0;
        }
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT MAX(version) FROM schema_version")) {
            return result.next() ? result.getInt(1) : 0;
        }
    }

    /** The commands of a script: lines that begin with {@code --} are comments, a semicolon at a line's end ends one. */
    static List<String> commands(String script) {
        List<String> commands = new ArrayList<>();
        StringBuilder command = new StringBuilder();
        for (String line : script.lines().toList()) {
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("--")) {
                continue;
            }
            boolean last = text.endsWith(";");
            command.append(last ? text.substring(0, text.length() - 1) : text).append('\n');
            if (last) {
                commands.add(command.toString().strip());
                command.setLength(0);
            }
        }
        if (!command.toString().isBlank()) {
            commands.add(command.toString().strip());
        }
        return commands;
    }

    private Optional<String> script(int version) {
        String path = "/" + scripts + "/V" + version + ".sql";
        try (InputStream stream = SchemaMigration.class.getResourceAsStream(path)) {
            return stream == null
                    ? Optional.empty()
                    : Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new StoreUnavailableException("the script " + path + " cannot be read", e);
        }
    }
}
