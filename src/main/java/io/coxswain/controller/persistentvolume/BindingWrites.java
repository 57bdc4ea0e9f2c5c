package io.coxswain.controller.persistentvolume;

import io.coxswain.client.ApiClient;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.LatestWrites;
import io.coxswain.controller.runtime.Timestamps;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The four writes that make a binding, each left out if it has been done, so that a broken-off binding is finished by doing it
 * again; and the phases. Every write carries the version that it rests on.
 */
final class BindingWrites {
    private static final String YES = "yes";

    private final ResourceClient<PersistentVolume> volumes;
    private final ResourceClient<PersistentVolumeClaim> claims;
    private final EventRecorder events;
    private final Clock clock;
    final LatestWrites<PersistentVolume> latestVolumes = new LatestWrites<>();
    final LatestWrites<PersistentVolumeClaim> latestClaims = new LatestWrites<>();

    BindingWrites(ApiClient client, EventRecorder events, Clock clock) {
        this.volumes = client.resource(ResourceTypes.PERSISTENT_VOLUMES);
        this.claims = client.resource(ResourceTypes.PERSISTENT_VOLUME_CLAIMS);
        this.events = events;
        this.clock = clock;
    }

    /** Something to be told when a phase changes. */
    record Told(String type, String reason, String message) {
        static Told warning(String reason, String message) {
            return new Told("Warning", reason, message);
        }
    }

    /** Volume first: whoever holds the volume's reference has the volume, whatever becomes of the rest. */
    void bind(PersistentVolume volume, PersistentVolumeClaim claim) {
        PersistentVolume taken = take(volume, claim);
        taken = phase(taken, "Bound", "", Optional.empty());
        PersistentVolumeClaim named = name(claim, taken);
        phase(named, "Bound", Optional.of(taken), Optional.empty());
    }

    private PersistentVolume take(PersistentVolume volume, PersistentVolumeClaim claim) {
        if (Volumes.isFor(volume, claim) && !Volumes.claimUid(volume).isEmpty()) {
            return volume;
        }
        boolean chosen = volume.getSpec().getClaimRef() == null;
        PersistentVolumeBuilder taken = new PersistentVolumeBuilder(volume)
                .editSpec()
                .withClaimRef(new ObjectReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("PersistentVolumeClaim")
                        .withNamespace(claim.getMetadata().getNamespace())
                        .withName(claim.getMetadata().getName())
                        .withUid(claim.getMetadata().getUid())
                        .withResourceVersion(claim.getMetadata().getResourceVersion())
                        .build())
                .endSpec();
        if (chosen) {
            taken.editMetadata()
                    .addToAnnotations(Volumes.BOUND_BY_CONTROLLER, YES)
                    .endMetadata();
        }
        return latestVolumes.wrote(volumes.update(taken.build()));
    }

    private PersistentVolumeClaim name(PersistentVolumeClaim claim, PersistentVolume volume) {
        String name = volume.getMetadata().getName();
        boolean chosen = !Volumes.volumeName(claim).equals(name);
        if (!chosen && !Volumes.annotation(claim, Volumes.BIND_COMPLETED).isEmpty()) {
            return claim;
        }
        PersistentVolumeClaimBuilder named = new PersistentVolumeClaimBuilder(claim)
                .editMetadata()
                .addToAnnotations(Volumes.BIND_COMPLETED, YES)
                .endMetadata();
        if (chosen) {
            named.editMetadata()
                    .addToAnnotations(Volumes.BOUND_BY_CONTROLLER, YES)
                    .endMetadata();
            named.editSpec().withVolumeName(name).endSpec();
        }
        return update(named.build());
    }

    /** Writes a claim as it stands. */
    PersistentVolumeClaim update(PersistentVolumeClaim claim) {
        return latestClaims.wrote(claims.update(claim));
    }

    /** Gives up a choice of ours; of a user's reservation only the uid. */
    void unbind(PersistentVolume volume) {
        boolean ours = !Volumes.annotation(volume, Volumes.BOUND_BY_CONTROLLER).isEmpty();
        PersistentVolumeBuilder free = new PersistentVolumeBuilder(volume);
        if (ours) {
            free.editMetadata()
                    .removeFromAnnotations(Volumes.BOUND_BY_CONTROLLER)
                    .endMetadata();
            free.editSpec().withClaimRef(null).endSpec();
        } else {
            free.editSpec()
                    .editClaimRef()
                    .withUid(null)
                    .withResourceVersion(null)
                    .endClaimRef()
                    .endSpec();
        }
        phase(latestVolumes.wrote(volumes.update(free.build())), "Available", "", Optional.empty());
    }

    PersistentVolume phase(PersistentVolume volume, String phase, String message, Optional<Told> told) {
        if (Volumes.phase(volume).equals(phase)) {
            return volume;
        }
        PersistentVolume written = latestVolumes.wrote(volumes.updateStatus(new PersistentVolumeBuilder(volume)
                .editOrNewStatus()
                .withPhase(phase)
                .withMessage(message.isEmpty() ? null : message)
                .withLastPhaseTransitionTime(Timestamps.of(clock.instant()))
                .endStatus()
                .build()));
        told.ifPresent(event -> events.event(written, event.type(), event.reason(), event.message()));
        return written;
    }

    /** @param volume what the claim has; empty clears what it had */
    void phase(PersistentVolumeClaim claim, String phase, Optional<PersistentVolume> volume, Optional<Told> told) {
        PersistentVolumeClaimBuilder wanted = new PersistentVolumeClaimBuilder(claim);
        boolean turned = !Volumes.phase(claim).equals(phase);
        wanted.editOrNewStatus().withPhase(phase).endStatus();
        if (volume.isPresent()) {
            wanted.editStatus()
                    .withAccessModes(volume.get().getSpec().getAccessModes())
                    .endStatus();
            // Once bound, what the claim has may rightly differ from its volume: a file system is grown after it.
            if (turned) {
                wanted.editStatus()
                        .withCapacity(volume.get().getSpec().getCapacity())
                        .endStatus();
            }
        } else {
            wanted.editStatus().withAccessModes().withCapacity(Map.of()).endStatus();
        }
        PersistentVolumeClaim status = wanted.build();
        if (Objects.equals(status.getStatus(), claim.getStatus())) {
            return;
        }
        PersistentVolumeClaim written = latestClaims.wrote(claims.updateStatus(status));
        if (turned) {
            told.ifPresent(event -> events.event(written, event.type(), event.reason(), event.message()));
        }
    }
}
