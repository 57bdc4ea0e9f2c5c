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

/** What a pod requests must be left on the node, a place among its pods included. Scores by what would be left of CPU and memory. */
public final class NodeResourcesFit implements FilterPlugin, ScorePlugin {
    private static final List<String> SCORED = List.of(Resources.CPU, Resources.MEMORY);

    private final boolean mostAllocated;

    /** @param mostAllocated whether full nodes score higher, by upstream's MostAllocated */
    public NodeResourcesFit(boolean mostAllocated) {
        this.mostAllocated = mostAllocated;
    }

    @Override
    public String name() {
        return "NodeResourcesFit";
    }

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        // In a fixed order, so that messages do not change from try to try.
        List<Map.Entry<String, Long>> wanted = pod.requests().amounts().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.comparingByKey())
                .toList();
        return node -> test(wanted, node);
    }

    private static Verdict test(List<Map.Entry<String, Long>> wanted, NodeInfo node) {
        boolean full = node.pods().size() + 1 > node.allocatable().get(Resources.PODS);
        boolean enough = true;
        for (Map.Entry<String, Long> entry : wanted) {
            enough &= entry.getValue() <= left(entry.getKey(), node);
        }
        return enough && !full ? Verdict.FITS : refusal(wanted, node, full);
    }

    private static long left(String resource, NodeInfo node) {
        return node.allocatable().get(resource) - node.requested().get(resource);
    }

    private static Verdict refusal(List<Map.Entry<String, Long>> wanted, NodeInfo node, boolean full) {
        List<String> reasons = new ArrayList<>();
        boolean resolvable = true;
        if (full) {
            reasons.add("Too many pods");
        }
        for (Map.Entry<String, Long> entry : wanted) {
            if (entry.getValue() > left(entry.getKey(), node)) {
                reasons.add("Insufficient " + entry.getKey());
                resolvable &= entry.getValue() <= node.allocatable().get(entry.getKey());
            }
        }
        return new Verdict(reasons, resolvable);
    }

    @Override
    public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        return ScorePlugin.each(feasible, node -> score(pod, node));
    }

    private long score(PodInfo pod, NodeInfo node) {
        long sum = 0;
        int counted = 0;
        for (String resource : SCORED) {
            long total = node.allocatable().get(resource);
            if (total > 0) {
                long used = node.scoredRequested().get(resource)
                        + pod.scoredRequests().get(resource);
                long counting = mostAllocated ? Math.min(used, total) : total - Math.min(used, total);
                sum += counting * MAX_SCORE / total;
                counted++;
            }
        }
        return counted == 0 ? 0 : sum / counted;
    }

    @Override
    public Set<ClusterEvent> wakeUpOn() {
        return Set.of(
                ClusterEvent.NODE_ADDED,
                ClusterEvent.NODE_ALLOCATABLE_CHANGED,
                ClusterEvent.POD_SHRUNK,
                ClusterEvent.POD_REMOVED);
    }
}
