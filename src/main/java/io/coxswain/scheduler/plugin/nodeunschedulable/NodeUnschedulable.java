package io.coxswain.scheduler.plugin.nodeunschedulable;

import io.coxswain.placement.Tolerations;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.util.Set;

/** Turns away nodes with {@code spec.unschedulable}, unless the pod tolerates the taint that stands for it. */
public final class NodeUnschedulable implements FilterPlugin {
    private static final Taint TAINT = new TaintBuilder()
            .withKey("node.kubernetes.io/unschedulable")
            .withEffect("NoSchedule")
            .build();

    @Override
    public String name() {
        return "NodeUnschedulable";
    }

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        if (Tolerations.isTolerated(TAINT, pod.pod().getSpec().getTolerations())) {
            return NodeFilter.ALL;
        }
        return node -> node.isUnschedulable() ? Verdict.never("node(s) were unschedulable") : Verdict.FITS;
    }

    @Override
    public Set<ClusterEvent> wakeUpOn() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.NODE_TAINTS_CHANGED);
    }
}
