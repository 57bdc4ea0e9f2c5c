package io.coxswain.scheduler.plugin.tainttoleration;

import io.coxswain.placement.Tolerations;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.ScorePlugin;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Set;

/** NoSchedule and NoExecute taints turn pods away; PreferNoSchedule ones make a node less liked. */
public final class TaintToleration implements FilterPlugin, ScorePlugin {
    @Override
    public String name() {
        return "TaintToleration";
    }

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        List<Toleration> tolerations = pod.pod().getSpec().getTolerations();
        return node -> Tolerations.untolerated(node.taints(), tolerations)
                .map(taint -> Verdict.never(
                        "node(s) had untolerated taint {" + taint.getKey() + ": " + text(taint.getValue()) + "}"))
                .orElse(Verdict.FITS);
    }

    @Override
    public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        List<Toleration> tolerations = pod.pod().getSpec().getTolerations();
        return ScorePlugin.normalize(ScorePlugin.each(feasible, node -> disliked(node, tolerations)), true);
    }

    private static int disliked(NodeInfo node, List<Toleration> tolerations) {
        int count = 0;
        for (Taint taint : node.taints()) {
            if ("PreferNoSchedule".equals(taint.getEffect()) && !Tolerations.isTolerated(taint, tolerations)) {
                count++;
            }
        }
        return count;
    }

    private static String text(@org.jspecify.annotations.Nullable String value) {
        return value == null ? "" : value;
    }

    @Override
    public Set<ClusterEvent> wakeUpOn() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_TAINTS_CHANGED);
    }
}
