package io.coxswain.controller.persistentvolume;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.Informer;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.persistentvolume.BindingWrites.Told;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Binds claims to volumes, and says what state both are in. A key with a namespace is a claim, one without a volume. One worker,
 * so that two claims never choose the same volume; and it looks at what it wrote itself before what the cache shows.
 */
@Dependent
public class PersistentVolumeBinder implements Reconciler {
    private static final System.Logger LOG = System.getLogger(PersistentVolumeBinder.class.getName());
    /** Upstream's period: who waits for a volume is told so again, and tries again. */
    private static final Duration RESYNC = Duration.ofSeconds(15);

    private final Clock clock;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<PersistentVolumeClaim> claims;

    @SuppressWarnings("NullAway.Init")
    private Lister<PersistentVolume> volumes;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<PersistentVolumeClaim> liveClaims;

    @SuppressWarnings("NullAway.Init")
    private BindingWrites writes;

    @SuppressWarnings("NullAway.Init")
    private UnboundClaims unbound;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @Inject
    public PersistentVolumeBinder(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "persistent-volume-binder";
    }

    @Override
    public int workers() {
        return 1;
    }

    @Override
    public void setUp(Watches watches) {
        events = watches.events();
        liveClaims = watches.client().resource(ResourceTypes.PERSISTENT_VOLUME_CLAIMS);
        writes = new BindingWrites(watches.client(), events, clock);
        Informer<JsonObject> classes = watches.map(ResourceTypes.STORAGE_CLASSES, changed -> waiting());
        unbound = new UnboundClaims(
                new StorageClasses(classes.lister()), watches.cache(ResourceTypes.PODS), writes, events);
        volumes = watches.changes(ResourceTypes.PERSISTENT_VOLUMES, this::volumeChanged)
                .lister();
        claims = watches.map(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, PersistentVolumeBinder::keys)
                .lister();
        watches.every(
                RESYNC,
                () -> Stream.concat(waiting().stream(), unsettled().stream()).toList());
    }

    private static Collection<Key> keys(PersistentVolumeClaim claim) {
        List<Key> keys = new ArrayList<>();
        keys.add(key(claim));
        if (!Volumes.volumeName(claim).isEmpty()) {
            keys.add(new Key("", Volumes.volumeName(claim)));
        }
        return keys;
    }

    private static Key key(PersistentVolumeClaim claim) {
        return new Key(claim.getMetadata().getNamespace(), claim.getMetadata().getName());
    }

    /** A volume concerns its claim; one that is free concerns all that wait. */
    private Collection<Key> volumeChanged(@Nullable PersistentVolume old, @Nullable PersistentVolume now) {
        List<Key> keys = new ArrayList<>();
        PersistentVolume latest = Objects.requireNonNullElse(now, old);
        if (latest == null) {
            return keys;
        }
        keys.add(new Key("", latest.getMetadata().getName()));
        ObjectReference user = latest.getSpec().getClaimRef();
        if (user != null && user.getName() != null && user.getNamespace() != null) {
            keys.add(new Key(user.getNamespace(), user.getName()));
        }
        boolean free = now != null && user == null && Volumes.phase(now).equals("Available");
        boolean news = old == null
                || now == null
                || !Objects.equals(old.getStatus(), now.getStatus())
                || !Objects.equals(old.getSpec(), now.getSpec())
                || !Objects.equals(
                        old.getMetadata().getLabels(), now.getMetadata().getLabels());
        if (free && news) {
            keys.addAll(waiting());
        }
        return keys;
    }

    private List<Key> waiting() {
        return claims == null
                ? List.of()
                : claims.list("").stream()
                        .filter(claim -> !Volumes.phase(claim).equals("Bound"))
                        .map(PersistentVolumeBinder::key)
                        .toList();
    }

    private List<Key> unsettled() {
        return volumes.list("").stream()
                .filter(volume -> !Volumes.phase(volume).equals("Bound"))
                .map(volume -> new Key("", volume.getMetadata().getName()))
                .toList();
    }

    @Override
    public Result reconcile(Key key) {
        if (key.namespace().isEmpty()) {
            Optional<PersistentVolume> volume = volume(key.name());
            volume.ifPresent(this::settle);
            return Result.done();
        }
        Optional<PersistentVolumeClaim> claim = claim(key);
        if (claim.isPresent()) {
            if (Volumes.annotation(claim.get(), Volumes.BIND_COMPLETED).isEmpty()) {
                unbound.bind(claim.get(), this::volume, this::allVolumes);
            } else {
                keepBound(claim.get());
            }
        }
        return Result.done();
    }

    private Optional<PersistentVolume> volume(String name) {
        Optional<PersistentVolume> found = volumes.get("", name).map(writes.latestVolumes::newest);
        if (found.isEmpty()) {
            writes.latestVolumes.forget(new Key("", name));
        }
        return found;
    }

