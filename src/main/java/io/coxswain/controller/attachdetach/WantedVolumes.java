package io.coxswain.controller.attachdetach;

import io.coxswain.client.Informer;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ObjectView;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which volumes of CSI drivers the pods of each node need attached. */
final class WantedVolumes {
    private static final String PODS_OF_NODE = "attachdetach/node";
    private static final String PODS_OF_CLAIM = "attachdetach/claim";
    private static final String VOLUMES_OF_DRIVER = "attachdetach/driver";
    private static final String SAME_VOLUME = "attachdetach/unique-name";

    private final Lister<Pod> pods;
    private final Lister<PersistentVolumeClaim> claims;
    private final Lister<PersistentVolume> volumes;
    private final Lister<JsonObject> drivers;

    /** A volume and the pods of one node that need it. */
    record Wanted(PersistentVolume volume, DriverVolume driverVolume, List<Pod> pods) {
        String name() {
            return volume.getMetadata().getName();
        }

        /** A volume that names no access modes may; it is then for the driver to refuse. */
        boolean mayBeOnSeveralNodes() {
            List<String> modes = Volumes.accessModes(volume);
            return modes.isEmpty() || modes.contains("ReadWriteMany") || modes.contains("ReadOnlyMany");
        }
    }

    WantedVolumes(Watches watches) {
        Informer<Pod> podCache = watches.cache(ResourceTypes.PODS);
        podCache.addIndex(PODS_OF_NODE, pod -> nodeOfUser(pod).stream().toList());
        podCache.addIndex(PODS_OF_CLAIM, Volumes::claimsOf);
        Informer<PersistentVolume> volumeCache = watches.cache(ResourceTypes.PERSISTENT_VOLUMES);
        volumeCache.addIndex(
                VOLUMES_OF_DRIVER,
                volume -> DriverVolume.of(volume).map(DriverVolume::driver).stream()
                        .toList());
        volumeCache.addIndex(
                SAME_VOLUME,
                volume -> DriverVolume.of(volume).map(DriverVolume::uniqueName).stream()
                        .toList());
        pods = podCache.lister();
        volumes = volumeCache.lister();
        claims = watches.cache(ResourceTypes.PERSISTENT_VOLUME_CLAIMS).lister();
        drivers = watches.cache(ResourceTypes.CSI_DRIVERS).lister();
    }

    /** The node on which the pod uses claims, if it does. */
    static Optional<String> nodeOfUser(Pod pod) {
        return Optional.of(Pods.nodeName(pod))
                .filter(node -> !node.isEmpty()
                        && !Pods.hasEnded(pod)
                        && Volumes.claimNames(pod).findAny().isPresent());
    }

    /** What the node's pods need, by the names of the attachments. */
    Map<String, Wanted> onNode(String node) {
        Map<String, Wanted> wanted = new TreeMap<>();
        List<Pod> users = pods.byIndex(PODS_OF_NODE, node).stream()
                .sorted(Comparator.comparing((Pod pod) -> pod.getMetadata().getNamespace())
                        .thenComparing(pod -> pod.getMetadata().getName()))
                .toList();
        for (Pod pod : users) {
            volumesOf(pod)
                    .forEach(volume -> DriverVolume.of(volume)
                            .filter(this::needsAttaching)
                            .ifPresent(known -> add(wanted, known.attachmentName(node), volume, known, pod)));
        }
        return wanted;
    }

    private static void add(
            Map<String, Wanted> wanted, String name, PersistentVolume volume, DriverVolume known, Pod pod) {
        Wanted entry = wanted.computeIfAbsent(name, key -> new Wanted(volume, known, new ArrayList<>()));
        if (!entry.pods().contains(pod)) {
            entry.pods().add(pod);
        }
    }

    private Stream<PersistentVolume> volumesOf(Pod pod) {
        return pod.getSpec().getVolumes().stream().flatMap(volume -> volumeOf(pod, volume).stream());
    }

    /** The PersistentVolume behind one of the pod's volumes, once it is bound to the claim for good. */
    private Optional<PersistentVolume> volumeOf(Pod pod, Volume volume) {
        return Volumes.claimName(pod, volume)
                .flatMap(name -> claims.get(pod.getMetadata().getNamespace(), name))
                .filter(claim -> Volumes.phase(claim).equals("Bound"))
                .filter(claim -> volume.getEphemeral() == null || Owners.isControlledBy(claim, pod))
                .flatMap(claim -> volumes.get("", Volumes.volumeName(claim))
                        .filter(found -> Volumes.claimUid(found)
                                .equals(claim.getMetadata().getUid())));
    }

    /** As long as the driver does not say otherwise; one that has said nothing of itself does not. */
    private boolean needsAttaching(DriverVolume volume) {
        return drivers.get("", volume.driver())
                .flatMap(driver -> new ObjectView(driver).flag("spec", "attachRequired"))
                .orElse(true);
    }

    Optional<PersistentVolume> volume(String name) {
        return name.isEmpty() ? Optional.empty() : volumes.get("", name);
    }

    /** The PersistentVolumes that stand for this one. */
    List<PersistentVolume> same(DriverVolume volume) {
        return volumes.byIndex(SAME_VOLUME, volume.uniqueName());
    }

    List<PersistentVolume> ofDriver(String driver) {
        return volumes.byIndex(VOLUMES_OF_DRIVER, driver);
    }

    /** The pods on certain nodes that need the volume, in the order of their names. */
    List<Pod> users(DriverVolume volume, Set<String> nodes) {
        return same(volume).stream()
                .flatMap(this::users)
                .filter(pod -> nodes.contains(Pods.nodeName(pod)))
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .toList();
    }

    private Stream<Pod> users(PersistentVolume volume) {
        ObjectReference claim = volume.getSpec().getClaimRef();
        return claim == null ? Stream.empty() : users(claim.getNamespace() + "/" + claim.getName());
    }

    private Stream<Pod> users(String claim) {
        return pods.byIndex(PODS_OF_CLAIM, claim).stream()
                .filter(pod -> nodeOfUser(pod).isPresent());
    }

    /** The nodes on which there are pods with the claim of this volume. */
    Set<String> nodesOfUsers(PersistentVolume volume) {
        return users(volume).map(Pods::nodeName).collect(Collectors.toSet());
    }

    Set<String> nodesOfUsers(PersistentVolumeClaim claim) {
        return users(Volumes.text(claim)).map(Pods::nodeName).collect(Collectors.toSet());
    }
}
