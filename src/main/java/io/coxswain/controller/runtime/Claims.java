package io.coxswain.controller.runtime;

import io.coxswain.client.PatchType;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.Selectors;
import io.coxswain.client.WriteOptions;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.OwnerReference;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Decides which objects a controller object owns: adopts orphans that its selector matches, releases what it no longer
 * matches, leaves alone what another controls.
 */
public final class Claims<T extends HasMetadata> {
    private static final JsonProvider JSON = JsonProvider.provider();

    private final ResourceClient<T> resource;
    private final HasMetadata owner;
    private final LabelSelector selector;
    private final Supplier<? extends HasMetadata> liveOwner;
    private final String finalizer;
    private Optional<Boolean> mayAdopt = Optional.empty();

    /** @param liveOwner reads the owner from the server: adoption must not rest on a cache that may be behind a deletion */
    public Claims(
            ResourceClient<T> resource,
            HasMetadata owner,
            LabelSelector selector,
            Supplier<? extends HasMetadata> liveOwner) {
        this(resource, owner, selector, liveOwner, "");
    }

    /** @param finalizer is put on what is adopted and taken from what is released; {@code ""} for none */
    public Claims(
            ResourceClient<T> resource,
            HasMetadata owner,
            LabelSelector selector,
            Supplier<? extends HasMetadata> liveOwner,
            String finalizer) {
        this.finalizer = finalizer;
        this.resource = resource;
        this.owner = owner;
        this.selector = selector;
        this.liveOwner = liveOwner;
    }

    /** Those of the candidates that are the owner's now. Orphans are adopted only if they pass the filter. */
    public List<T> claim(List<T> candidates, Predicate<T> adoptable) {
        List<T> claimed = new ArrayList<>();
        for (T candidate : candidates) {
            Optional<OwnerReference> controller = Owners.controllerOf(candidate);
            boolean matches =
                    Selectors.matches(selector, candidate.getMetadata().getLabels());
            if (controller.isPresent()) {
                if (owner.getMetadata().getUid().equals(controller.get().getUid())) {
                    if (matches) {
                        claimed.add(candidate);
                    } else if (!isBeingDeleted(owner)) {
                        release(candidate);
                    }
                }
            } else if (matches
                    && !isBeingDeleted(owner)
                    && !isBeingDeleted(candidate)
                    && adoptable.test(candidate)
                    && ownerMayAdopt()) {
                adopt(candidate).ifPresent(claimed::add);
            }
        }
        return claimed;
    }

    private boolean ownerMayAdopt() {
        if (mayAdopt.isEmpty()) {
            HasMetadata live = liveOwner.get();
            mayAdopt = Optional.of(
                    live.getMetadata().getUid().equals(owner.getMetadata().getUid()) && !isBeingDeleted(live));
        }
        return mayAdopt.get();
    }

    private Optional<T> adopt(T orphan) {
        OwnerReference reference = Owners.controllerReference(owner);
        JsonObject owned = JSON.createObjectBuilder()
                .add("apiVersion", reference.getApiVersion())
                .add("kind", reference.getKind())
                .add("name", reference.getName())
                .add("uid", reference.getUid())
                .add("controller", true)
                .add("blockOwnerDeletion", true)
                .build();
        return patch(orphan, owned, "finalizers");
    }

    private void release(T object) {
        JsonObject removed = JSON.createObjectBuilder()
                .add("$patch", "delete")
                .add("uid", owner.getMetadata().getUid())
                .build();
        patch(object, removed, "$deleteFromPrimitiveList/finalizers");
    }

    private Optional<T> patch(T object, JsonObject ownerReference, String finalizers) {
        JsonObjectBuilder meta = JSON.createObjectBuilder()
                .add("uid", object.getMetadata().getUid())
                .add("ownerReferences", JSON.createArrayBuilder().add(ownerReference));
        if (!finalizer.isEmpty()) {
            meta.add(finalizers, JSON.createArrayBuilder().add(finalizer));
        }
        JsonObject patch = JSON.createObjectBuilder().add("metadata", meta).build();
        try {
            return Optional.of(resource.patch(
                    object.getMetadata().getNamespace(),
                    object.getMetadata().getName(),
                    PatchType.STRATEGIC,
                    patch,
                    "",
                    WriteOptions.DEFAULT));
        } catch (ApiException e) {
            // Gone, or another object of its name by now: nothing to own.
            if (e.isNotFound() || e.code() == 422 || e.isConflict()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean isBeingDeleted(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }
}
