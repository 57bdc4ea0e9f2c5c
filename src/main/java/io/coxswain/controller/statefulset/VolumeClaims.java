package io.coxswain.controller.statefulset;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Makes the claims a pod needs, and lets owner references say when they go, by the set's retention policy. */
final class VolumeClaims {
    private final ResourceClient<PersistentVolumeClaim> client;
    private final Lister<PersistentVolumeClaim> cache;
    private final EventRecorder events;

    VolumeClaims(
            ResourceClient<PersistentVolumeClaim> client, Lister<PersistentVolumeClaim> cache, EventRecorder events) {
        this.client = client;
        this.cache = cache;
        this.events = events;
    }

    void create(StatefulSet set, int ordinal) {
        for (PersistentVolumeClaim template : set.getSpec().getVolumeClaimTemplates()) {
            String name = Identity.claimName(set, template, ordinal);
            String namespace = set.getMetadata().getNamespace();
            if (cache.get(namespace, name).isEmpty()) {
                create(set, ordinal, claim(set, template, name));
            }
        }
    }

    private void create(StatefulSet set, int ordinal, PersistentVolumeClaim claim) {
        String what = "create Claim " + claim.getMetadata().getName() + " Pod " + Identity.podName(set, ordinal)
                + " in StatefulSet " + set.getMetadata().getName();
        try {
            client.create(claim);
            events.event(set, "Normal", "SuccessfulCreate", what + " success");
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                events.event(set, "Warning", "FailedCreate", what + " failed error: " + e.getMessage());
                throw e;
            }
        }
    }

    private static PersistentVolumeClaim claim(StatefulSet set, PersistentVolumeClaim template, String name) {
        Map<String, String> labels = new HashMap<>();
        if (template.getMetadata().getLabels() != null) {
            labels.putAll(template.getMetadata().getLabels());
        }
        if (set.getSpec().getSelector().getMatchLabels() != null) {
            labels.putAll(set.getSpec().getSelector().getMatchLabels());
        }
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace(set.getMetadata().getNamespace())
                .withName(name)
                .withLabels(labels)
                .withAnnotations(template.getMetadata().getAnnotations())
                .withOwnerReferences(
                        deletesWithSet(set) ? List.of(Owners.controllerReference(set)) : List.<OwnerReference>of())
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    private static boolean deletesWithSet(StatefulSet set) {
        var policy = set.getSpec().getPersistentVolumeClaimRetentionPolicy();
        return policy != null && "Delete".equals(policy.getWhenDeleted());
    }

    private static boolean deletesWhenScaled(StatefulSet set) {
        var policy = set.getSpec().getPersistentVolumeClaimRetentionPolicy();
        return policy != null && "Delete".equals(policy.getWhenScaled());
    }

    /** Makes the claims of a pod belong to the set, to the pod that is about to go, or to nobody. */
    void retain(StatefulSet set, Pod pod, int ordinal) {
        boolean withPod = deletesWhenScaled(set) && Identity.isCondemned(set, ordinal);
        for (PersistentVolumeClaim template : set.getSpec().getVolumeClaimTemplates()) {
            Optional<PersistentVolumeClaim> found =
                    cache.get(set.getMetadata().getNamespace(), Identity.claimName(set, template, ordinal));
            found.ifPresent(claim -> retain(set, pod, claim, withPod));
        }
    }

    private void retain(StatefulSet set, Pod pod, PersistentVolumeClaim claim, boolean withPod) {
        List<OwnerReference> wanted = new ArrayList<>(claim.getMetadata().getOwnerReferences());
        wanted.removeIf(owner -> isOf(owner, "StatefulSet", set.getMetadata().getName())
                || isOf(owner, "Pod", pod.getMetadata().getName()));
        boolean foreign = wanted.stream().anyMatch(owner -> Boolean.TRUE.equals(owner.getController()));
        if (withPod && !foreign) {
            wanted.add(Owners.controllerReference(pod));
        } else if (deletesWithSet(set) && !foreign) {
            wanted.add(Owners.controllerReference(set));
        }
        if (!Objects.equals(wanted, claim.getMetadata().getOwnerReferences())) {
            client.update(new PersistentVolumeClaimBuilder(claim)
                    .editMetadata()
                    .withOwnerReferences(wanted)
                    .endMetadata()
                    .build());
        }
    }

    private static boolean isOf(OwnerReference owner, String kind, String name) {
        return kind.equals(owner.getKind()) && name.equals(owner.getName());
    }

    /** A claim that goes with a former pod: a new pod of the ordinal must wait until it is gone. */
    boolean isStale(StatefulSet set, int ordinal) {
        return set.getSpec().getVolumeClaimTemplates().stream()
                .flatMap(template ->
                        cache
                                .get(set.getMetadata().getNamespace(), Identity.claimName(set, template, ordinal))
                                .stream())
                .anyMatch(claim -> claim.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> isOf(owner, "Pod", Identity.podName(set, ordinal))));
    }
}
