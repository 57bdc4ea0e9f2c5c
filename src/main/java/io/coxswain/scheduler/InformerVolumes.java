package io.coxswain.scheduler;

import io.coxswain.client.Informers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import io.coxswain.placement.Volumes;
import io.coxswain.scheduler.framework.VolumeObjects;
import io.coxswain.scheduler.plugin.volumebinding.Choice;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import jakarta.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The storage objects as informers show them, with what pods on their way to a node have reserved laid over. Thread-safe. */
final class InformerVolumes implements VolumeObjects {
    private final Informers informers;
    /** By pod. */
    private final Map<String, Reservation> reservations = new HashMap<>();

    /** Volumes → claims they are reserved for, and claims → nodes chosen for them. */
    private record Reservation(Map<String, String> volumes, Map<String, String> nodes) {}

    InformerVolumes(Informers informers) {
        this.informers = informers;
    }

    /** Lets other pods see the choice as if it were written already. */
    synchronized void reserve(String podUid, Choice choice, String node) {
        Map<String, String> volumes = new HashMap<>();
        choice.matches()
                .forEach(match -> volumes.put(match.volume().getMetadata().getName(), Volumes.text(match.claim())));
        Map<String, String> nodes = new HashMap<>();
        choice.provisions().forEach(claim -> nodes.put(Volumes.text(claim), node));
        reservations.put(podUid, new Reservation(volumes, nodes));
    }

    /** The choice is written and the informers have shown it, or it was given up. */
    synchronized void release(String podUid) {
        reservations.remove(podUid);
    }

    private synchronized Optional<String> chosenNode(String claim) {
        return reservations.values().stream()
                .flatMap(reservation -> Stream.ofNullable(reservation.nodes().get(claim)))
                .findFirst();
    }

    @Override
    public Optional<PersistentVolumeClaim> claim(String namespace, String name) {
        return written(namespace, name)
                .map(claim -> chosenNode(Volumes.text(claim))
                        .filter(node ->
                                Volumes.annotation(claim, Volumes.SELECTED_NODE).isEmpty())
                        .map(node -> new PersistentVolumeClaimBuilder(claim)
                                .editMetadata()
                                .addToAnnotations(Volumes.SELECTED_NODE, node)
                                .endMetadata()
                                .build())
                        .orElse(claim));
    }

    /** The claim without what is only decided. */
    Optional<PersistentVolumeClaim> written(String namespace, String name) {
        return informers
                .informer(ResourceTypes.PERSISTENT_VOLUME_CLAIMS)
                .lister()
                .get(namespace, name);
    }

    @Override
    public Optional<PersistentVolume> volume(String name) {
        return name.isEmpty()
                ? Optional.empty()
                : informers.informer(ResourceTypes.PERSISTENT_VOLUMES).lister().get("", name);
    }

    @Override
    public List<PersistentVolume> volumes() {
        return informers.informer(ResourceTypes.PERSISTENT_VOLUMES).lister().list("");
    }

    @Override
    public Optional<StorageClass> storageClass(String name) {
        return name.isEmpty()
                ? Optional.empty()
                : informers
                        .informer(ResourceTypes.STORAGE_CLASSES)
                        .lister()
                        .get("", name)
                        .map(ObjectView::new)
                        .map(InformerVolumes::storageClass);
    }

    private static StorageClass storageClass(ObjectView object) {
        List<Map<String, Set<String>>> topologies = new ArrayList<>();
        for (ObjectView term : object.items("allowedTopologies")) {
            Map<String, Set<String>> keys = new HashMap<>();
            term.items("matchLabelExpressions")
                    .forEach(each -> keys.put(each.text("key"), Set.copyOf(each.strings("values"))));
            topologies.add(keys);
        }
        return new StorageClass(
                object.name(),
                object.text("provisioner"),
                object.text("volumeBindingMode").equals("WaitForFirstConsumer"),
                topologies);
    }

    @Override
    public Map<String, Integer> limits(String node) {
        Optional<JsonObject> found =
                informers.informer(ResourceTypes.CSI_NODES).lister().get("", node);
        if (found.isEmpty()) {
            return Map.of();
        }
        Map<String, Integer> limits = new HashMap<>();
        for (ObjectView driver : new ObjectView(found.get()).items("spec", "drivers")) {
            driver.number("allocatable", "count")
                    .ifPresent(count -> limits.put(driver.text("name"), (int) Math.min(count, Integer.MAX_VALUE)));
        }
        return limits;
    }

    @Override
    public Optional<List<Capacity>> capacities(String driver, String storageClass) {
        boolean tells = informers
                .informer(ResourceTypes.CSI_DRIVERS)
                .lister()
                .get("", driver)
                .filter(object ->
                        new ObjectView(object).flag("spec", "storageCapacity").orElse(false))
                .isPresent();
        if (!tells) {
            return Optional.empty();
        }
        return Optional.of(informers.informer(ResourceTypes.CSI_STORAGE_CAPACITIES).lister().list("").stream()
                .map(ObjectView::new)
                .filter(object -> object.text("storageClassName").equals(storageClass))
                .filter(object -> object.at("nodeTopology").isPresent())
                .map(object -> new Capacity(selector(object), largest(object)))
                .toList());
    }

    private static BigDecimal largest(ObjectView capacity) {
        String text = capacity.text("maximumVolumeSize").isEmpty()
                ? capacity.text("capacity")
                : capacity.text("maximumVolumeSize");
        return text.isEmpty() ? BigDecimal.valueOf(-1) : Quantity.parse(text).toBigDecimal();
    }

    private static LabelSelector selector(ObjectView capacity) {
        LabelSelectorBuilder builder = new LabelSelectorBuilder();
        builder.addToMatchLabels(capacity.texts("nodeTopology", "matchLabels"));
        capacity.items("nodeTopology", "matchExpressions")
                .forEach(each -> builder.addToMatchExpressions(
                        new LabelSelectorRequirement(each.text("key"), each.text("operator"), each.strings("values"))));
        return builder.build();
    }

    @Override
    public synchronized Optional<String> reservedFor(String volume) {
        return reservations.values().stream()
                .flatMap(reservation -> Stream.ofNullable(reservation.volumes().get(volume)))
                .findFirst();
    }
}
