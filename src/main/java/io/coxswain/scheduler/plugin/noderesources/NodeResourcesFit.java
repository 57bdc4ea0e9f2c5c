package io.coxswain.scheduler.plugin.noderesources;

import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Resources;
import io.coxswain.scheduler.framework.ScorePlugin;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a pod requests must be left on the node, a place among its pods included. Scores by upstream's LeastAllocated. */
public final class NodeResourcesFit implements FilterPlugin, ScorePlugin {
    private static final List<String> SCORED = List.of(Resources.CPU, Resources.MEMORY);

    @Override
    public String name() {
        return "NodeResourcesFit";
    }

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        return node -> test(pod, node);
    }

    private static Verdict test(PodInfo pod, NodeInfo node) {
        List<String> reasons = new ArrayList<>();
        boolean resolvable = true;
        if (node.pods().size() + 1 > node.allocatable().get(Resources.PODS)) {
            reasons.add("Too many pods");
        }
        // In a fixed order, so that messages do not change from try to try.
        for (Map.Entry<String, Long> wanted : new TreeMap<>(pod.requests().amounts()).entrySet()) {
            long total = node.allocatable().get(wanted.getKey());
            long left = total - node.requested().get(wanted.getKey());
            if (wanted.getValue() > 0 && wanted.getValue() > left) {
                reasons.add("Insufficient " + wanted.getKey());
                resolvable &= wanted.getValue() <= total;
            }
        }
        return reasons.isEmpty() ? Verdict.FITS : new Verdict(reasons, resolvable);
    }

    @Override
    public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        return feasible.stream().mapToLong(node -> leastAllocated(pod, node)).toArray();
    }

    private static long leastAllocated(PodInfo pod, NodeInfo node) {
        long sum = 0;
        int counted = 0;
        for (String resource : SCORED) {
            long total = node.allocatable().get(resource);
            if (total > 0) {
                long used = node.scoredRequested().get(resource)
                        + pod.scoredRequests().get(resource);
                sum += used > total ? 0 : (total - used) * MAX_SCORE / total;
                counted++;
            }
        }
        return counted == 0 ? 0 : sum / counted;
    }

    @Override
    public Set<ClusterEvent> wakeUpOn() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_ALLOCATABLE_CHANGED, ClusterEvent.POD_REMOVED);
    }
}
