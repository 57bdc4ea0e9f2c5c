package io.coxswain.meta.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.meta.ApiException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldSelectorTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "metadata.name=a | metadata.name=a",
                "a==b,c!=d | a=b,c!=d",
                "a=b\\,c | a=b\\,c",
                "a=\\\\ | a=\\\\",
                ",a=b, | a=b",
                "=x | =x",
                "a!b=c | a!b=c",
                "a= | a=",
                "`` | ``",
            })
    void reads(String text, String canonical) {
        assertThat(FieldSelector.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a | invalid selector: 'a'; can't understand 'a'",
                "a=b,c | invalid selector: 'a=b,c'; can't understand 'c'",
                "a=b\\x | invalid field selector: invalid escape sequence: \\x",
                "a=b\\ | invalid field selector: invalid escape sequence: \\",
                "a=b=c | invalid field selector: unescaped character in value: 61",
            })
    void saysWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> FieldSelector.parse(text))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400))
                .hasMessage(message);
    }

    @Test
    void matchesFields() {
        Map<String, String> fields = Map.of("spec.nodeName", "n1", "status.phase", "Running", "odd", "a,b=c\\");
        assertThat(matches("spec.nodeName=n1,status.phase!=Failed", fields)).isTrue();
        assertThat(matches("spec.nodeName=n2", fields)).isFalse();
        assertThat(matches("spec.nodeName!=n1", fields)).isFalse();
        assertThat(matches("absent=", fields)).isTrue();
        assertThat(matches("odd=" + FieldSelector.escape("a,b=c\\"), fields)).isTrue();
        assertThat(FieldSelector.everything().matches(name -> "")).isTrue();
    }

    @Test
    void knowsExactValues() {
        FieldSelector selector = FieldSelector.parse("metadata.name=x,a!=y");
        assertThat(selector.exactValue("metadata.name")).contains("x");
        assertThat(selector.exactValue("a")).isEmpty();
        assertThat(FieldSelector.of("a", "b=c")).hasToString("a=b\\=c");
    }

    private static boolean matches(String selector, Map<String, String> fields) {
        return FieldSelector.parse(selector).matches(name -> fields.getOrDefault(name, ""));
    }
}
