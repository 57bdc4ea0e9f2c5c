package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.store.ObjectKey;
import io.coxswain.store.StoredObject;
import java.util.Map;

/** A served resource: its kind with the subresources that were found for it. Immutable. */
public record RegisteredResource(KindDefinition kind, Map<String, Subresource> subresources) {
    public RegisteredResource {
        subresources = Map.copyOf(subresources);
    }

    public GroupResource groupResource() {
        return kind.names().groupResource();
    }

    public GroupVersionKind gvk() {
        return kind.names().gvk();
    }

    /** The store's name of the resource; the same for all kinds that share a storage. */
    public String storageName() {
        return kind.storage().toString();
    }

    public ObjectKey key(String namespace, String name) {
        return new ObjectKey(storageName(), kind.namespaced() ? namespace : "", name);
    }

    /** A stored object as clients of this resource see it; the stored bytes themselves where they can be used. */
    public ApiObject view(StoredObject stored) {
        return kind.isStorageForm() ? stored : new TreeObject(kind.fromStorage(stored.tree()));
    }

    /** @throws ApiException 405 unless the kind has the verb */
    public void requireVerb(String verb) {
        if (!kind.verbs().contains(verb)) {
            throw ApiException.methodNotAllowed();
        }
    }
}
