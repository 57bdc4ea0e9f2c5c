package io.coxswain.console.workloads;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/**
 * One entry of a deployment's history: a replica set that it owns.
 *
 * @param cause the annotation {@code kubernetes.io/change-cause}, {@code ""} if nobody wrote one
 * @param current whether its pods are what the deployment wants now
 */
public record Revision(
        long number,
        String replicaSet,
        String images,
        String cause,
        long replicas,
        long ready,
        String created,
        boolean current)
        implements Serializable {
    static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String CAUSE = "kubernetes.io/change-cause";
    private static final String HASH = "pod-template-hash";

    /** The history, newest first. */
    static List<Revision> of(ObjectView deployment, List<ObjectView> replicaSets) {
        return replicaSets.stream()
                .filter(set -> isOwned(set, deployment.uid()))
                .map(set -> of(set, template(set).equals(template(deployment))))
                .sorted(Comparator.comparingLong(Revision::number).reversed())
                .toList();
    }

    private static Revision of(ObjectView set, boolean current) {
        return new Revision(
                revisionOf(set),
                set.name(),
                DeploymentRow.images(set.items("spec", "template", "spec", "containers")),
                set.annotations().getOrDefault(CAUSE, ""),
                set.number("status", "replicas").orElse(0L),
                set.number("status", "readyReplicas").orElse(0L),
                set.text("metadata", "creationTimestamp"),
                current);
    }

    static boolean isOwned(ObjectView object, String uid) {
        return object.items("metadata", "ownerReferences").stream()
                .anyMatch(owner -> owner.text("uid").equals(uid)
                        && owner.flag("controller").orElse(false));
    }

    static long revisionOf(ObjectView object) {
        String text = object.annotations().getOrDefault(REVISION, "0");
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    /** The pod template without the hash that the deployment controller added. */
    static JsonObject template(ObjectView object) {
        JsonObject template = object.object("spec", "template");
        JsonObject labels = JsonTrees.without(new ObjectView(template).object("metadata", "labels"), HASH);
        return JsonTrees.set(template, labels, "metadata", "labels");
    }
}
