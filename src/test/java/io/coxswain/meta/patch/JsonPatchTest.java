package io.coxswain.meta.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPatchTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1} | [{\"op\":\"add\",\"path\":\"/b\",\"value\":2}] | {\"a\":1,\"b\":2}",
                "{\"a\":1} | [{\"op\":\"add\",\"path\":\"/a\",\"value\":2}] | {\"a\":2}",
                "{\"a\":[1,3]} | [{\"op\":\"add\",\"path\":\"/a/1\",\"value\":2}] | {\"a\":[1,2,3]}",
                "{\"a\":[1]} | [{\"op\":\"add\",\"path\":\"/a/-\",\"value\":2}] | {\"a\":[1,2]}",
                "{\"a\":[1]} | [{\"op\":\"add\",\"path\":\"/a/1\",\"value\":2}] | {\"a\":[1,2]}",
                "{\"a\":{\"b\":1}} | [{\"op\":\"remove\",\"path\":\"/a/b\"}] | {\"a\":{}}",
                "{\"a\":[1,2]} | [{\"op\":\"remove\",\"path\":\"/a/0\"}] | {\"a\":[2]}",
                "{\"a\":1} | [{\"op\":\"replace\",\"path\":\"/a\",\"value\":{\"x\":null}}] | {\"a\":{\"x\":null}}",
                "{\"a\":[{\"b\":1}]} | [{\"op\":\"replace\",\"path\":\"/a/0/b\",\"value\":2}] | {\"a\":[{\"b\":2}]}",
                "{\"a\":1} | [{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/b\"}] | {\"b\":1}",
                "{\"a\":[1,2,3]} | [{\"op\":\"move\",\"from\":\"/a/0\",\"path\":\"/a/2\"}] | {\"a\":[2,3,1]}",
                "{\"a\":{\"x\":1}} | [{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b\"},{\"op\":\"add\",\"path\":\"/b/y\",\"value\":2}] | {\"a\":{\"x\":1},\"b\":{\"x\":1,\"y\":2}}",
                "{\"a/b\":1,\"~\":2} | [{\"op\":\"remove\",\"path\":\"/a~1b\"},{\"op\":\"replace\",\"path\":\"/~0\",\"value\":3}] | {\"~\":3}",
                "{\"a\":1} | [{\"op\":\"test\",\"path\":\"/a\",\"value\":1.0}] | {\"a\":1}",
                "{\"a\":{\"b\":[1],\"c\":2}} | [{\"op\":\"test\",\"path\":\"/a\",\"value\":{\"c\":2,\"b\":[1]}}] | {\"a\":{\"b\":[1],\"c\":2}}",
                "{\"a\":1} | [{\"op\":\"test\",\"path\":\"/none\",\"value\":null}] | {\"a\":1}",
                "{\"a\":1} | [{\"op\":\"replace\",\"path\":\"\",\"value\":{\"n\":1}}] | {\"n\":1}",
                "{\"\":{\"\":1}} | [{\"op\":\"replace\",\"path\":\"//\",\"value\":2}] | {\"\":{\"\":2}}",
                "{} | [] | {}",
            })
    void applies(String document, String patch, String result) {
        assertThat(JsonPatch.apply((JsonObject) tree(document), tree(patch))).isEqualTo(tree(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{\"op\":\"remove\",\"path\":\"/none\"}]",
                "[{\"op\":\"replace\",\"path\":\"/none\",\"value\":1}]",
                "[{\"op\":\"add\",\"path\":\"/none/deep\",\"value\":1}]",
                "[{\"op\":\"add\",\"path\":\"/list/5\",\"value\":1}]",
                "[{\"op\":\"add\",\"path\":\"/list/01\",\"value\":1}]",
                "[{\"op\":\"add\",\"path\":\"/list/-1\",\"value\":1}]",
                "[{\"op\":\"add\",\"path\":\"/list/99999999999\",\"value\":1}]",
                "[{\"op\":\"remove\",\"path\":\"/list/-\"}]",
                "[{\"op\":\"add\",\"path\":\"/text/x\",\"value\":1}]",
                "[{\"op\":\"add\",\"path\":\"noslash\",\"value\":1}]",
                "[{\"op\":\"add\",\"path\":\"/x\"}]",
                "[{\"op\":\"add\",\"value\":1}]",
                "[{\"op\":\"move\",\"path\":\"/x\"}]",
                "[{\"op\":\"move\",\"from\":\"/none\",\"path\":\"/x\"}]",
                "[{\"op\":\"move\",\"from\":\"/object\",\"path\":\"/object/in\"}]",
                "[{\"op\":\"copy\",\"from\":\"/none\",\"path\":\"/x\"}]",
                "[{\"op\":\"test\",\"path\":\"/text\",\"value\":\"other\"}]",
                "[{\"op\":\"test\",\"path\":\"/text\"}]",
                "[{\"op\":\"test\",\"path\":\"/none\",\"value\":1}]",
                "[{\"op\":\"explode\",\"path\":\"/x\"}]",
                "[{\"path\":\"/x\"}]",
                "[{\"op\":\"replace\",\"path\":\"\",\"value\":[]}]",
                "[{\"op\":\"remove\",\"path\":\"\"}]",
            })
    void refusesWhatDoesNotApply(String patch) {
        JsonObject document = (JsonObject) tree("{\"list\":[1,2],\"text\":\"t\",\"object\":{\"in\":1}}");
        assertThatThrownBy(() -> JsonPatch.apply(document, tree(patch)))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.code()).isEqualTo(422);
                    assertThat(e.status().reason()).isEqualTo("Invalid");
                    assertThat(e).hasMessage("the server rejected our request due to an error in our request");
                });
    }

    @Test
    void refusesWhatIsNoPatch() {
        assertThatThrownBy(() -> JsonPatch.apply(JsonValue.EMPTY_JSON_OBJECT, tree("{}")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
        assertThatThrownBy(() -> JsonPatch.apply(JsonValue.EMPTY_JSON_OBJECT, tree("[1]")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    @Test
    void boundsTheNumberOfOperations() {
        JsonValue operation = tree("{\"op\":\"add\",\"path\":\"/a\",\"value\":1}");
        assertThat(JsonPatch.apply(
                        JsonValue.EMPTY_JSON_OBJECT, JsonTrees.array(Collections.nCopies(10_000, operation))))
                .isEqualTo(tree("{\"a\":1}"));
        assertThatThrownBy(() -> JsonPatch.apply(
                        JsonValue.EMPTY_JSON_OBJECT, JsonTrees.array(Collections.nCopies(10_001, operation))))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(413))
                .hasMessage("The allowed maximum operations in a JSON patch is 10000, got 10001");
    }

    @Test
    @Timeout(60)
    void boundsCopiesThatDoubleTheDocument() {
        JsonValue doubling = tree("[" + "{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/a/-\"},".repeat(60)
                + "{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/a/-\"}]");
        assertThatThrownBy(() -> JsonPatch.apply((JsonObject) tree("{\"a\":[1]}"), doubling))
                .isInstanceOf(ApiException.class);
    }

    @Test
    @Timeout(60)
    void staysQuickOnLargeObjects() {
        StringBuilder document = new StringBuilder("{\"data\":{\"k\":\"v\"");
        for (int i = 0; i < 20_000; i++) {
            document.append(",\"key").append(i).append("\":\"v\"");
        }
        JsonValue operation = tree("{\"op\":\"add\",\"path\":\"/data/k\",\"value\":\"w\"}");
        JsonObject patched = JsonPatch.apply(
                (JsonObject) tree(document + "}}"), JsonTrees.array(Collections.nCopies(10_000, operation)));
        assertThat(patched.getJsonObject("data").getString("k")).isEqualTo("w");
    }

    @Test
    void leavesTheOriginalAlone() {
        JsonObject original = (JsonObject) tree("{\"a\":{\"b\":[1]}}");
        JsonPatch.apply(original, tree("[{\"op\":\"add\",\"path\":\"/a/b/-\",\"value\":2}]"));
        assertThat(original).isEqualTo(tree("{\"a\":{\"b\":[1]}}"));
    }

    private static JsonValue tree(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readValue();
        }
    }
}
