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
            SchemaMigration migration = new SchemaMigration(database.pool(), "db/h2");
            migration.run();
            migration.run();
            assertThat(database.number("SELECT COUNT(*) FROM schema_version")).isEqualTo(1);
            assertThat(database.number("SELECT COUNT(*) FROM revision_log")).isZero();
        }
    }

    @Test
    void aScriptThatWasCutShortIsRunAgain() {
        try (H2Database database = H2Database.inMemory()) {
            new SchemaMigration(database.pool(), "db/h2").run();
            database.execute("DELETE FROM schema_version");
            assertThatCode(() -> new SchemaMigration(database.pool(), "db/h2").run())
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

    @Test
    void bothDatabasesHaveTheSameTables() throws Exception {
        assertThat(commands("h2").stream()
                        .map(command -> command.replace("VARBINARY", "BYTEA"))
                        .toList())
                .isEqualTo(commands("postgresql"));
    }

    private static List<String> commands(String database) throws Exception {
        try (InputStream stream = SchemaMigration.class.getResourceAsStream("/db/" + database + "/V1.sql")) {
            return SchemaMigration.commands(
                    new String(java.util.Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
