package io.coxswain.scheduler;

import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Why the nodes were turned away, counted and worded as upstream does. Used by one thread. */
final class Diagnosis {
    private final Map<String, Integer> reasons = new HashMap<>();
    private final List<NodeInfo> resolvable = new ArrayList<>();
    private final Set<String> rejectedBy = new HashSet<>();
    private String overall = "";

    /** A plugin turned the pod away whatever the node. */
    void addOverall(PreparedFilters.Rejection rejection, List<NodeInfo> nodes) {
        overall = String.join(", ", rejection.verdict().reasons());
        rejectedBy.add(rejection.plugin());
        if (rejection.verdict().resolvable()) {
            resolvable.addAll(nodes);
        }
    }

    void add(NodeInfo node, PreparedFilters.Rejection rejection) {
        rejectedBy.add(rejection.plugin());
        add(node, rejection.verdict());
    }

    void add(NodeInfo node, Verdict verdict) {
        verdict.reasons().forEach(reason -> reasons.merge(reason, 1, Integer::sum));
        if (verdict.resolvable()) {
            resolvable.add(node);
        }
    }

    /** Counts nodes that were not looked at. */
    void addOthers(String reason, int nodes) {
        if (nodes > 0) {
            reasons.merge(reason, nodes, Integer::sum);
        }
    }

    /** The nodes where the removal of pods might help. */
    List<NodeInfo> resolvable() {
        return List.copyOf(resolvable);
    }

    /** The plugins whose events may change the outcome. */
    Set<String> rejectedBy() {
        return Set.copyOf(rejectedBy);
    }

    String message(int nodes) {
        String start = "0/" + nodes + " nodes are available:";
        String why = overall.isEmpty() ? histogram() : overall;
        return why.isEmpty() ? start : start + " " + why + ".";
    }

    private String histogram() {
        return reasons.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
