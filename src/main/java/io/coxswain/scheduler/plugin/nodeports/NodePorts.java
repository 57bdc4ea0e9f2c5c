package io.coxswain.scheduler.plugin.nodeports;

import io.coxswain.placement.HostPort;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import java.util.Set;

/** A host port is taken by one pod of a node at most. */
public final class NodePorts implements FilterPlugin {
    @Override
    public String name() {
        return "NodePorts";
    }

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        if (pod.hostPorts().isEmpty()) {
            return NodeFilter.ALL;
        }
        return node -> isTaken(pod, node) ? Verdict.no(HostPort.TAKEN) : Verdict.FITS;
    }

    private static boolean isTaken(PodInfo pod, NodeInfo node) {
        return node.pods().stream()
                .flatMap(other -> other.hostPorts().stream())
                .anyMatch(taken -> pod.hostPorts().stream().anyMatch(taken::conflictsWith));
    }

    @Override
    public Set<ClusterEvent> wakeUpOn() {
        return Set.of(ClusterEvent.NODE_ADDED, ClusterEvent.POD_REMOVED);
    }
}
