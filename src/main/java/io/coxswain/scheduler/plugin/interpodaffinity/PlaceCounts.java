package io.coxswain.scheduler.plugin.interpodaffinity;

import io.coxswain.scheduler.framework.NodeInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many matching pods there are in each place: a value of a node label. Counts are added up once for a cycle and shared by
 * all that differ from them on a few places only.
 */
final class PlaceCounts {
    static final PlaceCounts NONE = new PlaceCounts(Map.of(), Map.of(), 0);

    /** A place: one value of one node label. */
    private record Place(String key, String value) {}

    private final Map<String, Map<String, Integer>> counted;
    private final Map<Place, Integer> changes;
    private final int total;

    private PlaceCounts(Map<String, Map<String, Integer>> counted, Map<Place, Integer> changes, int total) {
        this.counted = counted;
        this.changes = changes;
        this.total = total;
    }

    /** Adds up pods. Not thread-safe. */
    static final class Builder {
        private final Map<String, Map<String, Integer>> counted = new HashMap<>();
        private int total;

        /** Counts a pod that a term matches, on that node; nodes without the label are no place. */
        void add(Term term, NodeInfo node) {
            String value = node.labels().get(term.topologyKey());
            if (value != null) {
                counted.computeIfAbsent(term.topologyKey(), key -> new HashMap<>())
                        .merge(value, 1, Integer::sum);
                total++;
            }
        }

        PlaceCounts build() {
            return total == 0 ? NONE : new PlaceCounts(counted, Map.of(), total);
        }
    }

    /** The same with one pod more ({@code 1}) or less ({@code -1}) that these terms match, on that node. */
    PlaceCounts changed(List<Term> terms, NodeInfo node, int by) {
        Map<Place, Integer> changed = new HashMap<>(changes);
        int sum = total;
        for (Term term : terms) {
            String value = node.labels().get(term.topologyKey());
            if (value != null) {
                changed.merge(new Place(term.topologyKey(), value), by, Integer::sum);
                sum += by;
            }
        }
        return sum == total ? this : new PlaceCounts(counted, changed, sum);
    }

    boolean isEmpty() {
        return total <= 0;
    }

    /** Whether there is a matching pod where the node is, by that label. */
    boolean isThere(String key, String value) {
        int base = counted.getOrDefault(key, Map.of()).getOrDefault(value, 0);
        return base + (changes.isEmpty() ? 0 : changes.getOrDefault(new Place(key, value), 0)) > 0;
    }

    /** Whether there is a matching pod where the node is, by any label that was counted. */
    boolean isAnyThere(NodeInfo node) {
        if (total <= 0) {
            return false;
        }
        Map<String, String> labels = node.labels();
        for (String key : counted.keySet()) {
            String value = labels.get(key);
            if (value != null && isThere(key, value)) {
                return true;
            }
        }
        for (Place place : changes.keySet()) {
            if (place.value().equals(labels.get(place.key())) && isThere(place.key(), place.value())) {
                return true;
            }
        }
        return false;
    }
}
