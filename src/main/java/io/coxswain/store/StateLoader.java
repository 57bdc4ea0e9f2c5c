package io.coxswain.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Builds the cache from the rows of the log: the current state of every resource, and by replaying what lies above the
 * floor also the recent past, so that watches and lists from before a restart go on after it.
 */
final class StateLoader {
    private static final int TRIES = 5;

    private static final Comparator<StoredObject> BY_KEY = Comparator.comparing(StoredObject::key);

    private static final Comparator<ObjectLog.Row> BY_REVISION =
            Comparator.comparingLong(row -> row.object().revision());

    /** The rows of one resource. */
    private static final class Rows {
        /** What was there at the floor. */
        final List<StoredObject> base = new ArrayList<>();

        /** What happened since. */
        final List<ObjectLog.Row> changes = new ArrayList<>();

        /** The revisions of what is there now. A row that another server supersedes meanwhile may come from both tables. */
        final Set<Long> current = new HashSet<>();
    }

    private final WatchCache cache;
    private final ObjectLog.Position position;
    private final StoreSettings settings;
    private final boolean shared;
    private final Map<String, Rows> resources = new HashMap<>();
    private final Map<Retention, Long> oldestPast = new EnumMap<>(Retention.class);

    /** @param shared whether other servers write while the rows come */
    private StateLoader(WatchCache cache, ObjectLog.Position position, StoreSettings settings, boolean shared) {
        this.shared = shared;
        this.cache = cache;
        this.position = position;
        this.settings = settings;
        for (Retention retention : Retention.values()) {
            oldestPast.put(retention, position.compacted(retention));
        }
    }

    /**
     * Reads everything as of one revision, although other servers may go on writing.
     *
     * @throws StoreUnavailableException if their compactions got in the way again and again
     */
    static StateLoader read(ObjectLog log, WatchCache cache, ObjectLog.Position from, StoreSettings settings) {
        ObjectLog.Position position = from;
        for (int i = 0; i < TRIES; i++) {
            StateLoader loader = new StateLoader(cache, position, settings, log.isShared());
            log.load(loader::add);
            if (!log.isShared()) {
                return loader;
            }
            ObjectLog.Position after = log.position();
            if (after.hasSameHistoryAs(position)) {
                return loader;
            }
            position = after;
        }
        throw new StoreUnavailableException(
                "the database's history was compacted while it was read, " + TRIES + " times");
    }

    ObjectLog.Position position() {
        return position;
    }

    void add(ObjectLog.Row row) {
        if (row.object().revision() > position.revision()) {
            return; // comes with what is read after this
        }
        boolean stillCurrent = shared && row.superseded() > position.revision();
        add(row.object(), stillCurrent ? 0 : row.superseded(), row.deleted());
    }

    private void add(StoredObject read, long superseded, boolean deleted) {
        StoredObject object = new StoredObject(BatchPlan.intern(read.key()), read.revision(), read.json());
        Retention retention = settings.retention(object.key().resource());
        long floor = position.compacted(retention);
        boolean past = superseded > 0;
        if (past) {
            oldestPast.merge(retention, superseded - 1, Math::min);
            if (superseded <= floor) {
                return; // a compaction was cut short
            }
        }
        Rows rows = resources.computeIfAbsent(object.key().resource(), resource -> new Rows());
        if (!past && !rows.current.add(object.revision())) {
            return;
        }
        if (object.revision() <= floor) {
            rows.base.add(object);
        } else {
            rows.changes.add(new ObjectLog.Row(object, superseded, deleted));
        }
    }

    /** Up to which revision the log holds no past states of each class. */
    Map<Retention, Long> oldestPast() {
        return oldestPast;
    }

    /** Fills the cache. The rows must all have been added. */
    void finish() {
        Map<ResourceCache, SortedTree> trees = new HashMap<>();
        resources.forEach((name, rows) -> {
            ResourceCache resource = cache.resource(name);
            SortedTree tree = replay(resource, rows);
            if (tree.size() != rows.current.size()) {
                throw new IllegalStateException("the database contradicts itself: its history of " + name + " leads to "
                        + tree.size() + " objects, but there are " + rows.current.size());
            }
            trees.put(resource, tree);
        });
        cache.start(state(trees), position.compacted(), position.shortCompacted());
    }

    /** Fills a cache that was in use: what it knew of the past goes, and every watch ends. The rows must all have been added. */
    void replace() {
        Map<ResourceCache, SortedTree> trees = new HashMap<>();
        resources.forEach((name, rows) -> {
            List<StoredObject> objects = Stream.concat(
                            rows.base.stream(), rows.changes.stream().map(ObjectLog.Row::object))
                    .filter(object -> rows.current.contains(object.revision()))
                    .sorted(BY_KEY)
                    .toList();
            trees.put(cache.resource(name), SortedTree.ofSorted(objects));
        });
        cache.replace(state(trees));
    }

    private WatchCache.State state(Map<ResourceCache, SortedTree> trees) {
        SortedTree[] all = new SortedTree[cache.resourceCount()];
        Arrays.fill(all, SortedTree.EMPTY);
        trees.forEach((resource, tree) -> all[resource.index()] = tree);
        return new WatchCache.State(position.revision(), all);
    }

    private static SortedTree replay(ResourceCache resource, Rows rows) {
        rows.base.sort(BY_KEY);
        rows.changes.sort(BY_REVISION);
        SortedTree tree = SortedTree.ofSorted(rows.base);
        resource.startFrom(tree);
        for (ObjectLog.Row row : rows.changes) {
            StoredObject object = row.object();
            StoredObject before =
                    tree.get(object.key().namespace(), object.key().name());
            StoreEvent.Type type = row.deleted()
                    ? StoreEvent.Type.DELETED
                    : before == null ? StoreEvent.Type.ADDED : StoreEvent.Type.MODIFIED;
            tree = row.deleted() ? tree.without(object.key()) : tree.with(object);
            resource.append(new StoreEvent(type, object, before), tree);
        }
        return tree;
    }
}
