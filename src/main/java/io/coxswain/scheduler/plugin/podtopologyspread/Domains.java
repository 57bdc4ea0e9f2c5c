package io.coxswain.scheduler.plugin.podtopologyspread;

import io.coxswain.scheduler.framework.FilterPlugin.NodeFilter;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The hard constraints of one pod and how many matching pods each domain of theirs has. */
record Domains(PodInfo pod, List<SpreadConstraint> constraints, List<Count> counts) implements NodeFilter {
    private static final String REASON = "node(s) didn't match pod topology spread constraints";

    /**
     * The domains of one constraint.
     *
     * @param fewest pods in the domain that has the fewest, 0 if there are fewer domains than the constraint wants
     * @param self what the pod itself would add
     */
    record Count(SpreadConstraint constraint, Map<String, Integer> byValue, int fewest, int self) {
        static Count of(SpreadConstraint constraint, Map<String, Integer> byValue, PodInfo pod) {
            int fewest = Integer.MAX_VALUE;
            for (int count : byValue.values()) {
                fewest = Math.min(fewest, count);
            }
            boolean few = byValue.isEmpty() || byValue.size() < constraint.minDomains();
            return new Count(constraint, byValue, few ? 0 : fewest, constraint.selects(pod, pod.namespace()) ? 1 : 0);
        }
    }

    static Domains of(List<SpreadConstraint> constraints, PodInfo pod, List<NodeInfo> nodes) {
        List<Count> counts = constraints.stream()
                .map(constraint -> Count.of(constraint, count(constraint, constraints, pod, nodes), pod))
                .toList();
        return new Domains(pod, constraints, counts);
    }

    private static Map<String, Integer> count(
            SpreadConstraint constraint, List<SpreadConstraint> all, PodInfo pod, List<NodeInfo> nodes) {
        Map<String, Integer> counts = new HashMap<>();
        for (NodeInfo node : nodes) {
            String value = node.labels().get(constraint.topologyKey());
            if (value != null && hasAllLabels(node, all) && PodTopologySpread.isCounted(constraint, pod, node)) {
                counts.merge(value, PodTopologySpread.matching(constraint, pod, node), Integer::sum);
            }
        }
        return counts;
    }

    private static boolean hasAllLabels(NodeInfo node, List<SpreadConstraint> constraints) {
        return constraints.stream().allMatch(each -> node.labels().containsKey(each.topologyKey()));
    }

    @Override
    public Verdict test(NodeInfo node) {
        for (Count count : counts) {
            String value = node.labels().get(count.constraint().topologyKey());
            if (value == null) {
                return Verdict.never(REASON + " (missing required label)");
            }
            int skew = count.byValue().getOrDefault(value, 0) + count.self() - count.fewest();
            if (skew > count.constraint().maxSkew()) {
                return Verdict.no(REASON);
            }
        }
        return Verdict.FITS;
    }

    @Override
    public NodeFilter with(PodInfo other, NodeInfo node) {
        return changed(other, node, 1);
    }

    @Override
    public NodeFilter without(PodInfo other, NodeInfo node) {
        return changed(other, node, -1);
    }

    private NodeFilter changed(PodInfo other, NodeInfo node, int by) {
        if (!hasAllLabels(node, constraints)) {
            return this;
        }
        List<Count> changed = new ArrayList<>();
        for (Count count : counts) {
            SpreadConstraint constraint = count.constraint();
            if (constraint.selects(other, pod.namespace()) && PodTopologySpread.isCounted(constraint, pod, node)) {
                Map<String, Integer> byValue = new HashMap<>(count.byValue());
                byValue.merge(node.labels().get(constraint.topologyKey()), by, Integer::sum);
                changed.add(Count.of(constraint, byValue, pod));
            } else {
                changed.add(count);
            }
        }
        return new Domains(pod, constraints, changed);
    }
}
