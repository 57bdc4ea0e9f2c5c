package io.coxswain.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WorkqueueTest {
    private final ManualTimers timers = new ManualTimers();
    private final Workqueue<String> queue = new Workqueue<>(timers);

    @Test
    void queuesAWaitingKeyOnlyOnce() {
        queue.add("a");
        queue.add("a");
        queue.add("b");
        assertThat(queue.depth()).isEqualTo(2);
        assertThat(queue.poll()).isEqualTo("a");
        assertThat(queue.poll()).isEqualTo("b");
        assertThat(queue.poll()).isNull();
    }

    @Test
    void neverGivesAKeyToTwoWorkersAndLosesNoAddition() {
        queue.add("a");
        assertThat(queue.poll()).isEqualTo("a");
        queue.add("a");
        assertThat(queue.poll()).isNull();
        queue.done("a");
        assertThat(queue.poll()).isEqualTo("a");
        queue.done("a");
        assertThat(queue.poll()).isNull();
    }

    @Test
    void doublesTheDelayWithEachFailureUpToALimit() {
        for (int expected = 5; expected <= 320; expected *= 2) {
            queue.addRateLimited("a");
            timers.advance(Duration.ofMillis(expected - 1));
            assertThat(queue.depth()).isZero();
            timers.advance(Duration.ofMillis(1));
            assertThat(queue.poll()).isEqualTo("a");
            queue.done("a");
        }
        for (int i = 0; i < 40; i++) {
            queue.addRateLimited("a");
        }
        timers.advance(Duration.ofSeconds(1001));
        assertThat(queue.depth()).isEqualTo(1);
        queue.forget("a");
        assertThat(queue.failures("a")).isZero();
    }

    @Test
    void aKeyMayBeTriedAgainAtASteadyPace() {
        for (int i = 1; i <= 3; i++) {
            queue.retryAfter("a", Duration.ofSeconds(15));
            timers.advance(Duration.ofSeconds(14));
            assertThat(queue.depth()).isZero();
            timers.advance(Duration.ofSeconds(1));
            assertThat(queue.poll()).isEqualTo("a");
            queue.done("a");
            assertThat(queue.retries()).isEqualTo(i);
            assertThat(queue.failing()).isEqualTo(1);
        }
        queue.forget("a");
        assertThat(queue.failing()).isZero();
    }

    @Test
    void takesTheShortestOfSeveralDelays() {
        queue.addAfter("a", Duration.ofSeconds(10));
        queue.addAfter("a", Duration.ofSeconds(2));
        queue.addAfter("a", Duration.ofSeconds(30));
        timers.advance(Duration.ofSeconds(2));
        assertThat(queue.poll()).isEqualTo("a");
        queue.done("a");
        timers.advance(Duration.ofSeconds(60));
        assertThat(queue.poll()).isNull();
    }

    @Test
    void tellsWhenAKeyCanBeTaken() {
        int[] told = {0};
        queue.onAvailable(() -> told[0]++);
        queue.add("a");
        queue.add("a");
        assertThat(told[0]).isEqualTo(1);
        queue.poll();
        queue.add("a");
        assertThat(told[0]).isEqualTo(1);
        queue.done("a");
        assertThat(told[0]).isEqualTo(2);
    }

    @Test
    void takesNothingAfterItsClose() {
        queue.addAfter("a", Duration.ofSeconds(1));
        queue.close();
        queue.add("b");
        timers.advance(Duration.ofSeconds(2));
        assertThat(queue.depth()).isZero();
    }

    @Test
    void delaysDoNotMindAClockThatJumps() {
        queue.addAfter("forwards", Duration.ofSeconds(1000));
        queue.addAfter("back", Duration.ofSeconds(10));
        timers.jump(Duration.ofHours(1));
        queue.addAfter("forwards", Duration.ofSeconds(1));
        timers.jump(Duration.ofHours(-2));
        queue.addAfter("back", Duration.ofSeconds(60));
        timers.advance(Duration.ofSeconds(1));
        assertThat(queue.poll()).isEqualTo("forwards");
        assertThat(queue.longestWork()).isZero();
        timers.advance(Duration.ofSeconds(9));
        assertThat(queue.poll()).isEqualTo("back");
        timers.jump(Duration.ofHours(5));
        assertThat(queue.longestWork()).isEqualTo(Duration.ofSeconds(9));
    }
}
