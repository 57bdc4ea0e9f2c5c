package io.coxswain.scheduler;

import io.coxswain.placement.Volumes;
import io.coxswain.scheduler.framework.VolumeObjects;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Storage objects for plugin tests. */
public final class MemoryVolumes implements VolumeObjects {
    private final Map<String, PersistentVolumeClaim> claims = new LinkedHashMap<>();
    private final Map<String, PersistentVolume> volumes = new LinkedHashMap<>();
    private final Map<String, StorageClass> classes = new LinkedHashMap<>();
    private final Map<String, Map<String, Integer>> limits = new LinkedHashMap<>();
    private final Map<String, List<Capacity>> capacities = new LinkedHashMap<>();
    private final Map<String, String> reserved = new LinkedHashMap<>();

    /** A claim for 1Gi of the class, in the namespace {@code ns}. */
    public static PersistentVolumeClaimBuilder wanting(String name, String storageClass) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName(name)
                .withUid("uid-" + name)
                .withResourceVersion("1")
                .endMetadata()
                .withNewSpec()
                .withStorageClassName(storageClass)
                .withAccessModes("ReadWriteOnce")
                .withNewResources()
                .addToRequests("storage", new Quantity("1Gi"))
                .endResources()
                .endSpec();
    }

    public static PersistentVolumeClaimBuilder bound(String name, String volume) {
        return wanting(name, "")
                .editMetadata()
                .addToAnnotations("pv.kubernetes.io/bind-completed", "yes")
                .endMetadata()
                .editSpec()
                .withVolumeName(volume)
                .endSpec();
    }

    /** A free volume, reachable from the named nodes, from all if none is named. */
    public static PersistentVolumeBuilder volume(String name, String storageClass, String size, String... nodes) {
        PersistentVolumeBuilder volume = new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(name)
                .withUid("uid-" + name)
                .withResourceVersion("1")
                .endMetadata()
                .withNewSpec()
                .withStorageClassName(storageClass)
                .withAccessModes("ReadWriteOnce")
                .addToCapacity("storage", new Quantity(size))
                .endSpec()
                .withNewStatus()
                .withPhase("Available")
                .endStatus();
        return nodes.length == 0
                ? volume
                : volume.editSpec()
                        .withNewNodeAffinity()
                        .withNewRequired()
                        .addNewNodeSelectorTerm()
                        .addNewMatchExpression()
                        .withKey("kubernetes.io/hostname")
                        .withOperator("In")
                        .withValues(nodes)
                        .endMatchExpression()
                        .endNodeSelectorTerm()
                        .endRequired()
                        .endNodeAffinity()
                        .endSpec();
    }

    public MemoryVolumes with(PersistentVolumeClaimBuilder claim) {
        PersistentVolumeClaim built = claim.build();
        claims.put(Volumes.text(built), built);
        return this;
    }

    public MemoryVolumes with(PersistentVolumeBuilder volume) {
        PersistentVolume built = volume.build();
        volumes.put(built.getMetadata().getName(), built);
        return this;
    }

    public MemoryVolumes withClass(
            String name, String provisioner, boolean delayed, List<Map<String, Set<String>>> topologies) {
        classes.put(name, new StorageClass(name, provisioner, delayed, topologies));
        return this;
    }

    public MemoryVolumes withLimit(String node, String driver, int count) {
        limits.put(node, Map.of(driver, count));
        return this;
    }

    public MemoryVolumes withCapacities(String driver, Capacity... all) {
        capacities.put(driver, List.of(all));
        return this;
    }

    public MemoryVolumes withReserved(String volume, String claim) {
        reserved.put(volume, claim);
        return this;
    }

    @Override
    public Optional<PersistentVolumeClaim> claim(String namespace, String name) {
        return Optional.ofNullable(claims.get(namespace + "/" + name));
    }

    @Override
    public Optional<PersistentVolume> volume(String name) {
        return Optional.ofNullable(volumes.get(name));
    }

    @Override
    public List<PersistentVolume> volumes() {
        return List.copyOf(volumes.values());
    }

    @Override
    public Optional<StorageClass> storageClass(String name) {
        return Optional.ofNullable(classes.get(name));
    }

    @Override
    public Map<String, Integer> limits(String node) {
        return limits.getOrDefault(node, Map.of());
    }

    @Override
    public Optional<List<Capacity>> capacities(String driver, String storageClass) {
        return Optional.ofNullable(capacities.get(driver));
    }

    @Override
    public Optional<String> reservedFor(String volume) {
        return Optional.ofNullable(reserved.get(volume));
    }
}
