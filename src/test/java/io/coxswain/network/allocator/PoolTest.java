package io.coxswain.network.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PoolTest {
    private final Set<Long> stored = new HashSet<>();
    private Instant now = Instant.EPOCH;
    private final Pool pool = new Pool(1, 10, 4, stored::contains, new MovableClock(), new SplittableRandom(1));

    @Test
    void givesEveryNumberOnceAndTheUpperBandFirst() {
        Set<Long> given = new HashSet<>();
        for (int i = 0; i < 7; i++) {
            given.add(pool.takeAny("ns/a", false).orElseThrow());
        }
        assertThat(given).allMatch(number -> number >= 4).hasSize(7);
        for (int i = 0; i < 3; i++) {
            given.add(pool.takeAny("ns/a", false).orElseThrow());
        }
        assertThat(given).hasSize(10);
        assertThat(pool.takeAny("ns/a", false)).isEmpty();
    }

    @Test
    void refusesWhatAStoredObjectHas() {
        stored.add(5L);
        assertThat(pool.take(5, "ns/a", false)).isFalse();
    }

    @Test
    void takesBackWhatWasNeverStored() {
        assertThat(pool.take(5, "ns/a", false)).isTrue();
        assertThat(pool.take(5, "ns/b", false)).isFalse();
        now = now.plus(Duration.ofMinutes(2));
        assertThat(pool.take(5, "ns/b", false)).isTrue();
    }

    @Test
    void anOwnerWhoseWriteFailedGetsItsNumberAgain() {
        assertThat(pool.take(5, "ns/a", false)).isTrue();
        assertThat(pool.take(5, "ns/a", false)).isTrue();
        stored.add(5L);
        assertThat(pool.take(5, "ns/a", false)).isFalse();
    }

    @Test
    void dryRunReservesNothing() {
        assertThat(pool.take(5, "ns/a", true)).isTrue();
        assertThat(pool.take(5, "ns/a", false)).isTrue();
    }

    @Test
    void neverGivesANumberTwiceToConcurrentCallers() {
        Pool large = new Pool(1, 10_000, 1, stored::contains, Clock.systemUTC(), new SplittableRandom(2));
        long distinct = IntStream.range(0, 2_000)
                .parallel()
                .mapToLong(i -> large.takeAny("ns/a", false).orElseThrow())
                .distinct()
                .count();
        assertThat(distinct).isEqualTo(2_000);
    }

    private final class MovableClock extends Clock {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
