package io.coxswain.client;

import io.coxswain.apiserver.request.ByteSource;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One resource as one user. Calls block until answered; a write is durable then. The namespace is {@code ""} for
 * cluster-scoped resources and for lists across namespaces. Thread-safe.
 *
 * <p>Every method throws {@link io.coxswain.meta.ApiException} with the server's Status.
 */
public interface ResourceClient<T> {
    T get(String namespace, String name);

    /** Like {@link #get}, but empty instead of a 404 of the object itself. */
    Optional<T> find(String namespace, String name);

    ObjectList<T> list(String namespace, ListOptions options);

    /** Creates the object in the namespace that its metadata names. */
    T create(T object, WriteOptions options);

    /** Replaces the object; if its metadata carries a resourceVersion it must be the current one. */
    T update(T object, WriteOptions options);

    /** Replaces only the status. */
    T updateStatus(T object, WriteOptions options);

    /** @param subresource {@code ""} for the object itself, or such as {@code status} */
    T patch(String namespace, String name, PatchType type, JsonValue patch, String subresource, WriteOptions options);

    void delete(String namespace, String name, DeleteOptions options);

    void deleteCollection(String namespace, ListOptions which, DeleteOptions options);

    /** Posts to a subresource such as {@code binding}, {@code eviction}, {@code token}; the answer as a tree. */
    JsonObject createSubresource(String namespace, String name, String subresource, JsonObject body);

    /** Puts a subresource such as {@code scale} or {@code finalize}; the answer as a tree. */
    JsonObject updateSubresource(String namespace, String name, String subresource, JsonObject body);

    /** Reads a subresource such as {@code scale}. */
    default JsonObject getSubresource(String namespace, String name, String subresource) {
        return getSubresource(namespace, name, subresource, Map.of());
    }

    /** Reads a subresource; query parameters as in the URL. */
    JsonObject getSubresource(String namespace, String name, String subresource, Map<String, List<String>> query);

    /** Opens a stream such as {@code log}; the caller closes it. Query parameters as in the URL ({@code follow=true}). */
    ByteSource stream(String namespace, String name, String subresource, Map<String, List<String>> query);

    /**
     * Watches from a resource version on.
     *
     * @param listener called one event at a time on a thread of the client; must not block for long
     */
    AutoCloseable watch(String namespace, ListOptions options, WatchListener<T> listener);

    default T create(T object) {
        return create(object, WriteOptions.DEFAULT);
    }

    default T update(T object) {
        return update(object, WriteOptions.DEFAULT);
    }

    default T updateStatus(T object) {
        return updateStatus(object, WriteOptions.DEFAULT);
    }
}
