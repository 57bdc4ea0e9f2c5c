package io.coxswain.controller.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.Key;
import io.coxswain.client.ManualTimers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectationsTest {
    private static final Key KEY = new Key("ns", "set");

    private final ManualTimers timers = new ManualTimers();
    private final Expectations expectations = new Expectations(timers.steady());

    @Test
    void waitForWhatIsToShow() {
        assertThat(expectations.satisfied(KEY)).isTrue();
        expectations.expectCreations(KEY, 1);
        expectations.expectDeletions(KEY, List.of("u1"));
        assertThat(expectations.satisfied(KEY)).isFalse();
    }

    @Test
    void areForgottenAfterFiveMinutesWhateverTheClockSays() {
        expectations.expectCreations(KEY, 1);
        timers.jump(Duration.ofHours(1));
        assertThat(expectations.satisfied(KEY)).isFalse();
        timers.advance(Duration.ofMinutes(4));
        timers.jump(Duration.ofHours(-3));
        assertThat(expectations.satisfied(KEY)).isFalse();
        timers.advance(Duration.ofSeconds(61));
        assertThat(expectations.satisfied(KEY)).isTrue();
    }
}
