package io.coxswain.store.jpa;

import io.coxswain.store.CommitOutcomeException;
import io.coxswain.store.ObjectKey;
import io.coxswain.store.ObjectLog;
import io.coxswain.store.Retention;
import io.coxswain.store.StoreSettings;
import io.coxswain.store.StoreUnavailableException;
import io.coxswain.store.StoredObject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.lang.System.Logger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The store's tables through JPA. The statements are the same on every database; {@link Database} has what differs. */
public final class JpaObjectLog implements ObjectLog {
    private static final Logger LOG = System.getLogger(JpaObjectLog.class.getName());

    /** Rows a reading transaction fetches: at most some hundred megabytes even if every object had the largest size. */
    private static final int PAGE = 256;

    private final DataSource source;
    private final Transactions transactions;
    private final StoreSettings settings;
    private @Nullable Database database;

    /** Which of the servers that ever opened the database this is. */
    private long writer;

    /**
     * @param source the database of the transactions; also used beside them, for what must not be in one
     * @param transactions over the persistence unit {@code coxswain}
     */
    public JpaObjectLog(DataSource source, Transactions transactions, StoreSettings settings) {
        this.source = source;
        this.transactions = transactions;
        this.settings = settings;
    }

    @Override
    public Position open() {
        Database found = Database.of(source);
        database = found;
        new SchemaMigration(found.scripts()).run(source);
        Position position = transactions.call(this::position);
        sync();
        return position;
    }

    private Position position(EntityManager manager) {
        // Locked, so that what another server is just committing is either seen here or refused there.
        ClusterMetaRow meta = manager.find(ClusterMetaRow.class, ClusterMetaRow.ONLY, LockModeType.PESSIMISTIC_WRITE);
        if (meta == null) {
            meta = new ClusterMetaRow();
            manager.persist(meta);
        }
        writer = meta.takeOver();
        long revision = Math.max(meta.compacted(Retention.NORMAL), meta.compacted(Retention.SHORT));
        for (StateTable table : StateTable.values()) {
            revision = Math.max(revision, newest(manager, table.current()));
            revision = Math.max(revision, newest(manager, table.past()));
        }
        boolean moved = moveToTheirTables(manager);
        if (meta.jump() > 0) {
            // A restored backup may lack revisions that clients have seen: skip beyond them, and let no watch resume.
            LOG.log(Logger.Level.INFO, "The revision jumps from {0} by {1}", revision, meta.jump());
            revision += meta.jump();
            meta.jumped();
            moved = true;
        }
        if (moved) {
            for (StateTable table : StateTable.values()) {
                manager.createQuery("DELETE FROM " + table.past() + " r").executeUpdate();
                meta.compacted(table.retention(), revision);
            }
        }
        List<RevisionTime> times = manager
                .createQuery("SELECT t FROM RevisionTimeRow t ORDER BY t.revision", RevisionTimeRow.class)
                .getResultList()
                .stream()
                .map(RevisionTimeRow::time)
                .toList();
        return new Position(
                revision, meta.compacted(Retention.NORMAL), meta.compacted(Retention.SHORT), meta.epoch(), times);
    }

    private static long newest(EntityManager manager, String entity) {
        Long revision = manager.createQuery("SELECT MAX(r.revision) FROM " + entity + " r", Long.class)
                .getSingleResult();
        return revision == null ? 0 : revision;
    }

    /** Moves the objects of resources whose retention was configured otherwise when they were written. */
    private boolean moveToTheirTables(EntityManager manager) {
        boolean moved = false;
        for (StateTable table : StateTable.values()) {
            StateTable other = table == StateTable.ORDINARY ? StateTable.SHORT_LIVED : StateTable.ORDINARY;
            List<String> resources = manager.createQuery(
                            "SELECT DISTINCT r.resource FROM " + table.current() + " r", String.class)
                    .getResultList();
            for (String resource : resources) {
                if (settings.retention(resource) != table.retention()) {
                    LOG.log(Logger.Level.INFO, "Moving {0} to {1}", resource, other.current());
                    move(manager, resource, table, other);
                    moved = true;
                }
            }
        }
        return moved;
    }

    private static void move(EntityManager manager, String resource, StateTable from, StateTable to) {
        List<Object[]> rows = manager.createQuery(
                        "SELECT r.revision, r.resource, r.namespace, r.name, r.json FROM " + from.current()
                                + " r WHERE r.resource = :resource",
                        Object[].class)
                .setParameter("resource", resource)
                .getResultList();
        rows.forEach(row -> manager.persist(to.currentRow(object(row))));
        manager.createQuery("DELETE FROM " + from.current() + " r WHERE r.resource = :resource")
                .setParameter("resource", resource)
                .executeUpdate();
    }

    @Override
    public void load(Consumer<Row> rows) {
        for (StateTable table : StateTable.values()) {
            read(table.current(), false, 0, rows);
            read(table.past(), true, 0, rows);
        }
    }

