package io.coxswain.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The watches of one resource by namespace and name, so that an event is offered only to those that want it. */
final class WatchIndex {
    private record Scope(
            @Nullable String namespace, @Nullable String name) {}

    private final Map<Scope, Set<QueuedWatch>> watches = new HashMap<>();
    private int size;

    void add(QueuedWatch watch) {
        if (watches.computeIfAbsent(scope(watch), scope -> new LinkedHashSet<>())
                .add(watch)) {
            size++;
        }
    }

    void remove(QueuedWatch watch) {
        Set<QueuedWatch> same = watches.get(scope(watch));
        if (same != null && same.remove(watch)) {
            size--;
            if (same.isEmpty()) {
                watches.remove(scope(watch));
            }
        }
    }

    int size() {
        return size;
    }

    List<QueuedWatch> all() {
        List<QueuedWatch> all = new ArrayList<>(size);
        watches.values().forEach(all::addAll);
        return all;
    }

    List<QueuedWatch> interestedIn(ObjectKey key) {
        if (size == 0) {
            return List.of();
        }
        List<QueuedWatch> found = new ArrayList<>();
        collect(null, null, found);
        collect(key.namespace(), null, found);
        collect(null, key.name(), found);
        collect(key.namespace(), key.name(), found);
        return found;
    }

    private void collect(@Nullable String namespace, @Nullable String name, List<QueuedWatch> into) {
        Set<QueuedWatch> same = watches.get(new Scope(namespace, name));
        if (same != null) {
            into.addAll(same);
        }
    }

    private static Scope scope(QueuedWatch watch) {
        return new Scope(watch.request().namespace(), watch.request().name());
    }
}
