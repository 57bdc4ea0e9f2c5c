package io.coxswain.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCodecTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "\"\"",
                "0",
                "-1",
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775808123456789",
                "1.5",
                "0.10",
                "{\"a\":{\"b\":[1,\"x\",null,true,false,{}]}}",
                "\"a\\\\b\\\"c\\n\\t\\r\\u0001\"",
                "\"grüße 日本語 \uD83D\uDE80\"",
            })
    void writesWhatItRead(String json) {
        assertThat(text(JsonCodec.encode(JsonCodec.parse(bytes(json)).value()))).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"\\u00e9\\/\\b\\f\" | \"é/\\u0008\\u000c\"",
                "\"\\ud83d\\ude80\" | \"\uD83D\uDE80\"",
                "\"\\ud83dx\" | \"\uFFFDx\"",
                "\"\\ude80\" | \"\uFFFD\"",
                "\"\\ud83d\\u0041\" | \"\uFFFDA\"",
                " [ 1 , 2 ] | [1,2]",
                "{\"a\":1,\"a\":2} | {\"a\":2}",
                "1e2 | 1E+2"
            })
    void readsOtherSpellings(String json, String canonical) {
        assertThat(text(JsonCodec.encode(JsonCodec.parse(bytes(json)).value()))).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | unexpected end of JSON input",
                "{ | unexpected end of JSON input",
                "{\"a\" | unexpected end of JSON input",
                "\"abc | unexpected end of JSON input",
                "{a:1} | invalid character 'a' looking for beginning of object key string",
                "{\"a\" 1} | invalid character '1' after object key",
                "{\"a\":1 \"b\":2} | invalid character '\"' after object key:value pair",
                "[1 2] | invalid character '2' after array element",
                "{\"a\":1,} | invalid character '}' looking for beginning of object key string",
                "[1,] | invalid character ']' looking for beginning of value",
                "{} x | invalid character 'x' after top-level value",
                "nul | unexpected end of JSON input",
                "nulx | invalid character 'x' in literal null (expecting 'l')",
                "01 | invalid character '1' after top-level value",
                "-x | invalid character 'x' in numeric literal",
                "1.x | invalid character 'x' after decimal point in numeric literal",
                "1ex | invalid character 'x' in exponent of numeric literal",
                "\"\\x\" | invalid character 'x' in string escape code",
                "\"\\u12x4\" | invalid character 'x' in \\u hexadecimal character escape",
                "kind: Pod | invalid character 'k' looking for beginning of value",
                "1e999 | json: cannot unmarshal number 1e999 into Go value of type float64",
                "1e9999999999 | json: cannot unmarshal number 1e9999999999 into Go value of type float64",
            })
    void saysWhatIsBroken(String json, String message) {
        assertThatThrownBy(() -> JsonCodec.parse(bytes(json)))
                .isInstanceOf(CodecException.class)
                .hasMessage(message);
    }

    @Test
    void refusesControlCharactersInStrings() {
        assertThatThrownBy(() -> JsonCodec.parse(bytes("\"a\nb\"")))
                .hasMessage("invalid character '\\n' in string literal");
        assertThatThrownBy(() -> JsonCodec.parse(new byte[] {0})).hasMessageContaining("'\\x00'");
    }

    @Test
    void boundsNestingOfObjectsAndArrays() {
        String deepest = "[".repeat(JsonCodec.MAX_DEPTH) + "]".repeat(JsonCodec.MAX_DEPTH);
        assertThat(text(JsonCodec.encode(JsonCodec.parse(bytes(deepest)).value())))
                .isEqualTo(deepest);
        assertThatThrownBy(() -> JsonCodec.parse(bytes("[".repeat(10_001)))).hasMessage("exceeded max depth");
        assertThatThrownBy(() -> JsonCodec.parse(bytes("{\"a\":".repeat(10_001))))
                .hasMessage("exceeded max depth");
    }

    @Test
    void boundsTheLengthOfNumbers() {
        assertThatThrownBy(() -> JsonCodec.parse(bytes("9".repeat(1_000_000))))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("cannot unmarshal number");
    }

    @Test
    void reportsDuplicateKeysByTheirPaths() {
        Parsed parsed = JsonCodec.parse(
                bytes("{\"a\":1,\"a\":2,\"spec\":{\"list\":[{},{\"x\":1,\"x\":2,\"x\":3}],\"m\":{\"k\":1,\"k\":1}}}"));
        assertThat(parsed.duplicates()).containsExactlyInAnyOrder("a", "spec.list[1].x", "spec.m.k");
    }

    @Test
    void replacesInvalidUtf8AsGoDoes() {
        byte[] broken = {'"', (byte) 0xC3, '"'};
        assertThat(text(JsonCodec.encode(JsonCodec.parse(broken).value()))).isEqualTo("\"\uFFFD\"");
    }

    @Test
    void encodesAnObjectAroundItsResourceVersion() {
        JsonObject object = JsonCodec.parseObject(
                bytes(
                        "{\"spec\":{\"a\":1},\"metadata\":{\"name\":\"x\",\"resourceVersion\":\"7\"},\"kind\":\"K\",\"apiVersion\":\"v1\"}"));
        JsonCodec.Split split = JsonCodec.encodeAroundResourceVersion(object);
        assertThat(text(split.head()))
                .isEqualTo("{\"apiVersion\":\"v1\",\"kind\":\"K\",\"metadata\":{\"resourceVersion\":\"");
        assertThat(text(split.tail())).isEqualTo("\",\"name\":\"x\"},\"spec\":{\"a\":1}}");
        assertThat(text(JsonCodec.encodeObject(object)))
                .isEqualTo(
                        "{\"apiVersion\":\"v1\",\"kind\":\"K\",\"metadata\":{\"name\":\"x\",\"resourceVersion\":\"7\"},\"spec\":{\"a\":1}}");
    }

    @Test
    void encodesAnObjectWithoutMetadataAroundItsResourceVersion() {
        JsonCodec.Split split = JsonCodec.encodeAroundResourceVersion(JsonCodec.parseObject(bytes("{\"kind\":\"K\"}")));
        assertThat(text(split.head()) + 12 + text(split.tail()))
                .isEqualTo("{\"kind\":\"K\",\"metadata\":{\"resourceVersion\":\"12\"}}");
    }

    @Test
    void wantsAnObjectWhereAnObjectIsWanted() {
        assertThatThrownBy(() -> JsonCodec.parseObject(bytes("[]"))).isInstanceOf(CodecException.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
