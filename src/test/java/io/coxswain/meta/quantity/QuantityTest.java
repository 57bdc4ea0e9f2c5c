package io.coxswain.meta.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0n, 0",
        "0Ki, 0",
        "-0, 0",
        "-, 0",
        "+, 0",
        "1, 1",
        "+1, 1",
        "-1, -1",
        "007, 7",
        "1000m, 1",
        "0.5, 500m",
        "1.5, 1500m",
        "1500m, 1500m",
        ".5, 500m",
        "1., 1",
        "1.G, 1G",
        "100000, 100k",
        "1500, 1500",
        "1000000, 1M",
        "1000k, 1M",
        "1024, 1024",
        "1Ki, 1Ki",
        "1024Ki, 1Mi",
        "1536Mi, 1536Mi",
        "2048Mi, 2Gi",
        "0.5Gi, 512Mi",
        "1.5Gi, 1536Mi",
        "0.5Ki, 512",
        "1023Ki, 1023Ki",
        "1.1Ki, 1126400m",
        "0.0001Ki, 102400u",
        "1e3, 1e3",
        "1E3, 1e3",
        "1e0, 1",
        "12e-3, 12e-3",
        "1e1, 10",
        "1e5, 100e3",
        "3E, 3E",
        "100u, 100u",
        "1n, 1n",
        "0.1n, 1n",
        "0.00000000001, 1n",
        "-0.1n, -1n",
        "1.0000000001, 1000000001n",
        "9223372036854775807, 9223372036854775807",
        "9223372036854775808, 9223372036854775807",
        "100E, 9223372036854775807",
        "1e100, 9223372036854775807e0",
        "5Ei, 5Ei",
        "1e-100, 1e-9",
    })
    void parsesAndWritesTheCanonicalForm(String text, String canonical) {
        assertThat(Quantity.parse(text).toString()).isEqualTo(canonical.replace("e0", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "1.1.1", "1 Gi", " 1", "1Gi ", "1+", "0x10", "1e1e1", "one", "1e5.5", "--1"})
    void refusesWhatIsNoQuantity(String text) {
        assertThatThrownBy(() -> Quantity.parse(text))
                .isInstanceOf(QuantityFormatException.class)
                .hasMessageContaining("quantit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1KiB", "1ki", "1mm", "1e", "1EE", "1i", "1K", "1e+", "1e99999999999999999999"})
    void refusesUnknownSuffixes(String text) {
        assertThatThrownBy(() -> Quantity.parse(text)).isInstanceOf(QuantityFormatException.class);
    }

    @Test
    void boundsTheCostOfHugeExponents() {
        assertThat(Quantity.parse("1e999999999").value()).isEqualTo(Long.MAX_VALUE);
        assertThat(Quantity.parse("1e-999999999").toString()).isEqualTo("1e-9");
        assertThatThrownBy(() -> Quantity.parse("1".repeat(100_000))).isInstanceOf(QuantityFormatException.class);
    }

    @Test
    void addsAndSubtractsExactly() {
        assertThat(Quantity.parse("100m").add(Quantity.parse("0.9"))).hasToString("1");
        assertThat(Quantity.parse("1Gi").add(Quantity.parse("1M"))).hasToString("1074741824");
        assertThat(Quantity.ZERO.add(Quantity.parse("64Mi"))).hasToString("64Mi");
        assertThat(Quantity.parse("1").subtract(Quantity.parse("1500m"))).hasToString("-500m");
        assertThat(Quantity.parse("250m").multiply(4)).hasToString("1");
    }

    @Test
    void comparesByAmountAndNotByText() {
        assertThat(Quantity.parse("1Ki")).isEqualByComparingTo(Quantity.parse("1024"));
        assertThat(Quantity.parse("1Ki")).isNotEqualTo(Quantity.parse("1024"));
        assertThat(Quantity.parse("1000m")).isEqualTo(Quantity.parse("1"));
        assertThat(Quantity.parse("1Mi")).isGreaterThan(Quantity.parse("1M"));
    }

    @ParameterizedTest
    @CsvSource({"1.5, 2, 1500", "100m, 1, 100", "1n, 1, 1", "-1.5, -2, -1500", "1Ki, 1024, 1024000"})
    void roundsUpToWholeUnitsAndThousandths(String text, long value, long millis) {
        assertThat(Quantity.parse(text).value()).isEqualTo(value);
        assertThat(Quantity.parse(text).milliValue()).isEqualTo(millis);
    }

    @Test
    void staysWithinLong() {
        assertThat(Quantity.parse("5E").milliValue()).isEqualTo(Long.MAX_VALUE);
    }
}
