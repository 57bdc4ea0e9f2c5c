package io.coxswain.controller.attachdetach;

import io.coxswain.client.Key;
import io.coxswain.client.PatchType;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.WriteOptions;
import io.coxswain.controller.runtime.LatestWrites;
import io.coxswain.controller.runtime.Nodes;
import io.coxswain.meta.ApiException;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.AttachedVolume;
import io.fabric8.kubernetes.api.model.Node;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What nodes' statuses say of volumes: what is attached is for the control plane to tell, what is in use for the node. */
final class NodeVolumes {
    private final ResourceClient<Node> client;
    private final LatestWrites<Node> written = new LatestWrites<>();

    /** What of a node matters to its volumes. */
    record Facts(boolean ready, boolean outOfService, Set<String> inUse, List<String> attached) {
        static Facts of(Node node) {
            return new Facts(
                    Nodes.isReady(node),
                    Nodes.isOutOfService(node),
                    namedInUse(node),
                    namedAttached(node).map(AttachedVolume::getName).toList());
        }
    }

    NodeVolumes(ResourceClient<Node> client) {
        this.client = client;
    }

    private static Set<String> namedInUse(Node node) {
        return node.getStatus() == null
                ? Set.of()
                : Set.copyOf(Volumes.list(node.getStatus().getVolumesInUse()));
    }

    private static Stream<AttachedVolume> namedAttached(Node node) {
        return node.getStatus() == null
                ? Stream.empty()
                : Volumes.list(node.getStatus().getVolumesAttached()).stream();
    }

    /** The volumes of CSI drivers that the node's status names in any way. */
    static Stream<DriverVolume> named(Node node) {
        return Stream.concat(namedAttached(node).map(AttachedVolume::getName), namedInUse(node).stream())
                .flatMap(name -> DriverVolume.parse(name).stream());
    }

    /** The newer one of what the cache holds and what was written. */
    Node latest(Node cached) {
        return written.newest(cached);
    }

    /** The node is gone. */
    void forget(String node) {
        written.forget(new Key("", node));
    }

    /**
     * Makes the node's status name exactly these volumes of CSI drivers as attached; others' entries stay.
     *
     * @return the node as it is then; empty if it is gone
     */
    Optional<Node> report(Node node, Collection<String> uniqueNames) {
        List<AttachedVolume> list = new ArrayList<>();
        Set<String> missing = new LinkedHashSet<>(uniqueNames);
        namedAttached(node)
                .filter(each -> !DriverVolume.isUniqueName(each.getName()) || missing.remove(each.getName()))
                .forEach(list::add);
        missing.forEach(name -> list.add(new AttachedVolume("", name)));
        if (list.equals(namedAttached(node).toList())) {
            return Optional.of(node);
        }
        try {
            return Optional.of(written.wrote(client.patch(
                    "", node.getMetadata().getName(), PatchType.MERGE, patch(list), "status", WriteOptions.DEFAULT)));
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static JsonObject patch(List<AttachedVolume> volumes) {
        JsonArrayBuilder list = Json.createArrayBuilder();
        for (AttachedVolume volume : volumes) {
            list.add(Json.createObjectBuilder()
                    .add("name", volume.getName())
                    .add("devicePath", volume.getDevicePath() == null ? "" : volume.getDevicePath()));
        }
        JsonObjectBuilder status = Json.createObjectBuilder();
        if (volumes.isEmpty()) {
            status.add("volumesAttached", JsonValue.NULL);
        } else {
            status.add("volumesAttached", list);
        }
        return Json.createObjectBuilder().add("status", status).build();
    }

    /** Asks the server: a node may have begun to use a volume that the cache shows as free. */
    boolean isInUseNow(String node, String uniqueName) {
        return client.find("", node)
                .filter(now -> namedInUse(now).contains(uniqueName))
                .isPresent();
    }
}
