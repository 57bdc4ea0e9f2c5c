package io.coxswain.controller.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private static Pod pod(String ready, Instant since) {
        return new PodBuilder()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .withLastTransitionTime(since.toString())
                .endCondition()
                .endStatus()
                .build();
    }

    @Test
    void theNextPodIsAvailableWhenItHasBeenReadyForLongEnough() {
        List<Pod> pods = List.of(
                pod("True", NOW.minusSeconds(1)),
                pod("True", NOW.minusSeconds(7)),
                pod("True", NOW.minusSeconds(10)), // is so already
                pod("False", NOW.minusSeconds(9)));
        assertThat(Pods.untilAvailable(pods, 10, NOW)).contains(Duration.ofMillis(3001));
    }

    @Test
    void timeAloneMakesNoPodAvailableThatIsNotReadyOrNeedsNoTime() {
        assertThat(Pods.untilAvailable(List.of(pod("False", NOW)), 10, NOW)).isEmpty();
        assertThat(Pods.untilAvailable(List.of(pod("True", NOW)), 0, NOW)).isEmpty();
        assertThat(Pods.untilAvailable(List.of(), 10, NOW)).isEmpty();
    }
}
