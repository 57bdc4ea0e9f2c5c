package io.coxswain.scheduler.framework;

/** What may have happened that makes a pod schedulable that was not. */
public enum ClusterEvent {
    NODE_ADDED("NodeAdd"),
    NODE_REMOVED("NodeDelete"),
    NODE_ALLOCATABLE_CHANGED("NodeAllocatableChange"),
    NODE_LABELS_CHANGED("NodeLabelChange"),
    NODE_TAINTS_CHANGED("NodeTaintChange"),
    /** A pod was placed, or a placed pod's labels changed. */
    POD_PLACED("AssignedPodAdd"),
    /** A placed pod asks for less than before. */
    POD_SHRUNK("AssignedPodScaleDown"),
    /** A placed pod has gone or has finished. */
    POD_REMOVED("AssignedPodDelete"),
    CLAIM_CHANGED("PersistentVolumeClaimUpdate"),
    VOLUME_CHANGED("PersistentVolumeUpdate"),
    STORAGE_CLASS_CHANGED("StorageClassUpdate"),
    CSI_NODE_CHANGED("CSINodeUpdate"),
    STORAGE_CAPACITY_CHANGED("CSIStorageCapacityUpdate");

    private final String label;

    ClusterEvent(String label) {
        this.label = label;
    }

    /** As metrics name it. */
    public String label() {
        return label;
    }
}
