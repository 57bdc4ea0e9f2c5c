package io.coxswain.controller.volumeprotection;

import io.coxswain.client.Informer;
import io.coxswain.client.Key;
import io.coxswain.client.ListOptions;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import jakarta.enterprise.context.Dependent;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets a deleted claim go when no pod that has a node uses it any more; a finished pod still does, as upstream. */
@Dependent
public class ClaimProtectionReconciler implements Reconciler {
    static final String FINALIZER = "kubernetes.io/pvc-protection";
    private static final String PODS_OF_CLAIM = "pvc-protection/claim";

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<PersistentVolumeClaim> claims;

    @SuppressWarnings("NullAway.Init")
    private Lister<Pod> pods;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Pod> livePods;

    @SuppressWarnings("NullAway.Init")
    private Finalizers<PersistentVolumeClaim> finalizers;

    @Override
    public String name() {
        return "pvc-protection-controller";
    }

    @Override
    public String queueName() {
        return "pvcprotection";
    }

    @Override
    public void setUp(Watches watches) {
        finalizers = new Finalizers<>(watches.client(), ResourceTypes.PERSISTENT_VOLUME_CLAIMS, FINALIZER);
        livePods = watches.client().resource(ResourceTypes.PODS);
        claims = watches.primary(ResourceTypes.PERSISTENT_VOLUME_CLAIMS).lister();
        Informer<Pod> informer = watches.changes(ResourceTypes.PODS, ClaimProtectionReconciler::podChanged);
        informer.addIndex(PODS_OF_CLAIM, Volumes::claimsOf);
        pods = informer.lister();
    }

    /** Only a pod that ends can free a claim. */
    private static Collection<Key> podChanged(@Nullable Pod old, @Nullable Pod now) {
        boolean replaced = old != null
                && now != null
                && !Objects.equals(old.getMetadata().getUid(), now.getMetadata().getUid());
        if (old == null || (now != null && !replaced && !Pods.isFinished(now))) {
            return List.of();
        }
        return Volumes.claimNames(old)
                .map(name -> new Key(old.getMetadata().getNamespace(), name))
                .toList();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<PersistentVolumeClaim> found = claims.get(key.namespace(), key.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        PersistentVolumeClaim claim = found.get();
        boolean held = finalizers.isOn(claim);
        if (!Volumes.isBeingDeleted(claim)) {
            if (!held) {
                finalizers.add(claim);
            }
        } else if (held && !isUsed(claim)) {
            finalizers.remove(claim);
        }
        return Result.done();
    }

    /** The cache may be behind: that nobody uses the claim is believed only of the server. */
    private boolean isUsed(PersistentVolumeClaim claim) {
        return pods.byIndex(PODS_OF_CLAIM, Volumes.text(claim)).stream().anyMatch(pod -> uses(pod, claim))
                || livePods.list(claim.getMetadata().getNamespace(), ListOptions.ALL).items().stream()
                        .anyMatch(pod -> uses(pod, claim));
    }

    /** A pod without a node does not count: no node starts a pod whose claim is being deleted. */
    private static boolean uses(Pod pod, PersistentVolumeClaim claim) {
        return !Pods.nodeName(pod).isEmpty()
                && pod.getSpec().getVolumes().stream().anyMatch(volume -> uses(pod, volume, claim));
    }

    private static boolean uses(Pod pod, Volume volume, PersistentVolumeClaim claim) {
        boolean named = Volumes.claimName(pod, volume)
                .filter(claim.getMetadata().getName()::equals)
                .isPresent();
        // What was made for a pod is of no use to it once it has finished.
        return named && (volume.getEphemeral() == null || (!Pods.isFinished(pod) && Owners.isControlledBy(claim, pod)));
    }
}
