package io.coxswain.meta.patch;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of RFC 7386, as far as they are about objects. */
class MergePatchTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":\"b\"} | {\"a\":\"c\"} | {\"a\":\"c\"}",
                "{\"a\":\"b\"} | {\"b\":\"c\"} | {\"a\":\"b\",\"b\":\"c\"}",
                "{\"a\":\"b\"} | {\"a\":null} | {}",
                "{\"a\":\"b\",\"b\":\"c\"} | {\"a\":null} | {\"b\":\"c\"}",
                "{\"a\":[\"b\"]} | {\"a\":\"c\"} | {\"a\":\"c\"}",
                "{\"a\":\"c\"} | {\"a\":[\"b\"]} | {\"a\":[\"b\"]}",
                "{\"a\":{\"b\":\"c\"}} | {\"a\":{\"b\":\"d\",\"c\":null}} | {\"a\":{\"b\":\"d\"}}",
                "{\"a\":[{\"b\":\"c\"}]} | {\"a\":[1]} | {\"a\":[1]}",
                "{\"e\":null} | {\"a\":1} | {\"e\":null,\"a\":1}",
                "{} | {\"a\":{\"bb\":{\"ccc\":null}}} | {\"a\":{\"bb\":{}}}",
                "{\"a\":\"x\"} | {\"a\":{\"b\":null,\"c\":1}} | {\"a\":{\"c\":1}}",
                "{\"a\":1} | {} | {\"a\":1}",
            })
    void applies(String original, String patch, String result) {
        assertThat(MergePatch.apply(tree(original), tree(patch))).isEqualTo(tree(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1} | {\"a\":1} | {}",
                "{\"a\":1} | {\"a\":2} | {\"a\":2}",
                "{\"a\":1,\"b\":2} | {\"b\":2} | {\"a\":null}",
                "{\"a\":{\"x\":1,\"y\":2}} | {\"a\":{\"y\":3,\"z\":4}} | {\"a\":{\"x\":null,\"y\":3,\"z\":4}}",
                "{\"a\":[1]} | {\"a\":[1,2]} | {\"a\":[1,2]}",
                "{\"a\":{}} | {\"a\":1} | {\"a\":1}",
            })
    void findsTheDifference(String original, String changed, String patch) {
        assertThat(MergePatch.diff(tree(original), tree(changed))).isEqualTo(tree(patch));
        assertThat(MergePatch.apply(tree(original), tree(patch))).isEqualTo(tree(changed));
    }

    private static JsonObject tree(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
