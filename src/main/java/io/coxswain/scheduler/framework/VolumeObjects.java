package io.coxswain.scheduler.framework;

import io.coxswain.placement.NodeSelectors;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What plugins know of storage: objects in memory, and what is decided but not written yet. Thread-safe; never blocks. */
public interface VolumeObjects {
    Optional<PersistentVolumeClaim> claim(String namespace, String name);

    Optional<PersistentVolume> volume(String name);

    List<PersistentVolume> volumes();

    Optional<StorageClass> storageClass(String name);

    /** How many volumes of each CSI driver the node takes; drivers without a limit are left out. */
    Map<String, Integer> limits(String node);

    /** What the driver says it has left for a class; empty if it does not tell, and then all is well. */
    Optional<List<Capacity>> capacities(String driver, String storageClass);

    /** The claim, as {@code namespace/name}, that a volume is about to be bound to. */
    Optional<String> reservedFor(String volume);

    /**
     * A class of volumes.
     *
     * @param delayed claims are bound once a pod uses them
     * @param topologies where volumes can be: one of these terms must hold, all keys of it; none at all means anywhere
     */
    record StorageClass(String name, String provisioner, boolean delayed, List<Map<String, Set<String>>> topologies) {
        private static final String NO_PROVISIONER = "kubernetes.io/no-provisioner";

        public StorageClass {
            topologies = List.copyOf(topologies);
        }

        /** Whether volumes can be made for a node with these labels. */
        public boolean canProvisionFor(Map<String, String> labels) {
            return !provisioner.isEmpty()
                    && !provisioner.equals(NO_PROVISIONER)
                    && (topologies.isEmpty() || topologies.stream().anyMatch(term -> holds(term, labels)));
        }

        private static boolean holds(Map<String, Set<String>> term, Map<String, String> labels) {
            return !term.isEmpty()
                    && term.entrySet().stream().allMatch(entry -> {
                        String value = labels.get(entry.getKey());
                        return value != null && entry.getValue().contains(value);
                    });
        }
    }

    /** Room for volumes on nodes that the selector chooses. */
    record Capacity(LabelSelector nodes, BigDecimal largestVolume) {}

    /** Whether a volume can be reached from a node by its own node affinity. */
    static boolean isReachable(PersistentVolume volume, NodeInfo node) {
        return volume.getSpec().getNodeAffinity() == null
                || volume.getSpec().getNodeAffinity().getRequired() == null
                || volume.getSpec().getNodeAffinity().getRequired().getNodeSelectorTerms().stream()
                        .anyMatch(term -> NodeSelectors.matches(term, node.name(), node.labels()));
    }
}
