package io.coxswain.store.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.store.StoreUnavailableException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaMigrationTest {
    @Test
    void commandsEndWithASemicolonAtALinesEnd() {
        assertThat(SchemaMigration.commands(
                        "-- a; comment;\nCREATE TABLE a (\n  -- another\n  b INT);\n\nDROP TABLE c"))
                .containsExactly("CREATE TABLE a (\nb INT)", "DROP TABLE c");
    }

    @Test
    void runningItTwiceChangesNothing() {
        try (H2Database database = H2Database.inMemory()) {
            SchemaMigration migration = new SchemaMigration("db/h2", List.of());
            migration.run(database.pool());
            migration.run(database.pool());
            assertThat(database.number("SELECT COUNT(*) FROM schema_version")).isEqualTo(3);
            assertThat(database.number("SELECT COUNT(*) FROM revision_log")).isZero();
        }
    }

    @Test
    void aScriptThatWasCutShortIsRunAgain() {
        try (H2Database database = H2Database.inMemory()) {
            new SchemaMigration("db/h2", List.of()).run(database.pool());
            database.execute("DELETE FROM schema_version");
            assertThatCode(() -> new SchemaMigration("db/h2", List.of()).run(database.pool()))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void aDatabaseOutOfReachSaysSo() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:nowhere;IFEXISTS=TRUE");
        assertThatThrownBy(() -> Database.of(source))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("cannot be reached");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void bothDatabasesHaveTheSameTables(int version) throws Exception {
        assertThat(commands("h2", version).stream()
                        .map(command -> command.replace("VARBINARY", "BYTEA"))
                        .toList())
                .isEqualTo(commands("postgresql", version).stream()
                        .filter(command -> !command.contains("schema_version"))
                        .toList());
    }

    @Test
    void postgresqlScriptsNoteThatTheyWereRun() throws Exception {
        for (int version = 1; version <= 2; version++) {
            assertThat(commands("postgresql", version))
                    .endsWith("INSERT INTO schema_version VALUES (" + version + ") ON CONFLICT DO NOTHING");
        }
    }

    private static List<String> commands(String database, int version) throws Exception {
        try (InputStream stream =
                SchemaMigration.class.getResourceAsStream("/db/" + database + "/V" + version + ".sql")) {
            return SchemaMigration.commands(
                    new String(java.util.Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
