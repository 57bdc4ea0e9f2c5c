package io.coxswain.apiserver.watch;

import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tells all open watches the time, so that thousands of them need one timer. Thread-safe. */
final class WatchTicker {
    private final Set<ResourceEventStream> open = ConcurrentHashMap.newKeySet();

    void add(ResourceEventStream stream) {
        open.add(stream);
    }

    void remove(ResourceEventStream stream) {
        open.remove(stream);
    }

    int count() {
        return open.size();
    }

    void tick(Instant now) {
        open.forEach(stream -> stream.tick(now));
    }

    void closeAll() {
        open.forEach(ResourceEventStream::close);
    }
}
