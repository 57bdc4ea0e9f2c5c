package io.coxswain.controller.tainteviction;

import io.coxswain.controller.runtime.Pods;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
                .filter(toleration -> tolerates(toleration, taint))
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

    static boolean tolerates(Toleration toleration, Taint taint) {
        if (!isEmpty(toleration.getEffect()) && !toleration.getEffect().equals(taint.getEffect())) {
            return false;
        }
        if (!isEmpty(toleration.getKey()) && !toleration.getKey().equals(taint.getKey())) {
            return false;
        }
        if ("Exists".equals(toleration.getOperator())) {
            return true;
        }
        boolean equal = isEmpty(toleration.getOperator()) || "Equal".equals(toleration.getOperator());
        return equal && text(toleration.getValue()).equals(text(taint.getValue()));
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
