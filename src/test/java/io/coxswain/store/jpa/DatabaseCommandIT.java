package io.coxswain.store.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What {@code ./coxswain up --database postgresql} says about a database before it starts a server. */
class DatabaseCommandIT {
    private static final PostgresqlServer SERVER = PostgresqlServer.shared();

    private final String name = "d" + UUID.randomUUID().toString().replace('-', '_');

    @Test
    void anEmptyDatabaseGetsItsTables() throws Exception {
        SERVER.execute("CREATE DATABASE " + name);
        assertThat(check(name, PostgresqlServer.OWNER, PostgresqlServer.PASSWORD))
                .isEqualTo("0");
        assertThat(check(name, PostgresqlServer.OWNER, PostgresqlServer.PASSWORD))
                .isEqualTo("0");
        try (PostgresqlDatabase database = database(name)) {
            assertThat(database.number("SELECT COUNT(*) FROM object")).isZero();
        }
    }

    @Test
    void aWrongPasswordIsNamed() throws Exception {
        assertThat(check("postgres", PostgresqlServer.OWNER, "wrong"))
                .startsWith("1 the database refuses the password: ")
                .contains("\"" + PostgresqlServer.OWNER + "\"");
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() throws Exception {
        assertThat(check(name, PostgresqlServer.OWNER, PostgresqlServer.PASSWORD))
                .startsWith("1 the database server has no such database: ")
                .contains(name);
    }

    @Test
    void nobodyListens() throws Exception {
        assertThat(run("jdbc:postgresql://127.0.0.1:1/x", "u", "p"))
                .startsWith("1 the database cannot be reached: ")
                .contains("127.0.0.1:1");
    }

    @Test
    void noAddressOfPostgresql() throws Exception {
        assertThat(run("jdbc:mysql://127.0.0.1/x", "u", "p")).startsWith("1 'jdbc:mysql://127.0.0.1/x' is no address");
    }

    @Test
    void anotherEncodingIsRefused() throws Exception {
        SERVER.execute("CREATE DATABASE " + name + " ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        assertThat(check(name, PostgresqlServer.OWNER, PostgresqlServer.PASSWORD))
                .startsWith("1 the database has the encoding LATIN1")
                .contains("UTF8");
    }

    @Test
    void commitsThatAreNotDurableAreRefused() throws Exception {
        SERVER.execute("CREATE DATABASE " + name);
        SERVER.execute("ALTER DATABASE " + name + " SET synchronous_commit = off");
        assertThat(check(name, PostgresqlServer.OWNER, PostgresqlServer.PASSWORD))
                .startsWith("1 the database has synchronous_commit=off");
    }

    @Test
    void aUserWhoMayNotMakeTablesNeedsTheScripts() throws Exception {
        SERVER.execute("CREATE DATABASE " + name);
        SERVER.execute("CREATE ROLE " + name + " LOGIN PASSWORD 'p'");
        assertThat(check(name, name, "p"))
                .startsWith("1 the database's tables are missing")
                .contains("src/main/resources/db/postgresql/V*.sql");

        try (PostgresqlDatabase database = database(name)) {
            for (int version = 1; version <= 3; version++) {
                for (String command : SchemaMigration.commands(
                        Files.readString(Path.of("src/main/resources/db/postgresql/V" + version + ".sql")))) {
                    database.execute(command);
                }
            }
            database.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + name);
        }
        assertThat(check(name, name, "p")).isEqualTo("0");
    }

    private static PostgresqlDatabase database(String name) {
        return new PostgresqlDatabase(
                SERVER.url(name) + "?ApplicationName=test", PostgresqlServer.OWNER, PostgresqlServer.PASSWORD);
    }

    private static String check(String database, String user, String password) throws IOException {
        return run(SERVER.url(database), user, password);
    }

    private static String run(String url, String user, String password) throws IOException {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = DatabaseCommand.run(
                new String[] {url, user},
                new ByteArrayInputStream((password + "\n").getBytes(StandardCharsets.UTF_8)),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return (status + " " + err.toString(StandardCharsets.UTF_8)).strip();
    }
}
