package io.coxswain.controller.statefulset;

import io.coxswain.controller.runtime.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A set's pods by ordinal at one moment.
 *
 * @param replicas those that should be there
 * @param condemned those that should not
 */
record Members(SortedMap<Integer, Pod> replicas, SortedMap<Integer, Pod> condemned, int minReadySeconds, Instant now) {
    static Members of(StatefulSet set, List<Pod> pods, Instant now) {
        SortedMap<Integer, Pod> replicas = new TreeMap<>();
        SortedMap<Integer, Pod> condemned = new TreeMap<>();
        for (Pod pod : pods) {
            Identity.ordinal(set, pod)
                    .ifPresent(
                            ordinal -> (Identity.isCondemned(set, ordinal) ? condemned : replicas).put(ordinal, pod));
        }
        Integer minReady = set.getSpec().getMinReadySeconds();
        return new Members(replicas, condemned, minReady == null ? 0 : minReady, now);
    }

    List<Pod> all() {
        List<Pod> all = new ArrayList<>(replicas.values());
        all.addAll(condemned.values());
        return all;
    }

    boolean isReady(Pod pod) {
        return Pods.phase(pod).equals("Running") && Pods.isReady(pod);
    }

    boolean isAvailable(Pod pod) {
        return isReady(pod) && Pods.isAvailable(pod, minReadySeconds, now);
    }

    boolean isHealthy(Pod pod) {
        return isReady(pod) && !Pods.isBeingDeleted(pod);
    }

    /** The lowest ordinal whose pod is not well. */
    Optional<Pod> firstUnhealthy() {
        return all().stream().filter(pod -> !isHealthy(pod)).findFirst();
    }
}
