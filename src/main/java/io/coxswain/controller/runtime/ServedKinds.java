package io.coxswain.controller.runtime;

import io.coxswain.client.ApiClient;
import io.coxswain.client.ResourceType;
import jakarta.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which resource serves a kind, as discovery tells it. Asks once per kind that is served. Thread-safe. */
public final class ServedKinds {
    private final ApiClient client;
    private final Map<String, ResourceType<JsonObject>> known = new ConcurrentHashMap<>();

    public ServedKinds(ApiClient client) {
        this.client = client;
    }

    /**
     * The resource of the kind in the version that the server prefers; empty if it is not served.
     *
     * @param group {@code ""} for the core group
     */
    public Optional<ResourceType<JsonObject>> find(String group, String kind) {
        String name = kind + "." + group;
        ResourceType<JsonObject> found = known.get(name);
        if (found != null) {
            return Optional.of(found);
        }
        Optional<ResourceType<JsonObject>> discovered = client.resources().stream()
                .filter(served ->
                        served.kind().equals(kind) && served.gvr().group().equals(group))
                .findFirst()
                .map(served -> new ResourceType<>(served.gvr(), served.kind(), served.namespaced(), JsonObject.class));
        discovered.ifPresent(type -> known.put(name, type));
        return discovered;
    }

    /** The group of an {@code apiVersion} such as {@code apps/v1}. */
    public static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }
}
