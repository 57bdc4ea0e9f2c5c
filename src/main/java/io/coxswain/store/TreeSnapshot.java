package io.coxswain.store;

import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tree seen as a snapshot. */
record TreeSnapshot(SortedTree tree, long revision) implements Snapshot {
    @Override
    public Optional<StoredObject> get(String namespace, String name) {
        return Optional.ofNullable(tree.get(namespace, name));
    }

    @Override
    public Iterator<StoredObject> iterate(@Nullable String namespace, @Nullable ObjectKey after) {
        if (namespace == null) {
            return after == null
                    ? tree.iterate("", "", true, null)
                    : tree.iterate(after.namespace(), after.name(), false, null);
        }
        // A key of an earlier namespace means the beginning of this one; one of a later namespace, its end.
        return after == null || after.namespace().compareTo(namespace) < 0
                ? tree.iterate(namespace, "", true, namespace)
                : tree.iterate(after.namespace(), after.name(), false, namespace);
    }

    @Override
    public int size(@Nullable String namespace) {
        return namespace == null ? tree.size() : tree.countIn(namespace);
    }
}
