package io.coxswain.scheduler.plugin.nodeaffinity;

import io.coxswain.placement.NodeSelectors;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.ScorePlugin;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PreferredSchedulingTerm;
import java.util.List;
import java.util.Set;

/** {@code spec.nodeSelector} and node affinity, required and preferred. */
public final class NodeAffinityPlugin implements FilterPlugin, ScorePlugin {
    @Override
    public String name() {
        return "NodeAffinity";
    }

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        PodSpec spec = pod.pod().getSpec();
        if (spec.getAffinity() == null
                && (spec.getNodeSelector() == null || spec.getNodeSelector().isEmpty())) {
            return NodeFilter.ALL;
        }
        return node -> NodeSelectors.matches(spec, node.name(), node.labels())
                ? Verdict.FITS
                : Verdict.never("node(s) didn't match Pod's node affinity/selector");
    }

    @Override
    public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        List<PreferredSchedulingTerm> terms = preferred(pod);
        if (terms.isEmpty()) {
            return new long[feasible.size()];
        }
        long[] weights = feasible.stream()
                .mapToLong(node -> terms.stream()
                        .filter(term -> NodeSelectors.matches(term.getPreference(), node.name(), node.labels()))
                        .mapToLong(term -> term.getWeight() == null ? 0 : term.getWeight())
                        .sum())
                .toArray();
        return ScorePlugin.normalize(weights, false);
    }

    private static List<PreferredSchedulingTerm> preferred(PodInfo pod) {
        Affinity affinity = pod.pod().getSpec().getAffinity();
        return affinity == null || affinity.getNodeAffinity() == null
                ? List.of()
                : affinity.getNodeAffinity().getPreferredDuringSchedulingIgnoredDuringExecution();
    }

    @Override
    public Set<ClusterEvent> wakeUpOn() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_LABELS_CHANGED);
    }
}
