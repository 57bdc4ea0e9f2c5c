package io.coxswain.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanDurationTest {
    @ParameterizedTest
    @CsvSource({
        "PT-2S,<invalid>",
        "PT-0.5S,0s",
        "PT0S,0s",
        "PT119S,119s",
        "PT2M,2m",
        "PT2M5S,2m5s",
        "PT9M59S,9m59s",
        "PT10M30S,10m",
        "PT179M,179m",
        "PT3H,3h",
        "PT3H10M,3h10m",
        "PT8H10M,8h",
        "PT47H,47h",
        "PT48H,2d",
        "PT50H,2d2h",
        "PT191H,7d23h",
        "P8D,8d",
        "P729D,729d",
        "P730D,2y",
        "P800D,2y70d",
        "P2920D,8y",
        "P4000D,10y"
    })
    void showsTwoUnitsAtMost(Duration duration, String expected) {
        assertThat(HumanDuration.of(duration)).isEqualTo(expected);
    }

    @Test
    void aMissingOrBrokenTimestampIsUnknown() {
        assertThat(HumanDuration.since("", Instant.EPOCH)).isEqualTo("<unknown>");
        assertThat(HumanDuration.since("yesterday", Instant.EPOCH)).isEqualTo("<unknown>");
    }
}
