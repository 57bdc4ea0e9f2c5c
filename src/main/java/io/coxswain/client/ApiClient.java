package io.coxswain.client;

import io.coxswain.meta.GroupVersionResource;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Set;

/** The API as one user. Thread-safe. */
public interface ApiClient {
    <T> ResourceClient<T> resource(ResourceType<T> type);

    /** Any resource as trees; see {@link #resources} for which there are. */
    default ResourceClient<JsonObject> resource(GroupVersionResource gvr, String kind, boolean namespaced) {
        return resource(new ResourceType<>(gvr, kind, namespaced, JsonObject.class));
    }

    /** Every served resource (no subresources) of preferred versions, as discovery tells it. */
    List<ServedResource> resources();

    /** A served resource. */
    record ServedResource(
            GroupVersionResource gvr, String kind, boolean namespaced, Set<String> verbs, List<String> shortNames) {}
}
