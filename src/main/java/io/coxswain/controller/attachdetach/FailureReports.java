package io.coxswain.controller.attachdetach;

import io.coxswain.client.EventRecorder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Tells pods why their volumes are not attached: once for each failure, however often it is looked at. Thread-safe. */
final class FailureReports {
    private final EventRecorder events;
    /** What is known to each node's pods; nodes without failures are left out. */
    private final Map<String, Set<Known>> told = new ConcurrentHashMap<>();

    /** @param occasion tells a failure from a later one with the same words */
    record Failure(Pod pod, String volume, String occasion, String message) {}

    private record Known(String pod, String volume, String occasion) {
        Known(Failure failure) {
            this(failure.pod().getMetadata().getUid(), failure.volume(), failure.occasion());
        }
    }

    FailureReports(EventRecorder events) {
        this.events = events;
    }

    /** @param failures all there are on the node now */
    void tell(String node, Collection<Failure> failures) {
        Set<Known> before = told.getOrDefault(node, Set.of());
        failures.stream()
                .filter(failure -> !before.contains(new Known(failure)))
                .forEach(failure -> events.event(failure.pod(), "Warning", "FailedAttachVolume", failure.message()));
        if (failures.isEmpty()) {
            told.remove(node);
        } else {
            told.put(node, failures.stream().map(Known::new).collect(Collectors.toUnmodifiableSet()));
        }
    }
}
