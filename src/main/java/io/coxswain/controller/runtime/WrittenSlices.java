package io.coxswain.controller.runtime;

import io.coxswain.client.Key;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers what was written until the cache shows it: planning on an older state would make slices twice. Thread-safe.
 * What the cache never shows (deleted before it could) is forgotten after a while.
 */
final class WrittenSlices {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long DELETED = Long.MAX_VALUE;

    private final Clock clock;
    private final Map<Key, Map<String, Write>> open = new HashMap<>();

    private record Write(long generation, Instant at) {}

    WrittenSlices(Clock clock) {
        this.clock = clock;
    }

    synchronized void wrote(Key service, EndpointSlice written) {
        remember(service, written.getMetadata(), generation(written));
    }

    synchronized void deleted(Key service, EndpointSlice slice) {
        remember(service, slice.getMetadata(), DELETED);
    }

    private void remember(Key service, ObjectMeta slice, long generation) {
        open.computeIfAbsent(service, key -> new HashMap<>())
                .put(slice.getUid(), new Write(generation, clock.instant()));
    }

    /** The cache told of the end of a slice. */
    synchronized void gone(Key service, EndpointSlice slice) {
        Map<String, Write> writes = open.get(service);
        if (writes != null) {
            writes.remove(slice.getMetadata().getUid());
        }
    }

    /** Whether the cached slices contain all that was written. */
    synchronized boolean areIn(Key service, List<EndpointSlice> cached) {
        Map<String, Write> writes = open.get(service);
        if (writes == null) {
            return true;
        }
        Instant oldest = clock.instant().minus(PATIENCE);
        Map<String, Long> generations = new HashMap<>();
        cached.forEach(slice -> generations.put(slice.getMetadata().getUid(), generation(slice)));
        writes.entrySet().removeIf(entry -> {
            Write write = entry.getValue();
            Long seen = generations.get(entry.getKey());
            boolean shown = write.generation() == DELETED ? seen == null : seen != null && seen >= write.generation();
            return shown || write.at().isBefore(oldest);
        });
        if (writes.isEmpty()) {
            open.remove(service);
            return true;
        }
        return false;
    }

    synchronized void forget(Key service) {
        open.remove(service);
    }

    private static long generation(EndpointSlice slice) {
        Long generation = slice.getMetadata().getGeneration();
        return generation == null ? 0 : generation;
    }
}
