package io.coxswain.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.codec.MediaTypes.Format;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.patch.PatchRequest;
import io.coxswain.meta.patch.PatchType;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.validation.FieldValidation;
import io.coxswain.meta.validation.TypedDecoding;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectDecoderTest {
    private static final GroupVersionKind DEPLOYMENT = GroupVersionKind.of("apps/v1", "Deployment");
    private static final TypeSchema TYPE =
            SchemaCatalog.builtIn().byKind(DEPLOYMENT).orElseThrow();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"spec\":{\"replicas\":\"3\"}} | Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{\"spec\":{\"foo\":1}} | Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: unknown field \"spec.foo\"",
                "{\"spec\":{\"foo\":1,\"paused\":true,\"paused\":true}} | Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: unknown field \"spec.foo\", duplicate field \"spec.paused\"",
                "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"} | Pod in version \"v1\" cannot be handled as a Deployment: converting (v1.Pod) to (apps.Deployment): unknown conversion",
                "{\"kind\":\"Thing\"} | Thing in version \"v1\" cannot be handled as a Deployment: no kind \"Thing\" is registered for version \"apps/v1\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"",
                "{\"apiVersion\":\"apps/v1beta9\",\"kind\":\"Deployment\"} | Deployment in version \"v1beta9\" cannot be handled as a Deployment: no kind \"Deployment\" is registered for version \"apps/v1beta9\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"",
                "{\"apiVersion\":\"a/b/c\"} | the object provided is unrecognized (must be of type Deployment): unexpected GroupVersion string: a/b/c ({\"apiVersion\":\"a/b/c\"})",
                "{\"kind\":7} | the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string ({\"kind\":7})",
                "`` | the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
                "[] | the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" } (5b5d)",
                "{\"metadata\":{\"name\":\"a-very-long-name\" | the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: unexpected end of JSON input ({\"metadata\":{\"name\":\"a-very-lo ...)",
                "kind: Pod | the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: invalid character 'k' looking for beginning of value (6b696e643a20506f64)",
            })
    void answersBadJsonAsUpstreamDoes(String body, String message) {
        assertThatThrownBy(() -> decode(body, Format.JSON, FieldValidation.STRICT))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.code()).isEqualTo(400);
                    assertThat(e.status().reason()).isEqualTo("BadRequest");
                })
                .hasMessage(message);
    }

    @Test
    void answersBadYaml() {
        assertThatThrownBy(() -> decode("a: b: c", Format.YAML, FieldValidation.STRICT))
                .hasMessage(
                        "the object provided is unrecognized (must be of type Deployment): yaml: mapping values are not allowed in this context (613a20623a2063)");
        assertThatThrownBy(() ->
                        decode("spec:\n  foo: 1\n  replicas: 1\n  replicas: 2\n", Format.YAML, FieldValidation.STRICT))
                .hasMessage(
                        "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: yaml: unmarshal errors:\n  line 4: key \"replicas\" already set in map, unknown field \"spec.foo\"");
    }

    @Test
    void answersBadProtobuf() {
        assertThatThrownBy(() -> decode("{}", Format.PROTOBUF, FieldValidation.STRICT))
                .hasMessage(
                        "the object provided is unrecognized (must be of type Deployment): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({})");
    }

    @Test
    void survivesTenThousandLevels() {
        String deep = "{\"spec\":" + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000) + "}";
        assertThatThrownBy(() -> decode(deep, Format.JSON, FieldValidation.WARN))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400))
                .hasMessageContaining("exceeded max depth");
    }

    @Test
    void warnsDropsOrRefusesUnknownFields() {
        String body = "{\"spec\":{\"foo\":1,\"replicas\":2}}";
        assertThat(decode(body, Format.JSON, FieldValidation.WARN).strictErrors())
                .containsExactly("unknown field \"spec.foo\"");
        TypedDecoding.Result ignored = decode(body, Format.JSON, FieldValidation.IGNORE);
        assertThat(ignored.strictErrors()).isEmpty();
        assertThat(ignored.object())
                .isEqualTo(json("{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"spec\":{\"replicas\":2}}"));
    }

    @Test
    void readsTheParameterFieldValidation() {
        assertThat(FieldValidation.parse("", "CreateOptions")).isEqualTo(FieldValidation.WARN);
        assertThat(FieldValidation.parse("Strict", "CreateOptions")).isEqualTo(FieldValidation.STRICT);
        assertThatThrownBy(() -> FieldValidation.parse("strict", "CreateOptions"))
                .hasMessage(
                        "CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: \"strict\": supported values: \"Ignore\", \"Strict\", \"Warn\"");
    }

    @Test
    void readsProtobufAndYamlLikeJson() {
        JsonObject object = json(
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"d\"},\"spec\":{\"replicas\":0}}");
        byte[] protobuf = ProtobufCodec.builtIn().encode(object);
        assertThat(ObjectDecoder.decode(protobuf, Format.PROTOBUF, DEPLOYMENT, TYPE, FieldValidation.STRICT)
                        .object())
                .isEqualTo(object);
        assertThat(decode(YamlCodec.write(object), Format.YAML, FieldValidation.STRICT)
                        .object())
                .isEqualTo(object);
    }

    @Test
    void takesDeleteOptionsOfAnyGroupVersion() {
        GroupVersionKind options = GroupVersionKind.of("v1", "DeleteOptions");
        TypeSchema type = SchemaCatalog.builtIn().byKind(options).orElseThrow();
        byte[] body = bytes("{\"apiVersion\":\"apps/v1\",\"kind\":\"DeleteOptions\",\"gracePeriodSeconds\":0}");
        assertThat(ObjectDecoder.decode(body, Format.JSON, options, type, FieldValidation.IGNORE)
                        .object()
                        .getInt("gracePeriodSeconds"))
                .isZero();
    }

    @Test
    void appliesPatchesAndReadsTheOutcome() {
        JsonObject current = json(
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"d\"},\"spec\":{\"replicas\":1}}");
        PatchRequest patch = ObjectDecoder.decodePatch(
                bytes("{\"spec\":{\"replicas\":3,\"minReadySeconds\":0,\"foo\":1,\"replicas\":3}}"), PatchType.MERGE);
        TypedDecoding.Result warned = patch.apply(current, TYPE, FieldValidation.WARN);
        assertThat(warned.strictErrors())
                .containsExactly("duplicate field \"spec.replicas\"", "unknown field \"spec.foo\"");
        assertThat(warned.object().getJsonObject("spec")).isEqualTo(json("{\"replicas\":3}"));
        assertThatThrownBy(() -> patch.apply(current, TYPE, FieldValidation.STRICT))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessageContaining(
                        "strict decoding error: duplicate field \"spec.replicas\", unknown field \"spec.foo\"");
    }

    @Test
    void wordsWrongTypesInStrategicPatchesAsUpstreamDoes() {
        PatchRequest patch =
                ObjectDecoder.decodePatch(bytes("{\"spec\":{\"replicas\":\"three\"}}"), PatchType.STRATEGIC_MERGE);
        assertThatThrownBy(() -> patch.apply(json("{\"spec\":{\"replicas\":1}}"), TYPE, FieldValidation.STRICT))
                .hasMessage(
                        " \"\" is invalid: patch: Invalid value: \"map[spec:map[replicas:three]]\": unrecognized type: int32");
    }

    @Test
    void refusesPatchesThatAreNone() {
        assertThatThrownBy(() -> ObjectDecoder.decodePatch(bytes("[]"), PatchType.MERGE))
                .hasMessage(
                        "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}");
        assertThatThrownBy(() -> ObjectDecoder.decodePatch(bytes("{"), PatchType.JSON))
                .hasMessage("error decoding patch: unexpected end of JSON input");
        assertThatThrownBy(() -> ObjectDecoder.decodePatch(bytes("{"), PatchType.STRATEGIC_MERGE))
                .hasMessage("unexpected end of JSON input");
    }

    private static TypedDecoding.Result decode(String body, Format format, FieldValidation validation) {
        return ObjectDecoder.decode(bytes(body), format, DEPLOYMENT, TYPE, validation);
    }

    private static JsonObject json(String text) {
        return JsonCodec.parseObject(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
