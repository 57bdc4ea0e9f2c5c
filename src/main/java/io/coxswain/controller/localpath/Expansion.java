package io.coxswain.controller.localpath;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.ResourceClient;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Objects;

/** A directory has no size of its own: what a claim asks for, it has at once. Whether it may ask, admission has decided. */
final class Expansion {
    private final ResourceClient<PersistentVolume> volumes;
    private final ResourceClient<PersistentVolumeClaim> claims;
    private final EventRecorder events;

    Expansion(
            ResourceClient<PersistentVolume> volumes,
            ResourceClient<PersistentVolumeClaim> claims,
            EventRecorder events) {
        this.volumes = volumes;
        this.claims = claims;
        this.events = events;
    }

    /** Volume first, so that a broken-off expansion is finished by doing it again. */
    void grow(PersistentVolumeClaim claim, PersistentVolume volume) {
        if (Volumes.requested(claim).compareTo(Volumes.capacity(claim)) <= 0 || !Volumes.isFor(volume, claim)) {
            return;
        }
        Quantity wanted = Objects.requireNonNull(
                claim.getSpec().getResources().getRequests().get("storage"));
        if (Volumes.capacity(volume).compareTo(Volumes.requested(claim)) < 0) {
            events.event(
                    claim,
                    "Normal",
                    "Resizing",
                    "External resizer is resizing volume "
                            + volume.getMetadata().getName());
            volumes.update(new PersistentVolumeBuilder(volume)
                    .editSpec()
                    .addToCapacity("storage", wanted)
                    .endSpec()
                    .build());
        }
        claims.updateStatus(new PersistentVolumeClaimBuilder(claim)
                .editStatus()
                .withAllocatedResources(Map.of("storage", wanted))
                .withAllocatedResourceStatuses(Map.of())
                .addToCapacity("storage", wanted)
                .removeMatchingFromConditions(condition -> Objects.requireNonNull(condition.getType())
                        .matches("Resizing|FileSystemResizePending|ControllerResizeError|NodeResizeError"))
                .endStatus()
                .build());
        events.event(claim, "Normal", "VolumeResizeSuccessful", "Resize volume succeeded");
    }
}
