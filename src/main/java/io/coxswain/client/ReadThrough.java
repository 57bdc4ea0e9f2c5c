package io.coxswain.client;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads one resource from the informer's cache, and from the server where the cache may be behind: as long as it is not
 * filled, and for objects it does not know. Admission plugins read so. Thread-safe; the informer starts with the first read.
 */
public final class ReadThrough<T> {
    private final ResourceType<T> type;
    private final Supplier<Informers> informers;
    private final Supplier<ApiClient> client;

    /**
     * @param informers asked for at the first read, so that a plugin can be made before the server runs
     * @param client reads from the server; of a user who may
     */
    public ReadThrough(ResourceType<T> type, Supplier<Informers> informers, Supplier<ApiClient> client) {
        this.type = type;
        this.informers = informers;
        this.client = client;
    }

    public Informer<T> informer() {
        return informers.get().informer(type);
    }

    public Optional<T> get(String namespace, String name) {
        Optional<T> known = informer().lister().get(namespace, name);
        return known.isPresent() ? known : live(namespace, name);
    }

    /** All objects of the namespace that the cache knows; the server's answer if the cache is not filled yet. */
    public List<T> list(String namespace) {
        Informer<T> informer = informer();
        return informer.hasSynced() ? informer.lister().list(namespace) : liveList(namespace);
    }

    public Optional<T> live(String namespace, String name) {
        return client.get().resource(type).find(namespace, name);
    }

    public List<T> liveList(String namespace) {
        return client.get().resource(type).list(namespace, ListOptions.ALL).items();
    }
}
