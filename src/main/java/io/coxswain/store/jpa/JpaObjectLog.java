package io.coxswain.store.jpa;

import io.coxswain.store.CommitOutcomeException;
import io.coxswain.store.HistoryGoneException;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
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

    /** How often the revision had jumped when everything was read. */
    private long epoch;

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
        new SchemaMigration(found.scripts(), found.migrationLock()).run(source);
        Position position = transactions.call(this::prepare);
        epoch = position.epoch();
        sync();
        return position;
    }

    @Override
    public boolean isShared() {
        return database != null && database.isShared();
    }

    @Override
    public Position position() {
        Position position = transactions.call(manager -> position(manager, lock(manager)));
        epoch = position.epoch();
        return position;
    }

    /** Nobody else writes until the transaction ends, and what others have committed is seen. */
    private static ClusterMetaRow lock(EntityManager manager) {
        ClusterMetaRow meta = manager.find(ClusterMetaRow.class, ClusterMetaRow.ONLY, LockModeType.PESSIMISTIC_WRITE);
        if (meta == null) {
            throw new StoreUnavailableException("the table cluster_meta has lost its row; restore a backup");
        }
        return meta;
    }

    private Position prepare(EntityManager manager) {
        ClusterMetaRow meta = lock(manager);
        long revision =
                Math.max(meta.revision(), Math.max(meta.compacted(Retention.NORMAL), meta.compacted(Retention.SHORT)));
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
        } else if (moved) {
            meta.rewritten();
        }
        meta.revision(revision);
        if (moved) {
            for (StateTable table : StateTable.values()) {
                manager.createQuery("DELETE FROM " + table.past() + " r").executeUpdate();
                meta.compacted(table.retention(), revision);
            }
        }
        return position(manager, meta);
    }

    private static Position position(EntityManager manager, ClusterMetaRow meta) {
        List<RevisionTime> times = manager
                .createQuery("SELECT t FROM RevisionTimeRow t ORDER BY t.revision", RevisionTimeRow.class)
                .getResultList()
                .stream()
                .map(RevisionTimeRow::time)
                .toList();
        return new Position(
                meta.revision(),
                meta.compacted(Retention.NORMAL),
                meta.compacted(Retention.SHORT),
                meta.epoch(),
                times);
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
        read(0, rows, transactions::call);
    }

    @Override
    public List<Row> readAbove(long revision) {
        // A connection that broke while it committed may be committing still: its lock says when that is over.
        return transactions.call(manager -> isShared()
                ? newer(revision, state(manager, true), work -> work.apply(manager))
                : sorted(revision, Long.MAX_VALUE, work -> work.apply(manager)));
    }

    @Override
    public List<Row> readNew(long revision) {
        return newer(revision, transactions.call(manager -> state(manager, false)), transactions::call);
    }

    /** What every transaction must know of the others. */
    private record State(long revision, long compacted, long epoch) {}

    private static State state(EntityManager manager, boolean locked) {
        Object[] found =
                (Object[]) manager.createNativeQuery("SELECT revision, GREATEST(compacted, short_compacted), epoch"
                                + " FROM cluster_meta WHERE id = 1" + (locked ? " FOR UPDATE" : ""))
                        .getSingleResult();
        return new State(
                ((Number) found[0]).longValue(), ((Number) found[1]).longValue(), ((Number) found[2]).longValue());
    }

    /** The rows between a revision known and that of the state. */
    private List<Row> newer(long known, State state, Pages pages) {
        if (state.epoch() != epoch) {
            throw new HistoryGoneException("the revision has jumped, or another server has moved tables");
        }
        if (state.revision() == known) {
            return List.of();
        }
        if (state.revision() < known) {
            throw new StoreUnavailableException(
                    "the database is at revision " + state.revision()
                            + ", which is older than what this server has seen, " + known
                            + ": it was restored or failed over to a standby that lagged; stop all servers, see docs/postgresql.md");
        }
        if (state.compacted() > known) {
            throw new HistoryGoneException("this server has seen changes up to revision " + known
                    + ", and the others have compacted up to " + state.compacted());
        }
        return sorted(known, state.revision(), pages);
    }

    private static List<Row> sorted(long above, long upTo, Pages pages) {
        // While it is read another server may move a state from the one table to the other: it counts once.
        Map<Long, Row> rows = new TreeMap<>();
        read(above, row -> rows.put(row.object().revision(), row), pages);
        return rows.values().stream()
                .filter(row -> row.object().revision() <= upTo)
                .toList();
    }

    /** Gets one page of rows, in a transaction of its own or in one that is under way. */
    private interface Pages {
        List<Row> page(Function<EntityManager, List<Row>> work);
    }

    /** Current states first: what is superseded meanwhile is then still met in the log. */
    private static void read(long above, Consumer<Row> rows, Pages pages) {
        for (StateTable table : StateTable.values()) {
            read(table.current(), false, above, rows, pages);
            read(table.past(), true, above, rows, pages);
        }
    }

    private static void read(String entity, boolean past, long above, Consumer<Row> rows, Pages pages) {
        String query = "SELECT r.revision, r.resource, r.namespace, r.name, r.json"
                + (past ? ", r.superseded, r.deleted" : "") + " FROM " + entity
                + " r WHERE r.revision > :above ORDER BY r.revision";
        long last = above;
        List<Row> page;
        do {
            long start = last;
            page = pages.page(manager -> {
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
    public void write(long known, Planner planner) {
        if (!isShared()) {
            Batch batch = planner.plan(List.of());
            if (!batch.isEmpty()) {
                transactions.call(manager -> write(manager, batch));
            }
            return;
        }
        try {
            transactions.call(manager -> writeShared(manager, known, planner));
        } catch (CommitOutcomeException | HistoryGoneException e) {
            throw e;
        } catch (StoreUnavailableException e) {
            if (!isLostConnection(e)) {
                throw e;
            }
            // Nothing was written. The database was restarted perhaps, and the pool has thrown its old connections away
            // by now.
            LOG.log(Logger.Level.INFO, "Writing a batch again on a new connection: {0}", e.getMessage());
            transactions.call(manager -> writeShared(manager, known, planner));
        }
    }

    /** The lock on the one row of {@code cluster_meta} orders the writes of all servers; it lasts until the transaction ends. */
    private boolean writeShared(EntityManager manager, long known, Planner planner) {
        List<Row> peers = newer(known, state(manager, true), work -> work.apply(manager));
        Batch batch = planner.plan(peers);
        if (batch.isEmpty()) {
            return false;
        }
        manager.createNativeQuery("UPDATE cluster_meta SET revision = ? WHERE id = 1")
                .setParameter(1, batch.revision())
                .executeUpdate();
        return write(manager, batch);
    }

    private boolean write(EntityManager manager, Batch batch) {
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
            lock(manager).compacted(retention, target);
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
