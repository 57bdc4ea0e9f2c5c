package io.coxswain.controller.runtime;

import io.coxswain.client.Key;
import io.coxswain.client.Selectors;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tells from changes of pods which objects of one kind to look at, and keeps their expectations. */
public final class OwnedPodChanges {
    private final String kind;
    private final Expectations expectations;
    private final Function<Pod, Collection<Key>> adopters;

    /** @param adopters the objects whose selector matches a pod that nobody controls */
    public OwnedPodChanges(String kind, Expectations expectations, Function<Pod, Collection<Key>> adopters) {
        this.kind = kind;
        this.expectations = expectations;
        this.adopters = adopters;
    }

    /** For {@link Watches#changes}. */
    public Collection<Key> changed(@Nullable Pod old, @Nullable Pod now) {
        List<Key> keys = new ArrayList<>();
        if (old != null) {
            owner(old).ifPresent(key -> {
                keys.add(key);
                if (now == null || (Pods.isBeingDeleted(now) && !Pods.isBeingDeleted(old))) {
                    expectations.deleted(key, old.getMetadata().getUid());
                }
            });
        }
        if (now != null) {
            Optional<Key> owner = owner(now);
            owner.ifPresent(keys::add);
            if (owner.isPresent() && old == null) {
                expectations.created(owner.get());
            }
            if (owner.isEmpty()
                    && !Pods.isBeingDeleted(now)
                    && Owners.controllerOf(now).isEmpty()) {
                keys.addAll(adopters.apply(now));
            }
        }
        return keys;
    }

    /** Which of {@code all}, the objects in the pod's namespace, select it. */
    public static <T extends HasMetadata> Collection<Key> selecting(
            Pod pod, Collection<T> all, Function<T, LabelSelector> selector) {
        return all.stream()
                .filter(object -> Selectors.matches(
                        selector.apply(object), pod.getMetadata().getLabels()))
                .map(object -> new Key(
                        object.getMetadata().getNamespace(),
                        object.getMetadata().getName()))
                .toList();
    }

    /** The controller of this kind, by name. */
    public Optional<Key> owner(Pod pod) {
        return Owners.controllerOf(pod)
                .filter(reference -> kind.equals(reference.getKind()))
                .map(reference -> new Key(pod.getMetadata().getNamespace(), reference.getName()));
    }
}
