package io.coxswain.scheduler;

import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Chooses a node for one pod: filters, then scores, then one of the best at random. Of a large cluster it looks
 * at a part only. Not thread-safe.
 */
final class SchedulingCycle {
    private static final int FEWEST_NODES = 100;
    private static final int LEAST_PERCENT = 5;

    private final RandomGenerator random;
    private int nextNode;

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
        List<NodeInfo> feasible = feasible(snapshot.nodes(), filters, diagnosis);
        if (feasible.isEmpty()) {
            return new Outcome.Unschedulable(filters, diagnosis);
        }
        return new Outcome.Placed(feasible.size() == 1 ? feasible.get(0) : best(profile, pod, snapshot, feasible));
    }

    /** Asks nodes, going on where the last cycle ended, until enough of them fit. */
    private List<NodeInfo> feasible(List<NodeInfo> nodes, PreparedFilters filters, Diagnosis diagnosis) {
        int wanted = wanted(nodes.size());
        int start = nextNode % nodes.size();
        int asked = 0;
        List<NodeInfo> feasible = new ArrayList<>();
        while (asked < nodes.size() && feasible.size() < wanted) {
            NodeInfo node = nodes.get((start + asked) % nodes.size());
            PreparedFilters.Rejection rejection = filters.test(node);
            if (rejection == null) {
                feasible.add(node);
            } else {
                diagnosis.add(node, rejection);
            }
            asked++;
        }
        nextNode = (start + asked) % nodes.size();
        return feasible;
    }

    /** Upstream's share of a large cluster that is scored: from half of it down to a twentieth, but no fewer than a hundred. */
    static int wanted(int nodes) {
        int percent = Math.max(LEAST_PERCENT, 50 - nodes / 125);
        return Math.min(nodes, Math.max(FEWEST_NODES, nodes * percent / 100));
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
