package io.coxswain.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LoadTest {
    @Test
    void quantilesAreThoseOfTheNearestRank() {
        Load.Result result = new Load.Result(
                LongStream.rangeClosed(1, 200).map(i -> i * 1_000_000).toArray(), 2, 0, "");
        assertThat(result.millis(0.5)).isEqualTo(100);
        assertThat(result.millis(0.99)).isEqualTo(198);
        assertThat(result.millis(1)).isEqualTo(200);
        assertThat(result.millis(0)).isEqualTo(1);
        assertThat(result.rate()).isEqualTo(100);
    }

    @Test
    void quantilesOfOneAndOfNone() {
        assertThat(new Load.Result(new long[] {3_000_000}, 1, 0, "").millis(0.99))
                .isEqualTo(3);
        assertThat(new Load.Result(new long[0], 1, 5, "").millis(0.99)).isZero();
    }

    @Test
    void everyOperationIsDoneOnce() throws Exception {
        AtomicInteger sum = new AtomicInteger();
        Load.Result result = Load.run(4, 100, 10, index -> sum::addAndGet);
        assertThat(sum).hasValue(4950);
        assertThat(result.durations()).hasSize(100).isSorted();
        assertThat(result.errors()).isZero();
    }

    @Test
    void aRefusalCostsNoConnectionAndIsNoSuccess() throws Exception {
        AtomicInteger made = new AtomicInteger();
        Load.Result result = Load.run(1, 10, 10, index -> {
            made.incrementAndGet();
            return number -> {
                if (number % 2 == 0) {
                    throw new Requests.Refused("GET /x", 429);
                }
            };
        });
        assertThat(result.durations()).hasSize(5);
        assertThat(result.errors()).isEqualTo(5);
        assertThat(result.firstError()).isEqualTo("GET /x -> 429");
        assertThat(made).hasValue(1);
    }

    @Test
    void aBrokenConnectionIsAnErrorAndIsMadeAnew() throws Exception {
        AtomicInteger made = new AtomicInteger();
        Load.Result result = Load.run(1, 10, 10, index -> {
            made.incrementAndGet();
            return number -> {
                if (number == 3) {
                    throw new IOException("closed");
                }
            };
        });
        assertThat(result.durations()).hasSize(9);
        assertThat(result.errors()).isEqualTo(1);
        assertThat(made).hasValue(2);
    }

    @Test
    void aServerThatCannotBeReachedEndsTheLoad() throws Exception {
        Load.Result result = Load.run(3, 1000, 10, index -> {
            throw new IOException("refused");
        });
        assertThat(result.durations()).isEmpty();
        assertThat(result.errors()).isGreaterThanOrEqualTo(3);
        assertThat(result.firstError()).contains("refused");
    }

    @Test
    void timeEndsALoad() throws Exception {
        Load.Result result = Load.run(2, Integer.MAX_VALUE, 0.05, index -> number -> {});
        assertThat(result.durations()).isNotEmpty();
        assertThat(result.seconds()).isLessThan(5);
    }
}
