package io.coxswain.meta.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.meta.JsonTrees;
import jakarta.json.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntOrStringTest {

    @ParameterizedTest
    @CsvSource({
        "25%, 10, true, 3",
        "25%, 10, false, 2",
        "25%, 3, true, 1",
        "25%, 3, false, 0",
        "0%, 7, true, 0",
        "100%, 7, false, 7",
        "150%, 2, true, 3",
        "1%, 2147483647, true, 21474837"
    })
    void scalesPercentages(String percent, int total, boolean roundUp, int expected) {
        assertThat(IntOrString.scaled(JsonTrees.text(percent), total, roundUp)).isEqualTo(expected);
    }

    @Test
    void takesNumbersAsTheyAre() {
        assertThat(IntOrString.scaled(JsonTrees.number(3), 100, true)).isEqualTo(3);
    }

    @Test
    void refusesOtherValues() {
        assertThatThrownBy(() -> IntOrString.scaled(JsonTrees.text("3"), 10, true))
                .hasMessage("invalid value for IntOrString: invalid type: string is not a percentage");
        assertThatThrownBy(() -> IntOrString.scaled(JsonTrees.text("x%"), 10, true))
                .hasMessageContaining("strconv.Atoi: parsing \"x\": invalid syntax");
        assertThatThrownBy(() -> IntOrString.scaled(JsonValue.TRUE, 10, true))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
