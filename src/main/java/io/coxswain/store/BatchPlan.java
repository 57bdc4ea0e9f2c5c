package io.coxswain.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Works out what a batch of change sets does: checks each set against the published state and the sets before it,
 * gives out revisions, and collects what goes to the database and to the cache. Touches nothing shared: a plan that is
 * thrown away leaves no trace.
 */
final class BatchPlan {
    private final WatchCache cache;
    private SortedTree[] trees;
    private long revision;

    private final List<WatchCache.Change> changes = new ArrayList<>();
    private final Map<ObjectKey, StoredObject> superseded = new LinkedHashMap<>();
    private final Map<ObjectKey, StoredObject> current = new LinkedHashMap<>();
    private final List<ObjectLog.Row> past = new ArrayList<>();

    BatchPlan(WatchCache cache) {
        this.cache = cache;
        this.trees = cache.copyOfTrees();
        this.revision = cache.state().revision();
    }

    /**
     * Adds a change set, all of it or none.
     *
     * @throws PreconditionFailedException if a step does not find its object as expected
     */
    List<StoredObject> add(List<Mutation> changeSet) {
        for (Mutation step : changeSet) {
            check(step);
        }
        List<StoredObject> made = new ArrayList<>(changeSet.size());
        for (Mutation step : changeSet) {
            StoredObject object = apply(step);
            if (object != null) {
                made.add(object);
            }
        }
        return made;
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    long revision() {
        return revision;
    }

    List<WatchCache.Change> changes() {
        return changes;
    }

    WatchCache.State state() {
        return new WatchCache.State(revision, trees);
    }

    ObjectLog.Batch toWrite(ObjectLog.@Nullable RevisionTime time) {
        return new ObjectLog.Batch(
                revision, List.copyOf(superseded.values()), List.copyOf(current.values()), List.copyOf(past), time);
    }

    /** Adds a row another transaction wrote, as found in the database. */
    void addWritten(ObjectLog.Row row) {
        StoredObject read = row.object();
        StoredObject before = find(read.key());
        revision = read.revision();
        ObjectKey key = before == null ? intern(read.key()) : before.key();
        change(row.deleted(), new StoredObject(key, revision, read.json()), before);
    }

    /** Whether it changes anything beyond what was {@linkplain #addWritten written} already. */
    boolean writes() {
        return !past.isEmpty() || !current.isEmpty();
    }

    /** Whether the rows hold every state that this plan writes. */
    boolean isIn(List<ObjectLog.Row> rows) {
        Map<Long, StoredObject> found = new HashMap<>();
        rows.forEach(row -> found.put(row.object().revision(), row.object()));
        return current.values().stream().allMatch(object -> isSame(object, found.get(object.revision())))
                && past.stream()
                        .filter(row -> row.object().revision() > cache.state().revision())
                        .allMatch(row ->
                                isSame(row.object(), found.get(row.object().revision())));
    }

    /** Two servers never give one revision to the same bytes, unless both wrote the very same state. */
    private static boolean isSame(StoredObject planned, @Nullable StoredObject found) {
        return found != null && planned.key().equals(found.key()) && Arrays.equals(planned.json(), found.json());
    }

    private void check(Mutation step) {
        StoredObject found = find(step.key());
        long at = found == null ? 0 : found.revision();
        long expected = expected(step);
        if (at != expected) {
            throw new PreconditionFailedException(step.key(), found);
        }
    }

    private static long expected(Mutation step) {
        if (step instanceof Mutation.Update update) {
            return update.expected();
        }
        if (step instanceof Mutation.Delete delete) {
            return delete.expected();
        }
        if (step instanceof Mutation.Check check) {
            return check.expected();
        }
        return 0;
    }

    private @Nullable StoredObject apply(Mutation step) {
        if (step instanceof Mutation.Check) {
            return null;
        }
        StoredObject before = find(step.key());
        boolean deleted = step instanceof Mutation.Delete;
        revision++;
        StoredObject after = new StoredObject(
                before == null ? intern(step.key()) : before.key(),
                revision,
                value(step).at(revision));
        ObjectKey key = after.key();
        if (before != null) {
            past.add(new ObjectLog.Row(before, revision, false));
            if (current.remove(key) == null) {
                superseded.put(key, before); // it was current before this batch
            }
        }
        if (deleted) {
            past.add(new ObjectLog.Row(after, revision, true));
        } else {
            current.put(key, after);
        }
        change(deleted, after, before);
        return after;
    }

    private static ObjectBytes value(Mutation step) {
        if (step instanceof Mutation.Create create) {
            return create.value();
        }
        if (step instanceof Mutation.Update update) {
            return update.value();
        }
        return ((Mutation.Delete) step).last();
    }

    private void change(boolean deleted, StoredObject after, @Nullable StoredObject before) {
        ResourceCache resource = cache.resource(after.key().resource());
        SortedTree tree = tree(resource);
        SortedTree next = deleted ? tree.without(after.key()) : tree.with(after);
        trees[resource.index()] = next;
        StoreEvent.Type type =
                deleted ? StoreEvent.Type.DELETED : before == null ? StoreEvent.Type.ADDED : StoreEvent.Type.MODIFIED;
        changes.add(new WatchCache.Change(resource, new StoreEvent(type, after, before), next));
    }

    private @Nullable StoredObject find(ObjectKey key) {
        return tree(cache.resource(key.resource())).get(key.namespace(), key.name());
    }

    private SortedTree tree(ResourceCache resource) {
        if (resource.index() >= trees.length) {
            int known = trees.length;
            trees = Arrays.copyOf(trees, resource.index() + 1);
            Arrays.fill(trees, known, trees.length, SortedTree.EMPTY);
        }
        return trees[resource.index()];
    }

    /** Resources and namespaces are few and kept a hundred thousand times: one copy of each will do. */
    static ObjectKey intern(ObjectKey key) {
        return new ObjectKey(key.resource().intern(), key.namespace().intern(), key.name());
    }
}
