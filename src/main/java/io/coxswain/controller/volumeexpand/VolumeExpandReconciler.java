package io.coxswain.controller.volumeexpand;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ObjectView;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import jakarta.enterprise.context.Dependent;
import jakarta.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hands claims that have become larger to the resizer of their class, as upstream does for volumes that it cannot grow itself, which here
 * are all: the provisioner of {@code local-path} grows its own, and needs no telling.
 */
@Dependent
public class VolumeExpandReconciler implements Reconciler {
    private static final String RESIZER = "volume.kubernetes.io/storage-resizer";
    private static final String OURS = "coxswain.io/local-path";

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<PersistentVolumeClaim> claims;

    @SuppressWarnings("NullAway.Init")
    private Lister<JsonObject> classes;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<PersistentVolumeClaim> client;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @Override
    public String name() {
        return "expand-controller";
    }

    @Override
    public String queueName() {
        return "volume_expand";
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client().resource(ResourceTypes.PERSISTENT_VOLUME_CLAIMS);
        events = watches.events();
        classes = watches.cache(ResourceTypes.STORAGE_CLASSES).lister();
        claims = watches.changes(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, VolumeExpandReconciler::changed)
                .lister();
    }

    /** Only a request that has grown is news: this loop's own writes are none. */
    private static Collection<Key> changed(@Nullable PersistentVolumeClaim old, @Nullable PersistentVolumeClaim now) {
        boolean grown = now != null
                && wantsMore(now)
                && (old == null || Volumes.requested(now).compareTo(Volumes.requested(old)) > 0 || !wantsMore(old));
        return now != null && grown
                ? List.of(new Key(
                        now.getMetadata().getNamespace(), now.getMetadata().getName()))
                : List.of();
    }

    private static boolean wantsMore(PersistentVolumeClaim claim) {
        return Volumes.phase(claim).equals("Bound")
                && Volumes.capacity(claim).signum() > 0
                && Volumes.requested(claim).compareTo(Volumes.capacity(claim)) > 0;
    }

    @Override
    public Result reconcile(Key key) {
        Optional<PersistentVolumeClaim> claim =
                claims.get(key.namespace(), key.name()).filter(VolumeExpandReconciler::wantsMore);
        if (claim.isPresent()) {
            String resizer = classes.get("", Volumes.className(claim.get()))
                    .map(found -> new ObjectView(found).text("provisioner"))
                    .orElse("");
            if (!resizer.isEmpty() && !resizer.equals(OURS)) {
                handOver(claim.get(), resizer);
            }
        }
        return Result.done();
    }

    private void handOver(PersistentVolumeClaim claim, String resizer) {
        if (!Volumes.annotation(claim, RESIZER).equals(resizer)) {
            client.update(new PersistentVolumeClaimBuilder(claim)
                    .editMetadata()
                    .addToAnnotations(RESIZER, resizer)
                    .endMetadata()
                    .build());
        }
        events.event(claim, "Normal", "ExternalExpanding", "waiting for an external controller to expand this PVC");
    }
}
