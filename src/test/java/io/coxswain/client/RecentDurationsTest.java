package io.coxswain.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentDurationsTest {
    private final RecentDurations durations = new RecentDurations();

    @Test
    void nothingTakesNoTime() {
        assertThat(durations.p99()).isZero();
    }

    @Test
    void ofFewTheLongestAndOfManyAllButOneInAHundred() {
        durations.add(Duration.ofMillis(7));
        assertThat(durations.p99()).isEqualTo(Duration.ofMillis(7));
        for (int i = 1; i < 100; i++) {
            durations.add(Duration.ofMillis(1));
        }
        assertThat(durations.p99()).isEqualTo(Duration.ofMillis(1));
        durations.add(Duration.ofMillis(7));
        assertThat(durations.p99()).isEqualTo(Duration.ofMillis(7));
    }

    @Test
    void whatWasLongAgoIsForgotten() {
        durations.add(Duration.ofSeconds(9));
        durations.add(Duration.ofSeconds(9));
        for (int i = 0; i < 512; i++) {
            durations.add(Duration.ofMillis(1));
        }
        assertThat(durations.p99()).isEqualTo(Duration.ofMillis(1));
    }
}
