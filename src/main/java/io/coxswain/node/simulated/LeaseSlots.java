package io.coxswain.node.simulated;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Spreads the Leases of all nodes evenly over their ten seconds: each node has its slot, and a slot's Leases are renewed together,
 * so that the store can write them in few batches. Thread-safe.
 */
final class LeaseSlots {
    /** From one slot to the next. */
    static final Duration STEP = Duration.ofMillis(500);

    private static final int SLOTS = 20;

    private final List<Set<String>> slots = new ArrayList<>();
    private int next;

    LeaseSlots() {
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new LinkedHashSet<>());
        }
    }

    /** Gives the node a place where few are. */
    synchronized void add(String node) {
        remove(node);
        Set<String> fewest = slots.get(next);
        for (int i = 1; i < SLOTS; i++) {
            Set<String> each = slots.get((next + i) % SLOTS);
            if (each.size() < fewest.size()) {
                fewest = each;
            }
        }
        fewest.add(node);
    }

    synchronized void remove(String node) {
        slots.forEach(slot -> slot.remove(node));
    }

    /** The nodes whose turn it is now; called once every {@link #STEP}. */
    synchronized Collection<String> turn() {
        Set<String> slot = slots.get(next);
        next = (next + 1) % SLOTS;
        return List.copyOf(slot);
    }
}
