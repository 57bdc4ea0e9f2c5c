package io.coxswain.meta.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.meta.ApiException;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a=b | a=b",
                "a==b,c!=d | a==b,c!=d",
                " a = b , c | a=b,c",
                "a in (x,y,x), b notin (,z) | a in (x,y),b notin (,z)",
                "a in () | a in ()",
                "a in (,) | a in ()",
                "a | a",
                "!a | !a",
                "! a,b | !a,b",
                "a= | a=",
                "a=,b | a=,b",
                "in in (in, notin) | in in (in,notin)",
                "a>5,b<7 | a>5,b<7",
                "example.com/name=v-1_2.3 | example.com/name=v-1_2.3",
                "`` | ``",
            })
    void reads(String text, String canonical) {
        assertThat(LabelSelector.parse(text)).hasToString(canonical);
    }

    /** Messages as the Kubernetes 1.34 libraries print them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a,,b | found ',', expected: identifier after ','",
                "a, | found '', expected: identifier after ','",
                ",a | found ',', expected: !, identifier, or 'end of string'",
                "=b | found '=', expected: !, identifier, or 'end of string'",
                "(a) | found '(', expected: !, identifier, or 'end of string'",
                "!= | found '!=', expected: !, identifier, or 'end of string'",
                "a=b c | found 'c', expected: ',' or 'end of string'",
                "a=b=c | found '=', expected: ',' or 'end of string'",
                "a b | unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
                "a !in (b) | unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt",
                "a in x | unable to parse requirement: found 'x' expected: '('",
                "a in (x y) | unable to parse requirement: found 'y', expected: ',' or ')'",
                "a in (x | unable to parse requirement: found '', expected: ',' or ')'",
                "a in ( | unable to parse requirement: found '', expected: ',', ')' or identifier",
                "a in (=) | unable to parse requirement: found '=', expected: ',', ')' or identifier",
                "! | unable to parse requirement: found '', expected: identifier",
                "a===b | unable to parse requirement: found '=', expected: identifier",
                "a=!b | unable to parse requirement: found '!', expected: identifier",
                "a=(b) | unable to parse requirement: found '(', expected: identifier",
                "a<x | unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
                "a> | unable to parse requirement: values[0]: Invalid value: \"\": for 'Gt', 'Lt' operators, the value must be an integer",
                "-a=b | unable to parse requirement: <nil>: Invalid value: \"-a\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
                "a in (b,-c) | unable to parse requirement: values[0][a]: Invalid value: \"-c\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
            })
    void saysWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> LabelSelector.parse(text))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400))
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app=web | true",
                "app!=web | false",
                "app==web,tier in (front,back) | true",
                "tier notin (front) | false",
                "none notin (x) | true",
                "none!=x | true",
                "app | true",
                "none | false",
                "!none | true",
                "!app | false",
                "size>9 | true",
                "size>10 | false",
                "size<11 | true",
                "app>1 | false",
                "none<1 | false",
                "none= | false",
                "empty= | true",
            })
    void matches(String selector, boolean expected) {
        Map<String, String> labels = Map.of("app", "web", "tier", "front", "size", "10", "empty", "");
        assertThat(LabelSelector.parse(selector).matches(labels)).isEqualTo(expected);
    }

    @Test
    void readsTheObjectForm() {
        LabelSelector selector = LabelSelector.of(
                tree(
                        "{\"matchLabels\":{\"b\":\"2\",\"a\":\"1\"},\"matchExpressions\":[{\"key\":\"c\",\"operator\":\"In\",\"values\":[\"x\"]},{\"key\":\"d\",\"operator\":\"DoesNotExist\"}]}"));
        assertThat(selector).hasToString("a=1,b=2,c in (x),!d");
        assertThat(selector.matches(tree("{\"a\":\"1\",\"b\":\"2\",\"c\":\"x\"}")))
                .isTrue();
        assertThat(selector.matches(tree("{\"a\":\"1\",\"b\":\"2\",\"c\":\"x\",\"d\":\"\"}")))
                .isFalse();
        assertThat(selector.exactValue("a")).contains("1");
        assertThat(selector.exactValue("c")).contains("x");
        assertThat(selector.exactValue("d")).isEmpty();
    }

    @Test
    void tellsNoSelectorFromAnEmptyOne() {
        assertThat(LabelSelector.of((JsonObject) null).matches(Map.of())).isFalse();
        assertThat(LabelSelector.of(tree("{}")).matches(Map.of("a", "b"))).isTrue();
        assertThat(LabelSelector.of(tree("{}")).isEverything()).isTrue();
    }

    @Test
    void refusesUnknownOperators() {
        assertThatThrownBy(
                        () -> LabelSelector.of(tree("{\"matchExpressions\":[{\"key\":\"c\",\"operator\":\"Like\"}]}")))
                .hasMessage("\"Like\" is not a valid label selector operator");
        assertThatThrownBy(() -> LabelSelector.of(tree("{\"matchExpressions\":[{\"key\":\"c\",\"operator\":\"In\"}]}")))
                .hasMessageContaining("for 'in', 'notin' operators, values set can't be empty");
    }

    private static JsonObject tree(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
