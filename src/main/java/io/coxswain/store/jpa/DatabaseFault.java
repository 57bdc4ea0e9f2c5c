package io.coxswain.store.jpa;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;

/** What is wrong with a database, as a sentence that names the mend. By SQLSTATE, PostgreSQL's appendix A. */
final class DatabaseFault {
    private DatabaseFault() {}

    /** @param failure of an attempt to connect or of a first statement */
    static String describe(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        String said = firstLine(failure);
        return switch (state) {
            case "28P01" -> "the database refuses the password: " + said;
            case "28000" -> "the database does not let this user in (PostgreSQL: see pg_hba.conf): " + said;
            case "3D000" -> "the database server has no such database: " + said;
            case "42501" -> "the database user lacks a privilege: " + said;
            case "42P01" -> "the database lacks the tables; run src/main/resources/db/postgresql/*.sql: " + said;
            case "53300" -> "the database server has no connection left: " + said;
            case "57P03" -> "the database server does not take connections yet: " + said;
            default ->
                (isConnection(failure, state) ? "the database cannot be reached: " : "the database failed: ") + said;
        };
    }

    private static boolean isConnection(SQLException failure, String state) {
        return state.startsWith("08")
                || failure instanceof SQLNonTransientConnectionException
                || failure instanceof SQLTransientConnectionException;
    }

    private static String firstLine(SQLException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.lines().findFirst().orElse(message).strip();
    }
}
