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

    /**
     * One pod's question to each node. Immutable: preemption asks again and again as if some pods had gone from a node, or as if
     * nominated ones had come.
     */
    @FunctionalInterface
    interface NodeFilter {
        NodeFilter ALL = node -> Verdict.FITS;

        Verdict test(NodeInfo node);

        /** What is known before any node is looked at; a refusal holds for all of them. */
        default Verdict overall() {
            return Verdict.FITS;
        }

        /** The question as if this other pod ran on that node too; the node itself is given to {@link #test} as it is then. */
        default NodeFilter with(PodInfo other, NodeInfo node) {
            return this;
        }

        /** The question as if this other pod did not run on that node. */
        default NodeFilter without(PodInfo other, NodeInfo node) {
            return this;
        }

        /** Turns the pod away wherever it is. */
        static NodeFilter refusing(Verdict verdict) {
            return new NodeFilter() {
                @Override
                public Verdict test(NodeInfo node) {
                    return verdict;
                }

                @Override
                public Verdict overall() {
                    return verdict;
                }
            };
        }
    }
}
