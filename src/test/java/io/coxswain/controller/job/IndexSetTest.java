package io.coxswain.controller.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexSetTest {
    @Test
    void writesRunsAsIntervals() {
        assertThat(IndexSet.EMPTY.with(List.of(8, 0, 2, 3, 4, 5, 7))).hasToString("0,2-5,7,8");
        assertThat(IndexSet.EMPTY).hasToString("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0,2-5,7,8|9|0,2-5,7,8", "0-9|3|0-2", "5|3|''", "x,-1,2|9|2", "3-1,4|9|4"})
    void readsWhatTheJobHas(String text, int completions, String read) {
        assertThat(IndexSet.parse(text, completions)).hasToString(read);
    }

    @Test
    void readsNothingFromNothing() {
        assertThat(IndexSet.parse(null, 5).size()).isZero();
    }
}
