package io.coxswain.placement;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tolerations against taints. */
public final class Tolerations {
    private Tolerations() {}

    /** The first of a node's taints that keeps new pods with these tolerations off it. */
    public static Optional<Taint> untolerated(List<Taint> taints, List<Toleration> tolerations) {
        for (Taint taint : taints) {
            boolean repels = "NoSchedule".equals(taint.getEffect()) || "NoExecute".equals(taint.getEffect());
            if (repels && !isTolerated(taint, tolerations)) {
                return Optional.of(taint);
            }
        }
        return Optional.empty();
    }

    public static boolean isTolerated(Taint taint, List<Toleration> tolerations) {
        return tolerations.stream().anyMatch(toleration -> tolerates(toleration, taint));
    }

    public static boolean tolerates(Toleration toleration, Taint taint) {
        String effect = text(toleration.getEffect());
        String key = text(toleration.getKey());
        if (!effect.isEmpty() && !effect.equals(taint.getEffect())) {
            return false;
        }
        if (!key.isEmpty() && !key.equals(taint.getKey())) {
            return false;
        }
        return switch (text(toleration.getOperator())) {
            case "Exists" -> true;
            case "", "Equal" -> text(toleration.getValue()).equals(text(taint.getValue()));
            default -> false;
        };
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
