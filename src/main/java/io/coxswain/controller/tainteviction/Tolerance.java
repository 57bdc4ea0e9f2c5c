package io.coxswain.controller.tainteviction;

import io.coxswain.controller.runtime.Pods;
import io.coxswain.placement.Tolerations;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** How long a pod bears a node's NoExecute taints. */
final class Tolerance {
    static final String NO_EXECUTE = "NoExecute";

    private Tolerance() {}

    /**
     * When the pod has to go; empty if it may stay for ever.
     *
     * @param since counts for taints that do not say when they were added
     */
    static Optional<Instant> end(List<Taint> taints, List<Toleration> tolerations, Instant since) {
        return taints.stream()
                .filter(taint -> NO_EXECUTE.equals(taint.getEffect()))
                .flatMap(taint ->
                        end(taint, tolerations, Pods.time(taint.getTimeAdded()).orElse(since)).stream())
                .min(Instant::compareTo);
    }

    private static Optional<Instant> end(Taint taint, List<Toleration> tolerations, Instant added) {
        List<Toleration> matching = tolerations.stream()
                .filter(toleration -> Tolerations.tolerates(toleration, taint))
                .toList();
        if (matching.isEmpty()) {
            return Optional.of(added);
        }
        return matching.stream()
                .map(Toleration::getTolerationSeconds)
                .filter(Objects::nonNull)
                // Bounded, as a sum of any two numbers may leave the range of times.
                .map(seconds -> added.plusSeconds(Math.min(Math.max(seconds, 0), Integer.MAX_VALUE)))
                .min(Instant::compareTo);
    }
}