    private List<PersistentVolume> allVolumes() {
        return volumes.list("").stream().map(writes.latestVolumes::newest).toList();
    }

    private Optional<PersistentVolumeClaim> claim(Key key) {
        Optional<PersistentVolumeClaim> found =
                claims.get(key.namespace(), key.name()).map(writes.latestClaims::newest);
        if (found.isEmpty()) {
            writes.latestClaims.forget(key);
        }
        return found;
    }

    private void keepBound(PersistentVolumeClaim claim) {
        if (Volumes.volumeName(claim).isEmpty()) {
            lost(claim, "ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
            return;
        }
        Optional<PersistentVolume> volume = volume(Volumes.volumeName(claim));
        if (volume.isEmpty()) {
            lost(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
        } else if (volume.get().getSpec().getClaimRef() == null
                || Volumes.claimUid(volume.get()).equals(claim.getMetadata().getUid())) {
            writes.bind(volume.get(), claim);
        } else {
            lost(claim, "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly");
        }
    }

    private void lost(PersistentVolumeClaim claim, String reason, String message) {
        writes.phase(claim, "Lost", Optional.empty(), Optional.of(Told.warning(reason, message)));
    }

    /** Brings a volume's phase in line with its claim, and reclaims it when there is none any more. */
    private void settle(PersistentVolume volume) {
        if (Volumes.claimUid(volume).isEmpty()) {
            writes.phase(volume, "Available", "", Optional.empty());
            return;
        }
        Optional<PersistentVolumeClaim> claim = claimOf(volume);
        if (claim.isEmpty()) {
            reclaim(release(volume));
            return;
        }
        String bound = Volumes.volumeName(claim.get());
        if (bound.equals(volume.getMetadata().getName())) {
            writes.phase(volume, "Bound", "", Optional.empty());
        } else if (!bound.isEmpty()) {
            boundElsewhere(volume);
        } else if (!Volumes.sameMode(volume, claim.get())) {
            events.event(
                    volume,
                    "Warning",
                    "VolumeMismatch",
                    "Cannot bind PersistentVolume to requested PersistentVolumeClaim \""
                            + claim.get().getMetadata().getName() + "\" due to incompatible volumeMode.");
            events.event(
                    claim.get(),
                    "Warning",
                    "VolumeMismatch",
                    "Cannot bind PersistentVolume \"" + volume.getMetadata().getName()
                            + "\" to requested PersistentVolumeClaim due to incompatible volumeMode.");
        }
        // Otherwise the claim's own turn finishes the binding.
    }

    /** The claim that the volume is for, if it is still the same one. Its absence is first believed of the server only. */
    private Optional<PersistentVolumeClaim> claimOf(PersistentVolume volume) {
        ObjectReference reference = volume.getSpec().getClaimRef();
        Key key = new Key(reference.getNamespace(), reference.getName());
        Optional<PersistentVolumeClaim> cached = claim(key).filter(claim -> Volumes.isFor(volume, claim));
        boolean known = List.of("Released", "Failed").contains(Volumes.phase(volume));
        return cached.isPresent() || known
                ? cached
                : liveClaims.find(key.namespace(), key.name()).filter(claim -> Volumes.isFor(volume, claim));
    }

    private PersistentVolume release(PersistentVolume volume) {
        // A failure stays visible while we try again.
        return Volumes.phase(volume).equals("Failed") ? volume : writes.phase(volume, "Released", "", Optional.empty());
    }

    private void boundElsewhere(PersistentVolume volume) {
        boolean made = !Volumes.annotation(volume, Volumes.PROVISIONED_BY).isEmpty();
        if (made && "Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy())) {
            reclaim(release(volume));
        } else {
            writes.unbind(volume);
        }
    }

    private void reclaim(PersistentVolume volume) {
        String policy = volume.getSpec().getPersistentVolumeReclaimPolicy();
        switch (policy == null ? "" : policy) {
            case "Retain" -> {
                // An administrator decides.
            }
            case "Delete" -> {
                String provisioner = Volumes.annotation(volume, Volumes.PROVISIONED_BY);
                if (provisioner.isEmpty() || provisioner.startsWith("kubernetes.io/")) {
                    failed(
                            volume,
                            "VolumeFailedDelete",
                            "error getting deleter volume plugin for volume \""
                                    + volume.getMetadata().getName() + "\": no deletable volume plugin matched");
                } else {
                    LOG.log(
                            System.Logger.Level.DEBUG,
                            "volume={0} is left to its provisioner {1}",
                            volume.getMetadata().getName(),
                            provisioner);
                }
            }
            case "Recycle" -> failed(volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!");
            default -> failed(volume, "VolumeUnknownReclaimPolicy", "Volume has an unrecognized reclaim policy");
        }
    }

    private void failed(PersistentVolume volume, String reason, String message) {
        writes.phase(volume, "Failed", message, Optional.of(Told.warning(reason, message)));
    }
}
