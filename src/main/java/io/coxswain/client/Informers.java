package io.coxswain.client;

/** Shared informers. The CDI bean of this type reads in this process as {@code system:apiserver}; a node agent has its own over HTTPS. */
public interface Informers {
    /** All objects of the resource, in all namespaces. Starts it if it is new. */
    default <T> Informer<T> informer(ResourceType<T> type) {
        return informer(type, "", ListOptions.ALL);
    }

    /** Objects of one namespace ({@code ""}: all) that a selector chooses. Starts it if it is new. */
    <T> Informer<T> informer(ResourceType<T> type, String namespace, ListOptions options);
}
