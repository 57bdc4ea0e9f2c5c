package io.coxswain.controller.persistentvolume;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.Informer;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.meta.ObjectView;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What a claim without a volume gets: the one it names, the best one there is, a provisioner's attention, or patience. */
final class UnboundClaims {
    private static final String PODS_OF_CLAIM = "persistent-volume-binder/claim";

    private final StorageClasses classes;
    private final Informer<Pod> pods;
    private final BindingWrites writes;
    private final EventRecorder events;

    UnboundClaims(StorageClasses classes, Informer<Pod> pods, BindingWrites writes, EventRecorder events) {
        this.classes = classes;
        this.pods = pods;
        this.writes = writes;
        this.events = events;
        pods.addIndex(PODS_OF_CLAIM, Volumes::claimsOf);
    }

    void bind(
            PersistentVolumeClaim claim,
            Function<String, Optional<PersistentVolume>> volume,
            Supplier<List<PersistentVolume>> all) {
        if (Volumes.isBeingDeleted(claim)) {
            return;
        }
        if (Volumes.volumeName(claim).isEmpty()) {
            choose(claim, all.get());
        } else {
            volume.apply(Volumes.volumeName(claim)).ifPresentOrElse(found -> take(claim, found), () -> pending(claim));
        }
    }

    /** Binds the claim to the volume that its user named, if that can be. */
    private void take(PersistentVolumeClaim claim, PersistentVolume volume) {
        String name = volume.getMetadata().getName();
        if (Volumes.isFor(volume, claim)) {
            writes.bind(volume, claim);
            return;
        }
        if (volume.getSpec().getClaimRef() != null) {
            if (!Volumes.annotation(claim, Volumes.BOUND_BY_CONTROLLER).isEmpty()) {
                throw new IllegalStateException("invalid binding of claim \"" + Volumes.text(claim) + "\" to volume \""
                        + name + "\": volume already claimed by \""
                        + volume.getSpec().getClaimRef().getNamespace() + "/"
                        + volume.getSpec().getClaimRef().getName() + "\"");
            }
            events.event(
                    claim, "Warning", "FailedBinding", "volume \"" + name + "\" already bound to a different claim.");
            pending(claim);
            return;
        }
        Optional<String> objection = VolumeMatch.objection(volume, claim);
        if (objection.isPresent()) {
            events.event(
                    claim,
                    "Warning",
                    "VolumeMismatch",
                    "Cannot bind to requested volume \"" + name + "\": " + objection.get());
            pending(claim);
        } else {
            writes.bind(volume, claim);
        }
    }

    private void choose(PersistentVolumeClaim claim, List<PersistentVolume> all) {
        boolean delayed = classes.waitsForConsumer(Volumes.className(claim));
        Optional<PersistentVolume> best = VolumeMatch.best(claim, all, delayed);
        if (best.isPresent()) {
            writes.bind(best.get(), claim);
            return;
        }
        PersistentVolumeClaim now = claim;
        if (Volumes.hasNoClass(claim)) {
            Optional<ObjectView> byDefault = classes.byDefault();
            if (byDefault.isPresent()) {
                // The write brings the claim back here, with a class.
                writes.update(new PersistentVolumeClaimBuilder(claim)
                        .editSpec()
                        .withStorageClassName(byDefault.get().name())
                        .endSpec()
                        .build());
                return;
            }
        }
        if (delayed && Volumes.annotation(claim, Volumes.SELECTED_NODE).isEmpty()) {
            waitForConsumer(claim);
        } else if (!Volumes.className(claim).isEmpty()) {
            now = provision(claim);
        } else {
            events.event(
                    claim,
                    "Normal",
                    "FailedBinding",
                    "no persistent volumes available for this claim and no storage class is set");
        }
        pending(now);
    }

    private void waitForConsumer(PersistentVolumeClaim claim) {
        String waiting = pods.lister().byIndex(PODS_OF_CLAIM, Volumes.text(claim)).stream()
                .filter(pod -> Pods.nodeName(pod).isEmpty() && !Pods.isFinished(pod))
                .map(pod -> pod.getMetadata().getName())
                .sorted()
                .collect(Collectors.joining(","));
        if (waiting.isEmpty()) {
            events.event(
                    claim, "Normal", "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
        } else {
            events.event(claim, "Normal", "WaitForPodScheduled", "waiting for pod " + waiting + " to be scheduled");
        }
    }

    /** Tells the provisioner of the claim's class that a volume is wanted. */
    private PersistentVolumeClaim provision(PersistentVolumeClaim claim) {
        String name = Volumes.className(claim);
        Optional<ObjectView> found = classes.get(name);
        if (found.isEmpty()) {
            failed(claim, "storageclass.storage.k8s.io \"" + name + "\" not found");
            return claim;
        }
        String provisioner = found.get().text("provisioner");
        if (provisioner.startsWith("kubernetes.io/")) {
            failed(claim, "no volume plugin matched name: " + provisioner);
            return claim;
        }
        PersistentVolumeClaim now = claim;
        if (!Volumes.annotation(claim, Volumes.PROVISIONER).equals(provisioner)) {
            now = writes.update(new PersistentVolumeClaimBuilder(claim)
                    .editMetadata()
                    .addToAnnotations(Volumes.PROVISIONER, provisioner)
                    .addToAnnotations(Volumes.FORMER_PROVISIONER, provisioner)
                    .endMetadata()
                    .build());
        }
        events.event(
                now,
                "Normal",
                "ExternalProvisioning",
                "Waiting for a volume to be created either by the external provisioner '" + provisioner
                        + "' or manually by the system administrator. If volume creation is delayed, please verify that"
                        + " the provisioner is running and correctly registered.");
        return now;
    }

    private void failed(PersistentVolumeClaim claim, String why) {
        events.event(claim, "Warning", "ProvisioningFailed", why);
    }

    private void pending(PersistentVolumeClaim claim) {
        writes.phase(claim, "Pending", Optional.empty(), Optional.empty());
    }
}
