package io.coxswain.controller.horizontalpodautoscaler;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingPolicy;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRules;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one autoscaler recommended and did lately, and what that allows it to do now: stabilization windows, scaling policies,
 * bounds. Kept in memory only, as upstream's: after a restart a scale-down waits for a whole window. Not thread-safe.
 */
final class ScalingHistory {
    /** How long a scale-down waits for a higher recommendation where nothing else is said. */
    static final Duration DOWN_WINDOW = Duration.ofMinutes(5);

    private static final double UP_FACTOR = 2;
    private static final double UP_MINIMUM = 4;

    private final List<Recommendation> recommendations = new ArrayList<>();
    private final List<Change> ups = new ArrayList<>();
    private final List<Change> downs = new ArrayList<>();

    private record Recommendation(int replicas, Instant at) {}

    /** @param replicas how many more or fewer, never negative */
    private record Change(int replicas, Instant at) {}

    /** Why a number is what it is, as a condition says it. */
    record Said(String reason, String message) {}

    /**
     * What may be done.
     *
     * @param stabilized what the windows make of the wish
     * @param able for the condition {@code AbleToScale}
     * @param limited for the condition {@code ScalingLimited}
     */
    record Decision(int replicas, int stabilized, Said able, Said limited) {
        boolean isLimited() {
            return replicas != stabilized;
        }
    }

    private static final Said READY = new Said("ReadyForNewScale", "recommended size matches current size");
    private static final Said UP_STABILIZED = new Said(
            "ScaleUpStabilized",
            "recent recommendations were lower than current one, applying the lowest recent recommendation");
    private static final Said DOWN_STABILIZED = new Said(
            "ScaleDownStabilized",
            "recent recommendations were higher than current one, applying the highest recent recommendation");
    private static final Said WITHIN_RANGE =
            new Said("DesiredWithinRange", "the desired count is within the acceptable range");
    private static final Said UP_LIMIT =
            new Said("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate");
    private static final Said DOWN_LIMIT =
            new Said("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate");
    private static final Said TOO_MANY =
            new Said("TooManyReplicas", "the desired replica count is more than the maximum replica count");
    private static final Said TOO_FEW =
            new Said("TooFewReplicas", "the desired replica count is less than the minimum replica count");

    /** What is found counts as the first recommendation, so that a restart does not shrink anything at once. */
    void found(int replicas, Instant now) {
        if (recommendations.isEmpty()) {
            recommendations.add(new Recommendation(replicas, now));
        }
    }

    /** Remembers a change that was made. */
    void changed(HorizontalPodAutoscalerBehavior behavior, int before, int after, Instant now) {
        boolean up = after > before;
        List<Change> changes = up ? ups : downs;
        Instant cutoff = now.minusSeconds(longestPeriod(up ? behavior.getScaleUp() : behavior.getScaleDown()));
        changes.removeIf(change -> change.at().isBefore(cutoff));
        changes.add(new Change(Math.abs(after - before), now));
    }

    private static int longestPeriod(@Nullable HPAScalingRules rules) {
        return policies(rules).stream()
                .mapToInt(HPAScalingPolicy::getPeriodSeconds)
                .max()
                .orElse(0);
    }

    private static List<HPAScalingPolicy> policies(@Nullable HPAScalingRules rules) {
        return rules == null || rules.getPolicies() == null ? List.of() : rules.getPolicies();
    }

    /** What may be done by an autoscaler without {@code spec.behavior}: at most twice as many or four, no hurry down. */
    Decision decide(int current, int wanted, int least, int most, Instant now) {
        Instant cutoff = now.minus(DOWN_WINDOW);
        recommendations.removeIf(each -> each.at().isBefore(cutoff));
        int stabilized = wanted;
        for (Recommendation each : recommendations) {
            stabilized = Math.max(stabilized, each.replicas());
        }
        recommendations.add(new Recommendation(wanted, now));

        int fastest = (int) Math.max(UP_FACTOR * current, UP_MINIMUM);
        int upper = Math.min(most, fastest);
        Said able = stabilized == wanted ? READY : DOWN_STABILIZED;
        if (stabilized < least) {
            return new Decision(least, stabilized, able, TOO_FEW);
        }
        if (stabilized > upper) {
            return new Decision(upper, stabilized, able, most > fastest ? UP_LIMIT : TOO_MANY);
        }
        return new Decision(stabilized, stabilized, able, WITHIN_RANGE);
    }

