package io.coxswain.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values and messages as {@code sigs.k8s.io/yaml} gives them for the same text ({@code ¶} stands for a new line). */
class YamlCodecTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "a: y | {\"a\":true}",
                "a: [y, n, yes, No, on, OFF, true, False, ~, null, Null, NULL] | {\"a\":[true,false,true,false,true,false,true,false,null,null,null,null]}",
                "a: [0777, 0x1F, 0b101, 0o17, 1_000, -5, +5, 08, 09.5] | {\"a\":[511,31,5,15,1000,-5,5,8,9.5]}",
                "a: [1.0, 1e3, .5, 5., 18446744073709551615] | {\"a\":[1,1000,0.5,5,18446744073709551615]}",
                "a: [2001-01-01, 2001-01-01T00:00:00Z, 12:30, 1:2:3, \"5\", '5', 1.2.3, 1e, -, 0x] | {\"a\":[\"2001-01-01\",\"2001-01-01T00:00:00Z\",\"12:30\",\"1:2:3\",\"5\",\"5\",\"1.2.3\",\"1e\",\"-\",\"0x\"]}",
                "a: !!str 5 | {\"a\":\"5\"}",
                "a: !!int \"5\" | {\"a\":5}",
                "a: !!binary aGVsbG8= | {\"a\":\"hello\"}",
                "a: !custom x | {\"a\":\"x\"}",
                "1: a | {\"1\":\"a\"}",
                "1.5: a | {\"1.5\":\"a\"}",
                "y: a | {\"true\":\"a\"}",
                "a: &x 1¶b: *x | {\"a\":1,\"b\":1}",
                "a: &x {p: 1}¶b:¶  <<: *x¶  q: 2 | {\"a\":{\"p\":1},\"b\":{\"q\":2,\"p\":1}}",
                "a: b¶  c¶d: e | {\"a\":\"b c\",\"d\":\"e\"}",
                "? a¶: b | {\"a\":\"b\"}",
                "a: {b, c} | {\"a\":{\"b\":null,\"c\":null}}",
                "---¶a: 1¶---¶b: 2 | {\"a\":1}",
                "# only a comment | null",
                "a | \"a\"",
                "- 1 | [1]",
                "{\"json\": [1, \"x\"]} | {\"json\":[1,\"x\"]}",
            })
    void reads(String yaml, String json) {
        assertThat(parse(yaml).value()).isEqualTo(JsonCodec.parse(bytes(json)).value());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "a: [.inf] | json: unsupported value: +Inf",
                "a: [.nan] | json: unsupported value: NaN",
                "a: 1e400 | json: unsupported value: +Inf",
                "a: !!int abc | yaml: cannot decode !!str `abc` as a !!int",
                "a: 1¶ b: 2 | yaml: line 2: mapping values are not allowed in this context",
                "a: b: c | yaml: mapping values are not allowed in this context",
                "a:¶\t- b | yaml: line 2: found character that cannot start any token",
                "- a¶b: c | yaml: line 1: did not find expected '-' indicator",
                "a: [1, 2 | yaml: line 1: did not find expected ',' or ']'",
                "a: {b: 1 | yaml: line 1: did not find expected ',' or '}'",
                "a: \"abc | yaml: found unexpected end of stream",
                "a: *x | yaml: unknown anchor 'x' referenced",
                "a: &x [*x] | yaml: anchor 'x' value contains itself",
                "<<: 5 | yaml: map merge requires map or sequence of maps as the value",
                "a: @b | yaml: found character that cannot start any token",
                "a: \"\\q\" | yaml: found unknown escape character",
                "key: value¶foo | yaml: line 3: could not find expected ':'",
                "a:¶- b¶ c: d | yaml: line 3: mapping values are not allowed in this context",
                "a: 1¶b: 2¶  c: 3 | yaml: line 3: mapping values are not allowed in this context",
                "[a]: b | yaml: invalid map key",
            })
    void saysWhatIsBroken(String yaml, String message) {
        assertThatThrownBy(() -> parse(yaml)).isInstanceOf(CodecException.class).hasMessage(message);
    }

    @Test
    void refusesControlCharacters() {
        assertThatThrownBy(() -> parse("a: \u0000")).hasMessage("yaml: control characters are not allowed");
    }

    @Test
    void notesDuplicateKeysWithTheirLines() {
        Parsed parsed = parse("a:¶  b: 1¶  b: 2¶c: 3¶c: 4");
        assertThat(parsed.notes())
                .isEqualTo(
                        "yaml: unmarshal errors:\n  line 3: key \"b\" already set in map\n  line 5: key \"c\" already set in map");
        assertThat(parsed.value()).hasToString("{\"a\":{\"b\":2},\"c\":4}");
    }

    @Test
    @Timeout(60)
    void boundsAliases() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 30; i++) {
            String last = "*a" + (i - 1);
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(String.join(",", List.of(last, last, last, last, last, last, last, last, last)))
                    .append("]\n");
        }
        assertThatThrownBy(() -> parse(bomb.toString())).hasMessage("yaml: document contains excessive aliasing");
    }

    @Test
    void boundsNesting() {
        assertThatThrownBy(() -> parse("[".repeat(10_000)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("exceeded max depth");
        StringBuilder deep = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            deep.append(" ".repeat(i)).append("a:\n");
        }
        assertThatThrownBy(() -> parse(deep.toString())).hasMessageContaining("exceeded max depth");
    }

    @Test
    void readsEveryDocument() {
        List<Parsed> documents = YamlCodec.parseAll("# first\n---\na: 1\n---\n\n---\nb: 2\n...\n---\nc: 3\n");
        assertThat(documents)
                .extracting(Parsed::value)
                .map(JsonValue::toString)
                .containsExactly("{\"a\":1}", "{\"b\":2}", "{\"c\":3}");
        assertThatThrownBy(() -> YamlCodec.parseAll("a: 1\n---\nb: [\n"))
                .isInstanceOf(CodecException.class)
                .hasMessageStartingWith("error converting YAML to JSON: yaml: line ");
    }

    @Test
    void writesWhatItReadsAgain() {
        String json =
                "{\"b\":[1,2.5,true,null,\"yes\",\"n\",\"1\",\"0777\",\"1e3\",\"\",\"~\",\"a: b\",\"# x\",\"two\\nlines\\n\",\" pad\",\"日本\"],\"a\":{\"y\":\"x\",\"empty\":{},\"none\":[]},\"big\":18446744073709551615}";
        String yaml = YamlCodec.write(JsonCodec.parse(bytes(json)).value());
        assertThat(parse(yaml).value()).isEqualTo(JsonCodec.parse(bytes(json)).value());
    }

    @Test
    void writesInTheLayoutOfKubectl() {
        String json =
                "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"spec\":{\"containers\":[{\"name\":\"c\",\"args\":[\"a\"]}],\"hostNetwork\":true}}";
        assertThat(YamlCodec.write(JsonCodec.parse(bytes(json)).value()))
                .isEqualTo(
                        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - args:\n    - a\n    name: c\n  hostNetwork: true\n");
    }

    private static Parsed parse(String yaml) {
        return YamlCodec.parse(bytes(yaml.replace('¶', '\n')));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
