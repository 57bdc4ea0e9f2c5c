package io.coxswain.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class GoalTest {
    @Test
    void aRatioHasToReachItsBound() {
        assertThat(Goal.CREATE_H2.row(0.31)).endsWith("| at least 0.30 | 0.31 | met |");
        assertThat(Goal.CREATE_H2.row(0.12)).endsWith("| at least 0.30 | 0.12 | **missed** by 60 % |");
        assertThat(Goal.CREATE_POSTGRESQL.metBy(0.25)).isTrue();
    }

    @Test
    void aLimitMustNotBeExceeded() {
        assertThat(Goal.FAN_OUT_LAG.row(499.6)).endsWith("| at most 500 ms | 499.6 ms | met |");
        assertThat(Goal.FAN_OUT_LAG.row(1500)).endsWith("| at most 500 ms | 1,500 ms | **missed** by 200 % |");
    }

    @Test
    void noErrorMeansNone() {
        assertThat(Goal.ERRORS.row(0)).endsWith("| 0 | 0 | met |");
        assertThat(Goal.ERRORS.row(1)).endsWith("| 0 | 1 | **missed** |");
    }

    @Test
    void whatWasNotMeasuredIsNotMet() {
        assertThat(Goal.RESTART.row()).contains("not measured").doesNotContain("met |");
    }

    @Test
    void readsTheCommandLine() {
        Options options = Options.of("--scale", "4", "A3", "--database", "postgresql", "a11");
        assertThat(options.number("scale", 1)).isEqualTo(4);
        assertThat(options.number("pid", 7)).isEqualTo(7);
        assertThat(options.cases()).isEqualTo(List.of("a3", "a11"));
        assertThat(options.postgresql()).isTrue();
        assertThatThrownBy(() -> Options.of("--scale")).hasMessage("--scale needs a value");
    }

    @Test
    void everyShapeOfTheSpecificationIsThere() {
        assertThat(Bench.cases().keySet()).contains("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11");
    }
}
