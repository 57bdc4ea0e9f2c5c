package io.coxswain.scheduler.plugin.noderesources;

import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Resources;
import io.coxswain.scheduler.framework.ScorePlugin;
import io.coxswain.scheduler.framework.Snapshot;
import java.util.List;

/** Likes nodes whose CPU and memory would be used to about the same degree. */
public final class BalancedAllocation implements ScorePlugin {
    @Override
    public String name() {
        return "NodeResourcesBalancedAllocation";
    }

    @Override
    public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        if (pod.isBestEffort()) {
            return new long[feasible.size()];
        }
        return ScorePlugin.each(feasible, node -> balance(pod, node));
    }

    private static long balance(PodInfo pod, NodeInfo node) {
        double cpu = fraction(pod, node, Resources.CPU);
        double memory = fraction(pod, node, Resources.MEMORY);
        // The standard deviation of two values is half their difference.
        return Math.round((1 - Math.abs(cpu - memory) / 2) * MAX_SCORE);
    }

    private static double fraction(PodInfo pod, NodeInfo node, String resource) {
        long total = node.allocatable().get(resource);
        long used = node.requested().get(resource) + pod.requests().get(resource);
        return total == 0 ? 1 : Math.min(1, (double) used / total);
    }
}
