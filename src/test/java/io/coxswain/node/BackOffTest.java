package io.coxswain.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BackOffTest {

    private final FakeClock clock = new FakeClock();
    private final BackOff backOff = new BackOff(clock, Duration.ofSeconds(10), Duration.ofMinutes(5));

    private String pauseAfter(int failures) {
        for (int i = 0; i < failures; i++) {
            backOff.next("k", clock.instant());
        }
        return backOff.waiting("k", clock.instant()).map(BackOff.Wait::text).orElse("none");
    }

    @Test
    void doublesUpToTheLimitAndWritesPausesAsGoDoes() {
        assertThat(pauseAfter(0)).isEqualTo("none");
        assertThat(pauseAfter(1)).isEqualTo("10s");
        assertThat(pauseAfter(1)).isEqualTo("20s");
        assertThat(pauseAfter(2)).isEqualTo("1m20s");
        assertThat(pauseAfter(5)).isEqualTo("5m0s");
    }

    @Test
    void waitsFromTheMomentOfTheFailure() {
        Instant failed = clock.instant();
        backOff.next("k", failed);
        clock.advance(Duration.ofSeconds(4));
        assertThat(backOff.waiting("k", failed))
                .hasValueSatisfying(w -> assertThat(w.left()).isEqualTo(Duration.ofSeconds(6)));
        clock.advance(Duration.ofSeconds(6));
        assertThat(backOff.waiting("k", failed)).isEmpty();
    }

    @Test
    void beginsAnewAfterTenQuietMinutes() {
        pauseAfter(4);
        clock.advance(Duration.ofMinutes(10).plusSeconds(1));
        Instant failed = clock.instant();
        assertThat(backOff.waiting("k", failed)).isEmpty();
        backOff.next("k", failed);
        assertThat(backOff.waiting("k", failed).orElseThrow().text()).isEqualTo("10s");
    }

    @Test
    void forgetsByPrefix() {
        pauseAfter(1);
        backOff.forgetAll("other");
        assertThat(backOff.waiting("k", clock.instant())).isPresent();
        backOff.forgetAll("k");
        assertThat(backOff.waiting("k", clock.instant())).isEmpty();
    }
}
