package io.coxswain.scheduler.framework;

/** What may have happened that makes a pod schedulable that was not. */
public enum ClusterEvent {
    NODE_ADDED,
    NODE_REMOVED,
    NODE_ALLOCATABLE_CHANGED,
    NODE_LABELS_CHANGED,
    NODE_TAINTS_CHANGED,
    /** A pod was placed, or a placed pod's labels changed. */
    POD_PLACED,
    /** A placed pod has gone or has finished. */
    POD_REMOVED
}
