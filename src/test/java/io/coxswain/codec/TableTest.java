package io.coxswain.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.codec.Table.IncludeObject;
import io.coxswain.meta.ApiException;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void showsMetadataAlone() {
        JsonObject pod = json(
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\",\"uid\":\"u\"},\"spec\":{}}");
        assertThat(Table.partialMetadata("v1", pod))
                .isEqualTo(
                        json(
                                "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{\"name\":\"p\",\"uid\":\"u\"}}"));
        assertThat(Table.partialMetadata("v1beta1", json("{}")).getJsonObject("metadata"))
                .isEmpty();
    }

    @Test
    void readsIncludeObject() {
        assertThat(IncludeObject.parse("")).isEqualTo(IncludeObject.METADATA);
        assertThat(IncludeObject.parse("Metadata")).isEqualTo(IncludeObject.METADATA);
        assertThat(IncludeObject.parse("Object")).isEqualTo(IncludeObject.OBJECT);
        assertThat(IncludeObject.parse("None")).isEqualTo(IncludeObject.NONE);
        assertThatThrownBy(() -> IncludeObject.parse("All"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400))
                .hasMessage("unrecognized includeObject value: \"All\"");
    }

    private static JsonObject json(String text) {
        return JsonCodec.parseObject(text.getBytes(StandardCharsets.UTF_8));
    }
}
