package io.coxswain.controller.endpointslice;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Spreads endpoints over slices so that few slices change: an endpoint stays where it is, gaps are filled, slices are added
 * when all are full, and empty ones go. There is always one slice, if need be an empty one.
 */
final class Placement {
    /** Upstream's default of {@code --max-endpoints-per-slice}. */
    static final int MOST_PER_SLICE = 100;

    private final Map<PortSet, List<Planned>> planned = new LinkedHashMap<>();
    private final List<EndpointSlice> free = new ArrayList<>();

    /** One slice as it should be; {@code existing} is {@code null} for a new one. */
    static final class Planned {
        private @Nullable EndpointSlice existing;
        private final PortSet ports;
        private final List<Target> targets = new ArrayList<>();
        private boolean changed;

        private Planned(@Nullable EndpointSlice existing, PortSet ports, boolean changed) {
            this.existing = existing;
            this.ports = ports;
            this.changed = changed;
        }

        Optional<EndpointSlice> existing() {
            return Optional.ofNullable(existing);
        }

        PortSet ports() {
            return ports;
        }

        List<Target> targets() {
            return List.copyOf(targets);
        }

        /** Whether ports or endpoints differ from what is stored. */
        boolean changed() {
            return changed;
        }

        private int room() {
            return MOST_PER_SLICE - targets.size();
        }
    }

    /** What to write. {@code surplus} slices hold nothing any more. */
    record Plan(List<Planned> slices, List<EndpointSlice> surplus) {}

    private Placement() {}

    /** @param wanted endpoints by their ports, and then by pod uid */
    static Plan plan(List<EndpointSlice> slices, Map<PortSet, Map<String, Target>> wanted) {
        return new Placement().place(slices, wanted);
    }

    private Plan place(List<EndpointSlice> slices, Map<PortSet, Map<String, Target>> wanted) {
        Map<PortSet, Map<String, Target>> open = new LinkedHashMap<>();
        wanted.forEach((ports, targets) -> open.put(ports, new LinkedHashMap<>(targets)));
        for (EndpointSlice slice : slices) {
            keep(slice, open.getOrDefault(PortSet.of(slice), new HashMap<>()));
        }
        open.forEach(this::fill);
        List<Planned> all =
                new ArrayList<>(planned.values().stream().flatMap(List::stream).toList());
        if (all.isEmpty()) {
            all.add(placeholder());
        }
        reuse(all);
        return new Plan(List.copyOf(all), List.copyOf(free));
    }

    private void keep(EndpointSlice slice, Map<String, Target> open) {
        Planned kept = new Planned(slice, PortSet.of(slice), false);
        for (Endpoint endpoint : slice.getEndpoints()) {
            Optional<Target> known = Target.of(endpoint);
            // Taken out of what is open, so that an endpoint that stands in two slices stays in one.
            Target now = known.map(target -> open.remove(target.uid())).orElse(null);
            if (now != null && kept.room() > 0) {
                kept.targets.add(now);
                kept.changed |= !now.equals(known.get());
            } else {
                if (now != null) {
                    open.put(now.uid(), now);
                }
                kept.changed = true;
            }
        }
        if (kept.targets.isEmpty()) {
            free.add(slice);
        } else {
            planned.computeIfAbsent(kept.ports, ports -> new ArrayList<>()).add(kept);
        }
    }

    private void fill(PortSet ports, Map<String, Target> open) {
        Iterator<Target> targets = List.copyOf(open.values()).iterator();
        List<Planned> group = planned.computeIfAbsent(ports, key -> new ArrayList<>());
        int left = open.size();
        // Slices that are written anyway come first, then the one that a rest fills best.
        for (Planned slice : group) {
            if (slice.changed) {
                left -= add(slice, targets);
            }
        }
        int rest = left % MOST_PER_SLICE;
        Optional<Planned> fitting = group.stream()
                .filter(slice -> rest > 0 && slice.room() >= rest)
                .min(Comparator.comparingInt(Planned::room));
        fitting.ifPresent(slice -> add(slice, targets, rest));
        while (targets.hasNext()) {
            Planned slice = new Planned(null, ports, true);
            add(slice, targets);
            group.add(slice);
        }
    }

    private static int add(Planned slice, Iterator<Target> targets) {
        return add(slice, targets, slice.room());
    }

    private static int add(Planned slice, Iterator<Target> targets, int most) {
        int added = 0;
        while (added < most && targets.hasNext()) {
            slice.targets.add(targets.next());
            slice.changed = true;
            added++;
        }
        return added;
    }

    private Planned placeholder() {
        for (EndpointSlice slice : free) {
            if (slice.getEndpoints().isEmpty() && PortSet.of(slice).equals(PortSet.NONE)) {
                free.remove(slice);
                return new Planned(slice, PortSet.NONE, false);
            }
        }
        return new Planned(null, PortSet.NONE, true);
    }

    /** A slice that lost all its endpoints becomes the new one: one write instead of two, and watchers see no gap. */
    private void reuse(List<Planned> slices) {
        for (Planned slice : slices) {
            if (slice.existing == null && !free.isEmpty()) {
                slice.existing = free.remove(0);
            }
        }
    }
}