    /** What may be done by the rules of {@code spec.behavior}. */
    Decision decide(
            HorizontalPodAutoscalerBehavior behavior, int current, int wanted, int least, int most, Instant now) {
        int stabilized = stabilize(behavior, current, wanted, now);
        Said able = stabilized == wanted ? READY : wanted >= current ? UP_STABILIZED : DOWN_STABILIZED;
        if (stabilized > current) {
            int fastest = Math.max(current, upLimit(behavior.getScaleUp(), current, now));
            int upper = Math.min(most, fastest);
            if (stabilized > upper) {
                return new Decision(upper, stabilized, able, most > fastest ? UP_LIMIT : TOO_MANY);
            }
        } else if (stabilized < current) {
            int fastest = Math.min(current, downLimit(behavior.getScaleDown(), current, now));
            int lower = Math.max(least, fastest);
            if (stabilized < lower) {
                return new Decision(lower, stabilized, able, least < fastest ? DOWN_LIMIT : TOO_FEW);
            }
        }
        return new Decision(stabilized, stabilized, able, WITHIN_RANGE);
    }

    /** The nearest to what there is that the recommendations of both windows agree with. */
    private int stabilize(HorizontalPodAutoscalerBehavior behavior, int current, int wanted, Instant now) {
        Instant up = now.minus(window(behavior.getScaleUp(), Duration.ZERO));
        Instant down = now.minus(window(behavior.getScaleDown(), DOWN_WINDOW));
        recommendations.removeIf(each -> each.at().isBefore(up) && each.at().isBefore(down));
        int lowest = wanted;
        int highest = wanted;
        for (Recommendation each : recommendations) {
            if (each.at().isAfter(up)) {
                lowest = Math.min(lowest, each.replicas());
            }
            if (each.at().isAfter(down)) {
                highest = Math.max(highest, each.replicas());
            }
        }
        recommendations.add(new Recommendation(wanted, now));
        return Math.min(Math.max(current, lowest), highest);
    }

    private static Duration window(@Nullable HPAScalingRules rules, Duration otherwise) {
        Integer seconds = rules == null ? null : rules.getStabilizationWindowSeconds();
        return seconds == null ? otherwise : Duration.ofSeconds(seconds);
    }

    private int upLimit(@Nullable HPAScalingRules rules, int current, Instant now) {
        if (is(rules, "Disabled")) {
            return current;
        }
        boolean least = is(rules, "Min");
        long limit = least ? Integer.MAX_VALUE : Integer.MIN_VALUE;
        for (HPAScalingPolicy policy : policies(rules)) {
            long start = atStart(policy, current, now);
            // Rounded up: a small percentage of few must still let it grow.
            long proposed = policy.getType().equals("Pods")
                    ? start + policy.getValue()
                    : (long) Math.ceil(start * (1 + policy.getValue() / 100.0));
            limit = least ? Math.min(limit, proposed) : Math.max(limit, proposed);
        }
        return clamp(limit);
    }

    private int downLimit(@Nullable HPAScalingRules rules, int current, Instant now) {
        if (is(rules, "Disabled")) {
            return current;
        }
        // Of the changes the least is meant, which leaves the most.
        boolean least = is(rules, "Min");
        long limit = least ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        for (HPAScalingPolicy policy : policies(rules)) {
            long start = atStart(policy, current, now);
            long proposed = policy.getType().equals("Pods")
                    ? start - policy.getValue()
                    : (long) (start * (1 - policy.getValue() / 100.0));
            limit = least ? Math.max(limit, proposed) : Math.min(limit, proposed);
        }
        return clamp(limit);
    }

    /** How many there were when the policy's period began. */
    private long atStart(HPAScalingPolicy policy, int current, Instant now) {
        Instant begin = now.minusSeconds(policy.getPeriodSeconds());
        return current - sum(ups, begin) + sum(downs, begin);
    }

    private static long sum(List<Change> changes, Instant begin) {
        return changes.stream()
                .filter(change -> change.at().isAfter(begin))
                .mapToLong(Change::replicas)
                .sum();
    }

    private static boolean is(@Nullable HPAScalingRules rules, String select) {
        return rules != null && select.equals(rules.getSelectPolicy());
    }

    private static int clamp(long replicas) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, replicas));
    }
}
