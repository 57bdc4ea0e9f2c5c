package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.meta.ApiException;
import io.coxswain.store.ObjectStore;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Lets several servers on one database answer as one: who reads without naming a resource version sees everything that was
 * answered before, by whichever server (KEP-2340), and nobody is refused because of a state that another server has changed
 * since. Thread-safe.
 */
final class Freshness {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final Set<String> READS = Set.of("get", "list", "watch");

    private final ObjectStore store;

    Freshness(ObjectStore store) {
        this.store = store;
    }

    ApiResponse answer(ApiRequest request, Supplier<ApiResponse> work) {
        if (READS.contains(request.info().verb())) {
            if (wantsNewest(request)) {
                store.awaitNewest(LIMIT);
            }
            return work.get();
        }
        long known = store.revision();
        try {
            return work.get();
        } catch (ApiException e) {
            // Nothing was written. What it was refused for may be over, or this server has not heard of its object yet.
            if (e.code() < 500 && store.awaitNewest(LIMIT) && store.revision() > known) {
                return work.get();
            }
            throw e;
        }
    }

    private static boolean wantsNewest(ApiRequest request) {
        return request.parameter("resourceVersion").orElse("").isEmpty()
                && request.parameter("continue").orElse("").isEmpty();
    }
}
