package io.coxswain.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.codec.MediaTypes.Accepted;
import io.coxswain.codec.MediaTypes.Format;
import io.coxswain.codec.MediaTypes.Transform;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.patch.PatchType;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypesTest {
    private static final Set<Format> ALL = EnumSet.allOf(Format.class);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | JSON | NONE | ``",
                "*/* | JSON | NONE | ``",
                "application/* | JSON | NONE | ``",
                "application/json | JSON | NONE | ``",
                "APPLICATION/JSON | JSON | NONE | ``",
                "application/yaml | YAML | NONE | ``",
                "application/vnd.kubernetes.protobuf,application/json | PROTOBUF | NONE | ``",
                "application/json;q=0.5, application/yaml | YAML | NONE | ``",
                "*/*, application/yaml | YAML | NONE | ``",
                "text/html, */*;q=0.1 | JSON | NONE | ``",
                // kubectl get
                "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json | JSON | TABLE | v1",
                "application/json;as=Table;v=v1beta1;g=meta.k8s.io | JSON | TABLE | v1beta1",
                "application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1;g=meta.k8s.io | JSON | TABLE | v1",
                "application/json;as=Table;v=v2;g=meta.k8s.io,application/json | JSON | NONE | ``",
                "application/json;as=Chair;v=v1;g=meta.k8s.io,application/json | JSON | NONE | ``",
                // the metadata client
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json | PROTOBUF | PARTIAL_OBJECT_METADATA_LIST | v1",
                "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1 | JSON | PARTIAL_OBJECT_METADATA | v1",
                "application/json;stream=watch | JSON | NONE | ``",
                "application/json;charset=utf-8 | JSON | NONE | ``",
            })
    void choosesTheResponse(String header, Format format, Transform transform, String version) {
        assertThat(MediaTypes.accept(header, ALL, true)).isEqualTo(new Accepted(format, transform, version, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "application/cbor",
                "application/json;as=Table;v=v1;g=other",
                "application/json;stream=listen",
                "nonsense",
                "/",
                ";;;",
            })
    void refusesWhatItCannotWrite(String header) {
        assertThatThrownBy(() -> MediaTypes.accept(header, ALL, true))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(406))
                .hasMessage(
                        "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf");
    }

    @Test
    void heedsWhatTheEndpointCanDo() {
        assertThat(MediaTypes.accept("application/vnd.kubernetes.protobuf,application/json", Set.of(Format.JSON), true)
                        .format())
                .isEqualTo(Format.JSON);
        assertThatThrownBy(() ->
                        MediaTypes.accept("application/json;as=Table;v=v1;g=meta.k8s.io", Set.of(Format.JSON), false))
                .hasMessage("only the following media types are accepted: application/json");
        assertThat(MediaTypes.accept("application/json;pretty=1", ALL, true).pretty())
                .isTrue();
    }

    @Test
    void surviveshugeHeaders() {
        assertThatThrownBy(() -> MediaTypes.accept("a/b,".repeat(100_000), ALL, true))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void knowsTheFormatsOfBodies() {
        assertThat(MediaTypes.contentType("")).isEqualTo(Format.JSON);
        assertThat(MediaTypes.contentType("application/json; charset=utf-8")).isEqualTo(Format.JSON);
        assertThat(MediaTypes.contentType("application/yaml")).isEqualTo(Format.YAML);
        assertThat(MediaTypes.contentType("application/vnd.kubernetes.protobuf"))
                .isEqualTo(Format.PROTOBUF);
        assertThatThrownBy(() -> MediaTypes.contentType("text/plain"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(415))
                .hasMessage(
                        "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf");
    }

    @Test
    void knowsTheFormatsOfPatches() {
        Set<PatchType> custom = EnumSet.of(PatchType.JSON, PatchType.MERGE, PatchType.APPLY);
        assertThat(MediaTypes.patchType("application/merge-patch+json", custom)).isEqualTo(PatchType.MERGE);
        assertThatThrownBy(() -> MediaTypes.patchType("application/strategic-merge-patch+json", custom))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(415))
                .hasMessage(
                        "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
    }
}
