package io.coxswain.controller.runtime;

import io.coxswain.client.Informer;
import io.coxswain.client.Lister;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;

/** The pods that an object controls or may adopt, by index: what it costs does not grow with the number of other pods. */
public final class OwnedPods {
    private static final String BY_CONTROLLER = "owned-pods/controller";
    private static final String ORPHANS = "owned-pods/orphans";

    private final Lister<Pod> pods;

    public OwnedPods(Informer<Pod> pods) {
        pods.addIndex(
                BY_CONTROLLER,
                pod -> Owners.controllerOf(pod).map(OwnerReference::getUid).stream()
                        .toList());
        pods.addIndex(
                ORPHANS,
                pod -> Owners.controllerOf(pod).isPresent()
                        ? List.of()
                        : List.of(pod.getMetadata().getNamespace()));
        this.pods = pods.lister();
    }

    /** What the object with this uid controls. */
    public List<Pod> of(String uid) {
        return pods.byIndex(BY_CONTROLLER, uid);
    }

    /** Pods of the namespace that nobody controls. */
    public List<Pod> orphans(String namespace) {
        return pods.byIndex(ORPHANS, namespace);
    }

    /** What {@link Claims} has to look at: the owner's pods and those it might adopt. */
    public List<Pod> candidates(HasMetadata owner) {
        List<Pod> found = new ArrayList<>(of(owner.getMetadata().getUid()));
        found.addAll(orphans(owner.getMetadata().getNamespace()));
        return found;
    }
}
