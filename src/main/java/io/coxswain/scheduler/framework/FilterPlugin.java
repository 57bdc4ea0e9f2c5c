package io.coxswain.scheduler.framework;

import java.util.Set;

/** Decides on which nodes a pod can run at all. Stateless, thread-safe, pure. */
public interface FilterPlugin {
    /** Upstream's name, such as {@code NodeResourcesFit}. */
    String name();

    /** Looks at pod and cluster once; the answer is then asked for each node. */
    NodeFilter prepare(PodInfo pod, Snapshot snapshot);

    /** What could make a pod fit that this plugin turned away. */
    Set<ClusterEvent> wakeUpOn();

    /** One pod's question to each node. */
    @FunctionalInterface
    interface NodeFilter {
        NodeFilter ALL = node -> Verdict.FITS;

        Verdict test(NodeInfo node);
    }
}
