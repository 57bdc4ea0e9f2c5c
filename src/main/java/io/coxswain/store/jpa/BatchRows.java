package io.coxswain.store.jpa;

import io.coxswain.store.ObjectLog;
import io.coxswain.store.Retention;
import io.coxswain.store.StoreUnavailableException;
import io.coxswain.store.StoredObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The rows of a batch as JDBC batches, one a table, on the connection of a JPA transaction. Rows are never changed and never
 * read back: managing them as entities would cost more than writing them.
 */
final class BatchRows {
    private final Connection connection;
    private final ObjectLog.Batch batch;
    private final Function<StoredObject, Retention> retention;

    BatchRows(Connection connection, ObjectLog.Batch batch, Function<StoredObject, Retention> retention) {
        this.connection = connection;
        this.batch = batch;
        this.retention = retention;
    }

    /** @throws StoreUnavailableException if a state to supersede is not there */
    void write() throws SQLException {
        for (StateTable table : StateTable.values()) {
            delete(table, of(table, batch.superseded()));
        }
        for (StateTable table : StateTable.values()) {
            insertPast(
                    table,
                    batch.past().stream()
                            .filter(row -> isOf(table, row.object()))
                            .toList());
            insertCurrent(table, of(table, batch.current()));
        }
    }

    private List<StoredObject> of(StateTable table, List<StoredObject> objects) {
        List<StoredObject> own = new ArrayList<>(objects.size());
        for (StoredObject object : objects) {
            if (isOf(table, object)) {
                own.add(object);
            }
        }
        return own;
    }

    private boolean isOf(StateTable table, StoredObject object) {
        return table == StateTable.of(retention.apply(object));
    }

    private void delete(StateTable table, List<StoredObject> superseded) throws SQLException {
        if (superseded.isEmpty()) {
            return;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + table.currentTable() + " WHERE revision = ?")) {
            for (StoredObject object : superseded) {
                statement.setLong(1, object.revision());
                statement.addBatch();
            }
            int deleted = Arrays.stream(statement.executeBatch()).sum();
            if (deleted != superseded.size()) {
                // Precondition checks in memory rest on nobody else writing: never go on when somebody did.
                throw new StoreUnavailableException("of " + superseded.size() + " states to supersede " + deleted
                        + " were in the database: somebody else writes to it");
            }
        }
    }

    private void insertCurrent(StateTable table, List<StoredObject> objects) throws SQLException {
        if (objects.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table.currentTable()
                + " (revision, resource, namespace, name, json) VALUES (?, ?, ?, ?, ?)")) {
            for (StoredObject object : objects) {
                set(statement, object);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private void insertPast(StateTable table, List<ObjectLog.Row> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table.pastTable()
                + " (revision, resource, namespace, name, json, superseded, deleted) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            for (ObjectLog.Row row : rows) {
                set(statement, row.object());
                statement.setLong(6, row.superseded());
                statement.setBoolean(7, row.deleted());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void set(PreparedStatement statement, StoredObject object) throws SQLException {
        statement.setLong(1, object.revision());
        statement.setString(2, object.key().resource());
        statement.setString(3, object.key().namespace());
        statement.setString(4, object.key().name());
        statement.setBytes(5, object.json());
    }
}
