package io.coxswain.controller.ephemeralvolume;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Namespaces;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimTemplate;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import jakarta.enterprise.context.Dependent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Makes a claim that the pod owns for each of its ephemeral volumes. */
@Dependent
public class EphemeralVolumeReconciler implements Reconciler {
    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Pod> pods;

    @SuppressWarnings("NullAway.Init")
    private Lister<PersistentVolumeClaim> claims;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<PersistentVolumeClaim> client;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @Override
    public String name() {
        return "ephemeral-volume-controller";
    }

    @Override
    public String queueName() {
        return "ephemeral_volume";
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client().resource(ResourceTypes.PERSISTENT_VOLUME_CLAIMS);
        events = watches.events();
        // A pod's volumes do not change: one look is enough.
        pods = watches.changes(
                        ResourceTypes.PODS,
                        (old, now) -> old == null && now != null && wantsClaims(now)
                                ? List.of(new Key(
                                        now.getMetadata().getNamespace(),
                                        now.getMetadata().getName()))
                                : List.of())
                .lister();
        // A claim that is gone is made again.
        claims = watches.changes(
                        ResourceTypes.PERSISTENT_VOLUME_CLAIMS,
                        (old, now) -> old == null || now != null
                                ? List.of()
                                : Owners.controllerOf(old)
                                        .filter(owner -> "Pod".equals(owner.getKind()))
                                        .map(owner -> List.of(
                                                new Key(old.getMetadata().getNamespace(), owner.getName())))
                                        .orElse(List.of()))
                .lister();
    }

    private static boolean wantsClaims(Pod pod) {
        return pod.getSpec() != null
                && pod.getSpec().getVolumes().stream().anyMatch(volume -> volume.getEphemeral() != null);
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Pod> pod = pods.get(key.namespace(), key.name()).filter(Pods::isActive);
        if (pod.isPresent()) {
            for (Volume volume : pod.get().getSpec().getVolumes()) {
                if (volume.getEphemeral() != null) {
                    ensure(pod.get(), volume);
                }
            }
        }
        return Result.done();
    }

    private void ensure(Pod pod, Volume volume) {
        String namespace = pod.getMetadata().getNamespace();
        String name = Volumes.claimName(pod, volume).orElseThrow();
        Optional<PersistentVolumeClaim> known = claims.get(namespace, name);
        try {
            if (known.isPresent()) {
                checkOwner(pod, known.get());
                return;
            }
            client.create(claim(pod, volume, name));
        } catch (ApiException e) {
            if (Namespaces.isTerminating(e)) {
                return;
            }
            if (e.isAlreadyExists()) {
                checkOwner(pod, client.get(namespace, name));
                return;
            }
            events.event(
                    pod,
                    "Warning",
                    "FailedBinding",
                    "ephemeral volume " + volume.getName() + ": create PVC " + namespace + "/" + name + ": "
                            + e.getMessage());
            throw e;
        }
    }

    private void checkOwner(Pod pod, PersistentVolumeClaim claim) {
        if (!Owners.isControlledBy(claim, pod)) {
            events.event(
                    pod,
                    "Warning",
                    "FailedBinding",
                    "PVC \"" + Volumes.text(claim) + "\" was not created for pod \""
                            + pod.getMetadata().getNamespace() + "/"
                            + pod.getMetadata().getName() + "\" (pod is not owner)");
        }
    }

    private static PersistentVolumeClaim claim(Pod pod, Volume volume, String name) {
        PersistentVolumeClaimTemplate template =
                Objects.requireNonNull(volume.getEphemeral().getVolumeClaimTemplate());
        ObjectMeta meta = template.getMetadata();
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(name)
                .withLabels(meta == null ? Map.of() : meta.getLabels())
                .withAnnotations(meta == null ? Map.of() : meta.getAnnotations())
                .withOwnerReferences(Owners.controllerReference(pod))
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }
}
