package io.coxswain.controller.job;

import io.coxswain.client.Key;
import io.coxswain.client.PatchType;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.WriteOptions;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Pod;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Takes the finalizer from pods that are counted, and remembers it until the cache shows it. Thread-safe. */
final class TrackingFinalizers {
    private final ResourceClient<Pod> pods;
    private final Map<Key, Set<String>> released = new ConcurrentHashMap<>();

    TrackingFinalizers(ResourceClient<Pod> pods) {
        this.pods = pods;
    }

    /** The pods that still have the finalizer, as far as this loop knows. */
    List<Pod> tracked(Key job, Collection<Pod> seen) {
        List<Pod> withFinalizer = seen.stream().filter(JobPods::hasFinalizer).toList();
        Set<String> known = released.getOrDefault(job, Set.of());
        List<Pod> tracked = withFinalizer.stream()
                .filter(pod -> !known.contains(pod.getMetadata().getUid()))
                .toList();
        if (tracked.size() == withFinalizer.size()) {
            released.remove(job);
        }
        return tracked;
    }

    void release(Key job, Pod pod) {
        JsonObject patch = Json.createObjectBuilder()
                .add(
                        "metadata",
                        Json.createObjectBuilder()
                                .add("uid", pod.getMetadata().getUid())
                                .add(
                                        "$deleteFromPrimitiveList/finalizers",
                                        Json.createArrayBuilder().add(JobPods.FINALIZER)))
                .build();
        try {
            pods.patch(
                    pod.getMetadata().getNamespace(),
                    pod.getMetadata().getName(),
                    PatchType.STRATEGIC,
                    patch,
                    "",
                    WriteOptions.DEFAULT);
        } catch (ApiException e) {
            // Gone, or a successor of its name: then there is no finalizer to take.
            if (!e.isNotFound() && !e.isConflict() && e.code() != 422) {
                throw e;
            }
        }
        released.computeIfAbsent(job, k -> ConcurrentHashMap.newKeySet())
                .add(pod.getMetadata().getUid());
    }

    void forget(Key job) {
        released.remove(job);
    }
}
