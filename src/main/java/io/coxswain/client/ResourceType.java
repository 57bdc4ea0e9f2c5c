package io.coxswain.client;

import io.coxswain.meta.GroupVersionResource;

/** A resource together with the Java type its objects are read into: a fabric8 model class, or {@code jakarta.json.JsonObject} for trees. */
public record ResourceType<T>(GroupVersionResource gvr, String kind, boolean namespaced, Class<T> type) {
    public static <T> ResourceType<T> namespaced(
            String group, String version, String resource, String kind, Class<T> type) {
        return new ResourceType<>(new GroupVersionResource(group, version, resource), kind, true, type);
    }

    public static <T> ResourceType<T> cluster(
            String group, String version, String resource, String kind, Class<T> type) {
        return new ResourceType<>(new GroupVersionResource(group, version, resource), kind, false, type);
    }
}
