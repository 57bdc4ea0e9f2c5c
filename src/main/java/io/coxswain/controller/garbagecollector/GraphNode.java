package io.coxswain.controller.garbagecollector;

import io.coxswain.client.ObjectSummary;
import io.coxswain.client.ResourceType;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import java.util.Optional;

/**
 * One object in the graph as it was last seen. Immutable.
 *
 * @param reference group, kind and name by which dependents know it
 * @param type where it is served; empty if no such kind is served (as far as is known)
 * @param observed false for an owner that is only known from a dependent's reference
 */
record GraphNode(
        String uid,
        Reference reference,
        Optional<ResourceType<ObjectSummary>> type,
        List<OwnerReference> owners,
        List<String> finalizers,
        boolean beingDeleted,
        boolean observed) {
    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";

    /** What an owner reference says, and the namespace it is meant in ({@code ""} if unknown or none). */
    record Reference(String group, String kind, String namespace, String name) {}

    static GraphNode observed(ResourceType<ObjectSummary> type, ObjectSummary object) {
        ObjectSummary.Meta meta = object.metadata();
        return new GraphNode(
                meta.uid(),
                new Reference(type.gvr().group(), type.kind(), meta.namespace(), meta.name()),
                Optional.of(type),
                meta.ownerReferences(),
                meta.finalizers(),
                meta.isBeingDeleted(),
                true);
    }

    /** An owner nobody has seen yet. */
    static GraphNode virtual(OwnerReference owner, String dependentNamespace) {
        String apiVersion = owner.getApiVersion();
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        return new GraphNode(
                owner.getUid(),
                new Reference(group, owner.getKind(), dependentNamespace, owner.getName()),
                Optional.empty(),
                List.of(),
                List.of(),
                false,
                false);
    }

    boolean isDeletingDependents() {
        return beingDeleted && finalizers.contains(FOREGROUND);
    }

    boolean isOrphaningDependents() {
        return beingDeleted && finalizers.contains(ORPHAN);
    }

    boolean blocks(String ownerUid) {
        return owners.stream()
                .anyMatch(
                        owner -> ownerUid.equals(owner.getUid()) && Boolean.TRUE.equals(owner.getBlockOwnerDeletion()));
    }
}