    @Override
    public List<Row> readAbove(long revision) {
        if (isShared()) {
            // A connection that broke while it committed may be committing still: its lock says when that is over.
            transactions.call(manager ->
                    manager.find(ClusterMetaRow.class, ClusterMetaRow.ONLY, LockModeType.PESSIMISTIC_WRITE) != null);
        }
        List<Row> rows = new ArrayList<>();
        for (StateTable table : StateTable.values()) {
            read(table.current(), false, revision, rows::add);
            read(table.past(), true, revision, rows::add);
        }
        rows.sort(Comparator.comparingLong(row -> row.object().revision()));
        return List.copyOf(rows);
    }

    private void read(String entity, boolean past, long above, Consumer<Row> rows) {
        String query = "SELECT r.revision, r.resource, r.namespace, r.name, r.json"
                + (past ? ", r.superseded, r.deleted" : "") + " FROM " + entity
                + " r WHERE r.revision > :above ORDER BY r.revision";
        long last = above;
        List<Row> page;
        do {
            long start = last;
            page = transactions.call(manager -> {
                try (Stream<Object[]> found = manager.createQuery(query, Object[].class)
                        .setParameter("above", start)
                        .setMaxResults(PAGE)
                        .getResultStream()) {
                    return found.map(columns -> row(columns, past)).toList();
                }
            });
            page.forEach(rows);
            last = page.isEmpty() ? last : page.get(page.size() - 1).object().revision();
        } while (page.size() == PAGE);
    }

    private static Row row(Object[] columns, boolean past) {
        return past
                ? new Row(object(columns), ((Number) columns[5]).longValue(), (Boolean) columns[6])
                : new Row(object(columns), 0, false);
    }

    private static StoredObject object(Object[] columns) {
        return new StoredObject(
                new ObjectKey((String) columns[1], (String) columns[2], (String) columns[3]),
                ((Number) columns[0]).longValue(),
                (byte[]) columns[4]);
    }

    @Override
    public void write(Batch batch) {
        try {
            transactions.call(manager -> write(manager, batch));
        } catch (CommitOutcomeException e) {
            throw e;
        } catch (StoreUnavailableException e) {
            if (!isShared() || !isLostConnection(e)) {
                throw e;
            }
            // Nothing was written. The database was restarted perhaps, and the pool has thrown its old connections away
            // by now.
            LOG.log(Logger.Level.INFO, "Writing a batch again on a new connection: {0}", e.getMessage());
            transactions.call(manager -> write(manager, batch));
        }
    }

    private boolean write(EntityManager manager, Batch batch) {
        refuseIfTakenOver(manager);
        if (batch.time() != null) {
            manager.persist(new RevisionTimeRow(batch.time()));
        }
        try {
            new BatchRows(manager.unwrap(Connection.class), batch, this::retention).write();
        } catch (SQLException e) {
            throw new StoreUnavailableException("the database did not take a batch: " + DatabaseFault.describe(e), e);
        }
        return true;
    }

    /** The lock lasts until the transaction ends, so that nobody can take over in the midst of it. */
    private void refuseIfTakenOver(EntityManager manager) {
        if (!isShared()) {
            return;
        }
        Number found = (Number) manager.createNativeQuery("SELECT writer FROM cluster_meta WHERE id = ? FOR SHARE")
                .setParameter(1, ClusterMetaRow.ONLY)
                .getSingleResult();
        if (found.longValue() != writer) {
            throw new StoreUnavailableException(
                    "another server has taken over the database; this one writes nothing any more: stop it");
        }
    }

    private boolean isShared() {
        return database != null && database.isShared();
    }

    private static boolean isLostConnection(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // 08: connection exceptions; 57P: the server is shutting down, has crashed, or is starting.
            if (cause instanceof SQLException sql
                    && sql.getSQLState() != null
                    && (sql.getSQLState().startsWith("08") || sql.getSQLState().startsWith("57P"))) {
                return true;
            }
        }
        return false;
    }

    private Retention retention(StoredObject object) {
        return settings.retention(object.key().resource());
    }

    @Override
    public void sync() {
        Database known = database;
        String statement = known == null ? null : known.syncStatement().orElse(null);
        if (statement == null) {
            return;
        }
        try (Connection connection = source.getConnection();
                Statement sync = connection.createStatement()) {
            sync.execute(statement);
        } catch (SQLException e) {
            throw new CommitOutcomeException("the database did not make a commit durable", e);
        }
    }

    @Override
    public int compact(Retention retention, long target, long upTo) {
        return transactions.call(manager -> {
            refuseIfTakenOver(manager);
            ClusterMetaRow meta = manager.find(ClusterMetaRow.class, ClusterMetaRow.ONLY);
            meta.compacted(retention, target);
            if (retention == Retention.NORMAL) {
                manager.createQuery("DELETE FROM RevisionTimeRow t WHERE t.revision < :upTo")
                        .setParameter("upTo", upTo)
                        .executeUpdate();
            }
            return manager.createQuery(
                            "DELETE FROM " + StateTable.of(retention).past() + " r WHERE r.superseded <= :upTo")
                    .setParameter("upTo", upTo)
                    .executeUpdate();
        });
    }
}
