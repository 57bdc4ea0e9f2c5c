package io.coxswain.controller.runtime;

import io.coxswain.client.Key;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a loop itself wrote last. Its cache may be behind that; counting on from such an old state would count twice.
 * Relies on resource versions being numbers that grow, as this server's are. Thread-safe.
 */
public final class LatestWrites<T extends HasMetadata> {
    private final Map<Key, T> written = new ConcurrentHashMap<>();

    /** Remembers the server's answer to a write and returns it. */
    public T wrote(T object) {
        written.put(key(object), object);
        return object;
    }

    /** The newer one of what the cache holds and what was written. */
    public T newest(T cached) {
        T own = written.get(key(cached));
        if (own == null) {
            return cached;
        }
        boolean same = own.getMetadata().getUid().equals(cached.getMetadata().getUid());
        if (same && version(own) > version(cached)) {
            return own;
        }
        written.remove(key(cached), own);
        return cached;
    }

    /** The object is gone. */
    public void forget(Key key) {
        written.remove(key);
    }

    private static long version(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getResourceVersion())
                .map(Long::parseLong)
                .orElse(0L);
    }

    private static Key key(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return new Key(namespace == null ? "" : namespace, object.getMetadata().getName());
    }
}
