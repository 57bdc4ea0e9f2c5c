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
 * database has not had yet, in order, and notes each. A script must be harmless when run twice, since some databases
 * commit in the middle of one.
 */
final class SchemaMigration {
    private static final Logger LOG = System.getLogger(SchemaMigration.class.getName());

    private static final String VERSIONS = "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)";

    private final DataSource source;
    private final String scripts;

    /** @param scripts the folder of the scripts on the class path */
    SchemaMigration(DataSource source, String scripts) {
        this.source = source;
        this.scripts = scripts;
    }

    void run() {
        try (Connection connection = source.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                migrate(connection);
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(autoCommit);
            }
        } catch (SQLException e) {
            throw new StoreUnavailableException("the database's tables could not be brought up to date", e);
        }
    }

    private void migrate(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(VERSIONS);
        }
        connection.commit();
        int version = version(connection);
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
            try (PreparedStatement note = connection.prepareStatement("INSERT INTO schema_version VALUES (?)")) {
                note.setInt(1, version);
                note.executeUpdate();
            }
            connection.commit();
            script = script(version + 1);
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
