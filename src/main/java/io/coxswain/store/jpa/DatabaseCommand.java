package io.coxswain.store.jpa;

import io.coxswain.store.StoreUnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Looks at a PostgreSQL database before a server is started on it, so that a wrong address or password is told in a
 * second and by whoever typed it. Makes the tables if they are missing and the user may. The launcher calls it:
 *
 * <pre>java -cp 'WEB-INF/classes:jdbc/*' io.coxswain.store.jpa.DatabaseCommand URL USER &lt; PASSWORD_FILE</pre>
 *
 * Exit status 0: a server can run on it; 1: standard error says what is wrong.
 */
public final class DatabaseCommand {
    private static final int SECONDS = 10;

    private DatabaseCommand() {}

    public static void main(String[] arguments) throws IOException {
        System.exit(run(arguments, System.in, System.err));
    }

    static int run(String[] arguments, InputStream password, PrintStream err) throws IOException {
        if (arguments.length != 2) {
            err.println("usage: DatabaseCommand URL USER < PASSWORD_FILE");
            return 1;
        }
        if (!arguments[0].startsWith("jdbc:postgresql:")) {
            err.println("'" + arguments[0] + "' is no address of a PostgreSQL database;"
                    + " it looks like jdbc:postgresql://host:5432/name");
            return 1;
        }
        Properties properties = new Properties();
        properties.setProperty("user", arguments[1]);
        String secret = new BufferedReader(new InputStreamReader(password, StandardCharsets.UTF_8)).readLine();
        if (secret != null) {
            properties.setProperty("password", secret);
        }
        properties.setProperty("connectTimeout", String.valueOf(SECONDS));
        properties.setProperty("socketTimeout", String.valueOf(SECONDS));
        try (Connection connection = DriverManager.getConnection(arguments[0], properties)) {
            PostgresqlChecks.verify(connection);
            new SchemaMigration(Database.POSTGRESQL.scripts(), Database.POSTGRESQL.migrationLock()).run(connection);
            return 0;
        } catch (StoreUnavailableException e) {
            err.println(e.getMessage());
        } catch (SQLException e) {
            err.println(DatabaseFault.describe(e));
        }
        return 1;
    }
}
