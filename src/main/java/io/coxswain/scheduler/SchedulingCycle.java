package io.coxswain.scheduler;

import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Chooses a node for one pod: filters, then scores, then one of the best at random. Pure but for the dice. */
final class SchedulingCycle {
    private final RandomGenerator random;

    SchedulingCycle(RandomGenerator random) {
        this.random = random;
    }

    /** What came out. */
    sealed interface Outcome {
        /** The node to bind to. */
        record Placed(NodeInfo node) implements Outcome {}

        /** There is no node at all. */
        record NoNodes() implements Outcome {}

        /** No node fits; the filters stand for what preemption wants to ask them. */
        record Unschedulable(PreparedFilters filters, Diagnosis diagnosis) implements Outcome {}
    }

    /**
     * @param nominated by node, the waiting pods whose room this one must not take
     * @param promised the node that others were preempted on for this pod; if it fits, no other is looked at
     */
    Outcome run(
            Profile profile,
            PodInfo pod,
            Snapshot snapshot,
            Map<String, List<PodInfo>> nominated,
            Optional<String> promised) {
        if (snapshot.nodes().isEmpty()) {
            return new Outcome.NoNodes();
        }
        PreparedFilters filters = PreparedFilters.of(profile.filters(), pod, snapshot, nominated);
        Diagnosis diagnosis = new Diagnosis();
        Optional<PreparedFilters.Rejection> overall = filters.overall();
        if (overall.isPresent()) {
            diagnosis.addOverall(overall.get(), snapshot.nodes());
            return new Outcome.Unschedulable(filters, diagnosis);
        }
        Optional<NodeInfo> kept = promised.flatMap(name -> snapshot.nodes().stream()
                .filter(node -> node.name().equals(name) && filters.test(node) == null)
                .findFirst());
        if (kept.isPresent()) {
            return new Outcome.Placed(kept.get());
        }
        List<NodeInfo> feasible = new ArrayList<>();
        for (NodeInfo node : snapshot.nodes()) {
            PreparedFilters.Rejection rejection = filters.test(node);
            if (rejection == null) {
                feasible.add(node);
            } else {
                diagnosis.add(node, rejection);
            }
        }
        if (feasible.isEmpty()) {
            return new Outcome.Unschedulable(filters, diagnosis);
        }
        return new Outcome.Placed(feasible.size() == 1 ? feasible.get(0) : best(profile, pod, snapshot, feasible));
    }

    private NodeInfo best(Profile profile, PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        long[] totals = new long[feasible.size()];
        for (Profile.Weighted weighted : profile.scores()) {
            long[] scores = weighted.plugin().score(pod, snapshot, feasible);
            for (int i = 0; i < totals.length; i++) {
                totals[i] += scores[i] * weighted.weight();
            }
        }
        long max = Long.MIN_VALUE;
        List<NodeInfo> best = new ArrayList<>();
        for (int i = 0; i < totals.length; i++) {
            if (totals[i] > max) {
                max = totals[i];
                best.clear();
            }
            if (totals[i] == max) {
                best.add(feasible.get(i));
            }
        }
        return best.get(random.nextInt(best.size()));
    }
}
