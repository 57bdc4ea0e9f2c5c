package io.coxswain.controller.horizontalpodautoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.horizontalpodautoscaler.ScalingHistory.Decision;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRules;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRulesBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalingHistoryTest {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private final ScalingHistory history = new ScalingHistory();

    @ParameterizedTest(name = "{0} replicas, {1} wanted, {2} to {3}: {4} because of {5}")
    @CsvSource({
        "5, 7, 1, 10, 7, DesiredWithinRange, false",
        "5, 30, 1, 100, 10, ScaleUpLimit, true",
        "1, 30, 1, 100, 4, ScaleUpLimit, true",
        "5, 30, 1, 8, 8, TooManyReplicas, true",
        "5, 1, 2, 8, 2, TooFewReplicas, true",
        "5, 5, 1, 8, 5, DesiredWithinRange, false",
    })
    void withoutBehaviorAtMostTwiceAsManyOrFour(
            int current, int wanted, int least, int most, int replicas, String reason, boolean limited) {
        Decision decision = history.decide(current, wanted, least, most, START);
        assertThat(decision.replicas()).isEqualTo(replicas);
        assertThat(decision.limited().reason()).isEqualTo(reason);
        assertThat(decision.isLimited()).isEqualTo(limited);
        assertThat(decision.able().reason()).isEqualTo("ReadyForNewScale");
    }

    @Test
    void withoutBehaviorTheHighestOfFiveMinutesHoldsAScaleDownBack() {
        history.found(8, START);
        Decision held = history.decide(8, 3, 1, 10, START.plusSeconds(15));
        assertThat(held.replicas()).isEqualTo(8);
        assertThat(held.able().reason()).isEqualTo("ScaleDownStabilized");
        assertThat(held.able().message())
                .isEqualTo("recent recommendations were higher than current one, applying the highest recent"
                        + " recommendation");
        assertThat(history.decide(8, 4, 1, 10, START.plusSeconds(290)).replicas())
                .isEqualTo(8);
        assertThat(history.decide(8, 3, 1, 10, START.plusSeconds(301)).replicas())
                .isEqualTo(4);
    }

    @ParameterizedTest(name = "{0} replicas by {1}: {2}")
    @CsvSource({
        "10, Max, 20", // 100 % beats 4 pods
        "3, Max, 7", // 4 pods beat 100 %
        "3, Min, 6",
        "10, Min, 14",
        "10, Disabled, 10",
    })
    void ofSeveralPoliciesOneIsSelected(int current, String select, int replicas) {
        HPAScalingRules up = rules(0, select, "Percent", 100, 15, "Pods", 4, 15);
        Decision decision = decide(behavior(up, rules(0, "Max", "Percent", 100, 15)), current, 100, START);
        assertThat(decision.replicas()).isEqualTo(replicas);
        assertThat(decision.limited().reason()).isEqualTo("ScaleUpLimit");
        assertThat(decision.isLimited()).isTrue();
    }

    @ParameterizedTest(name = "{0} replicas by {1}: {2}")
    @CsvSource({
        "100, Max, 90", // 10 % is more than 5
        "20, Max, 15",
        "20, Min, 18",
        "100, Min, 95",
        "100, Disabled, 100",
    })
    void soForTheWayDown(int current, String select, int replicas) {
        HPAScalingRules down = rules(0, select, "Percent", 10, 60, "Pods", 5, 60);
        Decision decision = decide(behavior(rules(0, "Max", "Percent", 100, 15), down), current, 1, START);
        assertThat(decision.replicas()).isEqualTo(replicas);
        assertThat(decision.limited().reason()).isEqualTo("ScaleDownLimit");
    }

    @Test
    void aSmallPercentageStillGrows() {
        HPAScalingRules up = rules(0, "Max", "Percent", 10, 60);
        assertThat(decide(behavior(up, up), 3, 10, START).replicas()).isEqualTo(4);
    }

    @Test
    void aPolicyCountsWhatItsPeriodHasSeen() {
        HPAScalingRules up = rules(0, "Max", "Pods", 4, 60);
        HorizontalPodAutoscalerBehavior behavior = behavior(up, rules(0, "Max", "Percent", 100, 15));
        assertThat(decide(behavior, 10, 100, START).replicas()).isEqualTo(14);
        history.changed(behavior, 10, 14, START);
        assertThat(decide(behavior, 14, 100, START.plusSeconds(30)).replicas()).isEqualTo(14);
        assertThat(decide(behavior, 14, 100, START.plusSeconds(61)).replicas()).isEqualTo(18);
    }

    @Test
    void whatWasTakenAwayInThePeriodMayComeBack() {
        HPAScalingRules both = rules(0, "Max", "Pods", 2, 60);
        HorizontalPodAutoscalerBehavior behavior = behavior(both, both);
        history.changed(behavior, 10, 8, START);
        assertThat(decide(behavior, 8, 100, START.plusSeconds(15)).replicas()).isEqualTo(12);
    }

    @Test
    void aWindowForTheWayUpTakesTheLowest() {
        HorizontalPodAutoscalerBehavior behavior =
                behavior(rules(60, "Max", "Percent", 1000, 15), rules(300, "Max", "Percent", 100, 15));
        history.found(2, START);
        Decision held = decide(behavior, 2, 9, START.plusSeconds(15));
        assertThat(held.replicas()).isEqualTo(2);
        assertThat(held.able().reason()).isEqualTo("ScaleUpStabilized");
        assertThat(decide(behavior, 2, 7, START.plusSeconds(61)).replicas()).isEqualTo(7);
    }

    @Test
    void aScaleDownWaitsFiveMinutesUnlessAskedNotTo() {
        HPAScalingRules up = rules(0, "Max", "Percent", 100, 15);
        HPAScalingRules unsaid = rules(0, "Max", "Percent", 100, 15);
        unsaid.setStabilizationWindowSeconds(null);
        history.found(8, START);
        assertThat(decide(behavior(up, unsaid), 8, 2, START.plusSeconds(299)).replicas())
                .isEqualTo(8);
        assertThat(decide(behavior(up, rules(0, "Max", "Percent", 100, 15)), 8, 2, START.plusSeconds(299))
                        .replicas())
                .isEqualTo(2);
    }

    @Test
    void boundsHoldWhateverThePoliciesAllow() {
        HPAScalingRules all = rules(0, "Max", "Percent", 900, 15);
        Decision many = history.decide(behavior(all, all), 5, 40, 2, 8, START);
        assertThat(many.replicas()).isEqualTo(8);
        assertThat(many.limited().reason()).isEqualTo("TooManyReplicas");
        Decision few = new ScalingHistory().decide(behavior(all, all), 5, 1, 2, 8, START);
        assertThat(few.replicas()).isEqualTo(2);
        assertThat(few.limited().reason()).isEqualTo("TooFewReplicas");
    }

    private Decision decide(HorizontalPodAutoscalerBehavior behavior, int current, int wanted, Instant now) {
        return history.decide(behavior, current, wanted, 1, 1000, now);
    }

    private static HorizontalPodAutoscalerBehavior behavior(HPAScalingRules up, HPAScalingRules down) {
        return new HorizontalPodAutoscalerBehavior(down, up);
    }

    /** @param policies type, value and period of each */
    private static HPAScalingRules rules(int window, String select, Object... policies) {
        HPAScalingRulesBuilder rules = new HPAScalingRulesBuilder()
                .withStabilizationWindowSeconds(window)
                .withSelectPolicy(select);
        for (int i = 0; i < policies.length; i += 3) {
            rules.addNewPolicy()
                    .withType((String) policies[i])
                    .withValue((Integer) policies[i + 1])
                    .withPeriodSeconds((Integer) policies[i + 2])
                    .endPolicy();
        }
        return rules.build();
    }
}
