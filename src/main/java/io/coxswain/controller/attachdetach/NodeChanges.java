package io.coxswain.controller.attachdetach;

import io.coxswain.client.Key;
import io.coxswain.meta.ObjectView;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import jakarta.json.JsonObject;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which nodes a change concerns. Pods and nodes change all the time, and most of it has nothing to do with volumes. */
final class NodeChanges {
    private final WantedVolumes volumes;
    private final Attachments attachments;

    NodeChanges(WantedVolumes volumes, Attachments attachments) {
        this.volumes = volumes;
        this.attachments = attachments;
    }

    private static <T, V> boolean isSame(@Nullable T old, @Nullable T now, Function<T, V> aspect) {
        return old != null && now != null && aspect.apply(old).equals(aspect.apply(now));
    }

    private static List<Key> keys(Set<String> nodes) {
        return nodes.stream().map(node -> new Key("", node)).toList();
    }

    Collection<Key> node(@Nullable Node old, @Nullable Node now) {
        Node latest = now == null ? old : now;
        return latest == null || isSame(old, now, NodeVolumes.Facts::of)
                ? List.of()
                : List.of(new Key("", latest.getMetadata().getName()));
    }

    Collection<Key> pod(@Nullable Pod old, @Nullable Pod now) {
        if (isSame(old, now, WantedVolumes::nodeOfUser)) {
            return List.of();
        }
        Set<String> nodes = new HashSet<>();
        Optional.ofNullable(old).flatMap(WantedVolumes::nodeOfUser).ifPresent(nodes::add);
        Optional.ofNullable(now).flatMap(WantedVolumes::nodeOfUser).ifPresent(nodes::add);
        return keys(nodes);
    }

    private record Binding(String uid, String phase, String volume) {
        static Binding of(PersistentVolumeClaim claim) {
            return new Binding(claim.getMetadata().getUid(), Volumes.phase(claim), Volumes.volumeName(claim));
        }
    }

    Collection<Key> claim(@Nullable PersistentVolumeClaim old, @Nullable PersistentVolumeClaim now) {
        PersistentVolumeClaim latest = now == null ? old : now;
        return latest == null || isSame(old, now, Binding::of) ? List.of() : keys(volumes.nodesOfUsers(latest));
    }

    private record Source(Optional<DriverVolume> volume, String claimUid, List<String> accessModes) {
        static Source of(PersistentVolume volume) {
            return new Source(DriverVolume.of(volume), Volumes.claimUid(volume), Volumes.accessModes(volume));
        }
    }

    Collection<Key> volume(@Nullable PersistentVolume old, @Nullable PersistentVolume now) {
        PersistentVolume latest = now == null ? old : now;
        if (latest == null
                || isSame(old, now, Source::of)
                || DriverVolume.of(latest).isEmpty()) {
            return List.of();
        }
        return keys(concerned(latest));
    }

    /** Where it is attached, and where it is wanted. */
    private Set<String> concerned(PersistentVolume volume) {
        Set<String> nodes = new HashSet<>(volumes.nodesOfUsers(volume));
        attachments.ofVolume(volume.getMetadata().getName()).forEach(attachment -> nodes.add(attachment.node()));
        return nodes;
    }

    Collection<Key> driver(@Nullable JsonObject old, @Nullable JsonObject now) {
        JsonObject latest = now == null ? old : now;
        if (latest == null || isSame(old, now, driver -> new ObjectView(driver).flag("spec", "attachRequired"))) {
            return List.of();
        }
        Set<String> nodes = new HashSet<>();
        volumes.ofDriver(new ObjectView(latest).name()).forEach(volume -> nodes.addAll(concerned(volume)));
        return keys(nodes);
    }

    /** Its node, and those that wait for the volume to come free. */
    Collection<Key> attachment(@Nullable JsonObject old, @Nullable JsonObject now) {
        Attachment before = old == null ? null : Attachment.of(old);
        Attachment after = now == null ? null : Attachment.of(now);
        attachments.changed(before, after);
        if (Objects.equals(before, after)) {
            return List.of();
        }
        Set<String> nodes = new HashSet<>();
        Attachment latest = after == null ? Objects.requireNonNull(before) : after;
        nodes.add(latest.node());
        volumes.volume(latest.volumeName())
                .flatMap(DriverVolume::of)
                .ifPresent(volume -> volumes.same(volume).forEach(same -> nodes.addAll(concerned(same))));
        return keys(nodes);
    }
}
