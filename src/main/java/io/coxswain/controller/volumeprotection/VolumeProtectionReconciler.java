package io.coxswain.controller.volumeprotection;

import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import jakarta.enterprise.context.Dependent;
import java.util.Optional;

/** Lets a deleted volume go when it is not bound to a claim. */
@Dependent
public class VolumeProtectionReconciler implements Reconciler {
    static final String FINALIZER = "kubernetes.io/pv-protection";

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<PersistentVolume> volumes;

    @SuppressWarnings("NullAway.Init")
    private Finalizers<PersistentVolume> finalizers;

    @Override
    public String name() {
        return "pv-protection-controller";
    }

    @Override
    public String queueName() {
        return "pvprotection";
    }

    @Override
    public void setUp(Watches watches) {
        finalizers = new Finalizers<>(watches.client(), ResourceTypes.PERSISTENT_VOLUMES, FINALIZER);
        volumes = watches.primary(ResourceTypes.PERSISTENT_VOLUMES).lister();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<PersistentVolume> found = volumes.get("", key.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        PersistentVolume volume = found.get();
        boolean held = finalizers.isOn(volume);
        if (!Volumes.isBeingDeleted(volume)) {
            if (!held) {
                finalizers.add(volume);
            }
        } else if (held && !Volumes.phase(volume).equals("Bound")) {
            finalizers.remove(volume);
        }
        return Result.done();
    }
}
