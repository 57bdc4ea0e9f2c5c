package io.coxswain.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds the cache from the rows of the log: the current state of every resource, and by replaying what lies above the
 * floor also the recent past, so that watches and lists from before a restart go on after it.
 */
final class StateLoader {
    private static final Comparator<StoredObject> BY_KEY = Comparator.comparing(StoredObject::key);

    private static final Comparator<ObjectLog.Row> BY_REVISION =
            Comparator.comparingLong(row -> row.object().revision());

    /** The rows of one resource. */
    private static final class Rows {
        /** What was there at the floor. */
        final List<StoredObject> base = new ArrayList<>();

        /** What happened since. */
        final List<ObjectLog.Row> changes = new ArrayList<>();

        int current;
    }

    private final WatchCache cache;
    private final ObjectLog.Position position;
    private final StoreSettings settings;
    private final Map<String, Rows> resources = new HashMap<>();
    private final Map<Retention, Long> oldestPast = new EnumMap<>(Retention.class);

    StateLoader(WatchCache cache, ObjectLog.Position position, StoreSettings settings) {
        this.cache = cache;
        this.position = position;
        this.settings = settings;
        for (Retention retention : Retention.values()) {
            oldestPast.put(retention, position.compacted(retention));
        }
    }

    void add(ObjectLog.Row row) {
        StoredObject read = row.object();
        StoredObject object = new StoredObject(BatchPlan.intern(read.key()), read.revision(), read.json());
        Retention retention = settings.retention(object.key().resource());
        long floor = position.compacted(retention);
        boolean past = row.superseded() > 0;
        if (past) {
            oldestPast.merge(retention, row.superseded() - 1, Math::min);
            if (row.superseded() <= floor) {
                return; // a compaction was cut short
            }
        }
        Rows rows = resources.computeIfAbsent(object.key().resource(), resource -> new Rows());
        if (!past) {
            rows.current++;
        }
        if (object.revision() <= floor) {
            rows.base.add(object);
        } else {
            rows.changes.add(new ObjectLog.Row(object, row.superseded(), row.deleted()));
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
            if (tree.size() != rows.current) {
                throw new IllegalStateException("the database contradicts itself: its history of " + name + " leads to "
                        + tree.size() + " objects, but there are " + rows.current);
            }
            trees.put(resource, tree);
        });
        SortedTree[] all = cache.copyOfTrees();
        trees.forEach((resource, tree) -> all[resource.index()] = tree);
        cache.start(new WatchCache.State(position.revision(), all), position.compacted(), position.shortCompacted());
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
