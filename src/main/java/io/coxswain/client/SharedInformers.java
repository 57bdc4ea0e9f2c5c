package io.coxswain.client;

import java.util.LinkedHashMap;
import java.util.Map;

/** One informer for each resource, namespace and selector, started when it is first asked for. */
public final class SharedInformers implements Informers, AutoCloseable {
    private final ApiClient client;
    private final Timers timers;
    private final Map<Wanted, ResourceInformer<?>> running = new LinkedHashMap<>();
    private boolean closed;

    public SharedInformers(ApiClient client, Timers timers) {
        this.client = client;
        this.timers = timers;
    }

    private record Wanted(ResourceType<?> type, String namespace, ListOptions options) {}

    @Override
    public <T> Informer<T> informer(ResourceType<T> type, String namespace, ListOptions options) {
        ResourceInformer<T> created;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the informers have been stopped");
            }
            Wanted wanted = new Wanted(type, namespace, options);
            ResourceInformer<?> known = running.get(wanted);
            if (known != null) {
                @SuppressWarnings("unchecked") // the key holds the type
                ResourceInformer<T> typed = (ResourceInformer<T>) known;
                return typed;
            }
            created = new ResourceInformer<>(client.resource(type), type, namespace, options, timers);
            running.put(wanted, created);
        }
        created.start();
        return created;
    }

    /** Whether every informer asked for so far has told its first list. */
    public synchronized boolean allSynced() {
        return running.values().stream().allMatch(ResourceInformer::hasSynced);
    }

    /** Stops all watches for good. */
    @Override
    public synchronized void close() {
        closed = true;
        running.values().forEach(ResourceInformer::stop);
    }
}
