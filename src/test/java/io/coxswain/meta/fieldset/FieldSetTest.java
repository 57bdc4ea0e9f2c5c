package io.coxswain.meta.fieldset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldSetTest {
    static JsonObject json(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    private static FieldSet set(String fieldsV1) {
        return FieldSet.parse(json(fieldsV1));
    }

    @Test
    void writesWhatItReadInUpstreamsOrder() {
        String ordered = "{\"f:a\":{\".\":{},\"f:b\":{},\"k:{\\\"name\\\":\\\"x\\\"}\":{\".\":{},\"f:image\":{}},"
                + "\"k:{\\\"name\\\":\\\"y\\\"}\":{},\"v:2\":{},\"v:10\":{},\"v:\\\"s\\\"\":{},\"v:true\":{},\"i:0\":{},\"i:7\":{}}}";
        String shuffled =
                "{\"f:a\":{\"i:7\":{},\"v:true\":{},\"v:\\\"s\\\"\":{},\"v:10\":{},\"i:0\":{},\"v:2\":{},\"f:b\":{},"
                        + "\"k:{\\\"name\\\":\\\"y\\\"}\":{},\"k:{\\\"name\\\":\\\"x\\\"}\":{\"f:image\":{},\".\":{}},\".\":{}}}";

        assertThat(set(shuffled)).hasToString(ordered);
        assertThat(set(ordered)).isEqualTo(set(shuffled));
    }

    @Test
    void ordersKeysOfAnItemByTheirNames() {
        assertThat(set("{\"k:{\\\"protocol\\\":\\\"TCP\\\",\\\"containerPort\\\":80}\":{}}"))
                .hasToString("{\"k:{\\\"containerPort\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // a | b | union | intersection | difference | recursive difference
                "{'f:a':{}} | {'f:b':{}} | {'f:a':{},'f:b':{}} | {} | {'f:a':{}} | {'f:a':{}}",
                "{'f:a':{}} | {'f:a':{'f:b':{}}} | {'f:a':{'.':{},'f:b':{}}} | {} | {'f:a':{}} | {'f:a':{}}",
                "{'f:a':{'.':{},'f:b':{}}} | {'f:a':{}} | {'f:a':{'.':{},'f:b':{}}} | {'f:a':{}} | {'f:a':{'f:b':{}}} | {}",
                "{'f:a':{'f:b':{},'f:c':{}}} | {'f:a':{'f:c':{}}} | {'f:a':{'f:b':{},'f:c':{}}} | {'f:a':{'f:c':{}}} | {'f:a':{'f:b':{}}} | {'f:a':{'f:b':{}}}",
                "{'f:a':{'f:b':{'f:c':{}}}} | {'f:a':{'f:b':{}}} | {'f:a':{'f:b':{'.':{},'f:c':{}}}} | {} | {'f:a':{'f:b':{'f:c':{}}}} | {}",
                "{} | {'f:a':{}} | {'f:a':{}} | {} | {} | {}",
            })
    void combines(String a, String b, String union, String intersection, String difference, String recursive) {
        FieldSet left = set(a.replace('\'', '"'));
        FieldSet right = set(b.replace('\'', '"'));

        assertThat(left.union(right)).isEqualTo(set(union.replace('\'', '"')));
        assertThat(right.union(left)).isEqualTo(left.union(right));
        assertThat(left.intersection(right)).isEqualTo(set(intersection.replace('\'', '"')));
        assertThat(left.difference(right)).isEqualTo(set(difference.replace('\'', '"')));
        assertThat(left.recursiveDifference(right)).isEqualTo(set(recursive.replace('\'', '"')));
    }

    @Test
    void tellsMembershipFromTheJsonItself() {
        JsonObject owned = json("{\"f:spec\":{\"f:replicas\":{},\"f:template\":{\"f:x\":{}}}}");

        assertThat(set("{\"f:spec\":{\"f:replicas\":{}}}").isWithin(owned)).isTrue();
        assertThat(set("{\"f:spec\":{\"f:template\":{}}}").isWithin(owned)).isFalse();
        assertThat(set("{\"f:spec\":{\"f:template\":{}}}").meets(owned)).isFalse();
        assertThat(set("{\"f:spec\":{\"f:template\":{\"f:x\":{},\"f:y\":{}}}}").meets(owned))
                .isTrue();
        assertThat(set("{\"f:spec\":{\"f:template\":{\"f:x\":{},\"f:y\":{}}}}").isWithin(owned))
                .isFalse();
        assertThat(FieldSet.EMPTY.isWithin(owned)).isTrue();
    }

    @Test
    void printsPathsAsConflictsShowThem() {
        List<String> paths = new ArrayList<>();
        set("{\"f:metadata\":{\"f:labels\":{\"f:app.kubernetes.io/name\":{}}},\"f:spec\":{\"f:ports\":{"
                        + "\"k:{\\\"port\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:name\":{}}},\"f:finalizers\":{\"v:\\\"a/b\\\"\":{}}}}")
                .forEachPath(paths::add);

        assertThat(paths)
                .containsExactly(
                        ".metadata.labels.app.kubernetes.io/name",
                        ".spec.finalizers[=\"a/b\"]",
                        ".spec.ports[port=80,protocol=\"TCP\"]",
                        ".spec.ports[port=80,protocol=\"TCP\"].name");
    }

    @Test
    void leavesOutStepsOfUnknownKinds() {
        assertThat(set("{\"x:new\":{},\"f:a\":{}}")).isEqualTo(set("{\"f:a\":{}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"spec\":{}}",
                "{\"f\":{}}",
                "{\"f:a\":1}",
                "{\"k:[]\":{}}",
                "{\"k:{\":{}}",
                "{\"v:\":{}}",
                "{\"i:x\":{}}",
                "{\"i:99999999999\":{}}"
            })
    void refusesWhatIsNoSet(String fieldsV1) {
        assertThatThrownBy(() -> set(fieldsV1)).isInstanceOf(FieldSetException.class);
    }

    @Test
    void refusesSetsThatWouldExhaustTheStack() {
        String deep = "{\"f:a\":".repeat(600) + "{}" + "}".repeat(600);

        assertThatThrownBy(() -> set(deep)).isInstanceOf(FieldSetException.class);
    }
}
