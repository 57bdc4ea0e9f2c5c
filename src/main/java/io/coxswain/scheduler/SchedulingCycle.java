package io.coxswain.scheduler;

import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.FilterPlugin.NodeFilter;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Chooses a node for one pod: filters, then scores, then one of the best at random. Pure but for the dice. */
final class SchedulingCycle {
    private final DefaultProfile profile;
    private final RandomGenerator random;

    SchedulingCycle(DefaultProfile profile, RandomGenerator random) {
        this.profile = profile;
        this.random = random;
    }

    /** What came out. */
    sealed interface Outcome {
        /** The node to bind to. */
        record Placed(NodeInfo node) implements Outcome {}

        /** No node fits; {@code rejectedBy} are the plugins whose events may change that. */
        record Unschedulable(String message, Set<String> rejectedBy) implements Outcome {}
    }

    Outcome run(PodInfo pod, Snapshot snapshot) {
        if (snapshot.nodes().isEmpty()) {
            return new Outcome.Unschedulable("no nodes available to schedule pods", Set.of());
        }
        List<NodeFilter> filters = profile.filters().stream()
                .map(plugin -> plugin.prepare(pod, snapshot))
                .toList();
        List<NodeInfo> feasible = new ArrayList<>();
        Set<String> rejectedBy = new HashSet<>();
        Diagnosis diagnosis = new Diagnosis(pod);
        for (NodeInfo node : snapshot.nodes()) {
            if (passes(node, filters, diagnosis, rejectedBy)) {
                feasible.add(node);
            }
        }
        if (feasible.isEmpty()) {
            return new Outcome.Unschedulable(diagnosis.message(snapshot.nodes().size()), rejectedBy);
        }
        return new Outcome.Placed(feasible.size() == 1 ? feasible.get(0) : best(pod, snapshot, feasible));
    }

    private boolean passes(NodeInfo node, List<NodeFilter> filters, Diagnosis diagnosis, Set<String> rejectedBy) {
        for (int i = 0; i < filters.size(); i++) {
            Verdict verdict = filters.get(i).test(node);
            if (!verdict.fits()) {
                FilterPlugin plugin = profile.filters().get(i);
                rejectedBy.add(plugin.name());
                diagnosis.add(node, verdict);
                return false;
            }
        }
        return true;
    }

    private NodeInfo best(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        long[] totals = new long[feasible.size()];
        for (DefaultProfile.Weighted weighted : profile.scores()) {
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
