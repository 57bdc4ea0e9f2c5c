package io.coxswain.scheduler.plugin.nodename;

import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import java.util.Set;

/** A pod that names its node runs there or nowhere. */
public final class NodeName implements FilterPlugin {
    @Override
    public String name() {
        return "NodeName";
    }

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        String wanted = pod.pod().getSpec().getNodeName();
        if (wanted == null || wanted.isEmpty()) {
            return NodeFilter.ALL;
        }
        return node -> node.name().equals(wanted)
                ? Verdict.FITS
                : Verdict.never("node(s) didn't match the requested node name");
    }

    @Override
    public Set<ClusterEvent> wakeUpOn() {
        return Set.of(ClusterEvent.NODE_ADDED);
    }
}
