package io.coxswain.meta.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypedDecodingTest {
    private final TypeSchema deployment = type("apps/v1", "Deployment");
    private final TypeSchema pod = type("v1", "Pod");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"spec\":{\"replicas\":\"3\"}} | json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{\"spec\":{\"replicas\":1.5}} | json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{\"spec\":{\"replicas\":3000000000}} | json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{\"spec\":{\"replicas\":99999999999999999999999}} | json: cannot unmarshal number 99999999999999999999999 into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{\"metadata\":{\"labels\":{\"a\":1}}} | json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string",
                "{\"metadata\":[]} | json: cannot unmarshal array into Go struct field Deployment.metadata of type v1.ObjectMeta",
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":{}}}}} | json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container",
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"image\":true}]}}}} | json: cannot unmarshal bool into Go struct field Container.spec.template.spec.containers.image of type string",
                "{\"spec\":{\"template\":{\"spec\":{\"dnsPolicy\":5}}}} | json: cannot unmarshal number into Go struct field PodSpec.spec.template.spec.dnsPolicy of type v1.DNSPolicy",
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"env\":[{\"value\":1}]}]}}}} | json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string",
                "{\"spec\":{\"strategy\":{\"rollingUpdate\":{\"maxSurge\":true}}}} | json: cannot unmarshal bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32",
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"resources\":{\"limits\":{\"cpu\":\"x\"}}}]}}}} | quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
                "{\"metadata\":{\"creationTimestamp\":\"yesterday\"}} | parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\"",
                "{\"metadata\":{\"creationTimestamp\":\"2024-13-01T00:00:00Z\"}} | parsing time \"2024-13-01T00:00:00Z\": month out of range",
                "{\"metadata\":{\"creationTimestamp\":7}} | json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string",
                "{\"kind\":3} | json: cannot unmarshal number into Go struct field Deployment.kind of type string",
                "[] | json: cannot unmarshal array into Go value of type v1.Deployment",
            })
    void saysWhichFieldHasTheWrongType(String body, String message) {
        assertThatThrownBy(() -> TypedDecoding.decode(tree(body), deployment))
                .isInstanceOf(TypeMismatchException.class)
                .hasMessage(message);
    }

    @Test
    void refusesBrokenBase64() {
        TypeSchema secret = type("v1", "Secret");
        assertThatThrownBy(() -> TypedDecoding.decode(tree("{\"data\":{\"k\":\"a!bc\"}}"), secret))
                .hasMessage("illegal base64 data at input byte 1");
        assertThatThrownBy(() -> TypedDecoding.decode(tree("{\"data\":{\"k\":\"abc\"}}"), secret))
                .isInstanceOf(TypeMismatchException.class);
        assertThat(TypedDecoding.decode(tree("{\"data\":{\"k\":\"YWJj\\nZGVm\"}}"), secret)
                        .object())
                .isEqualTo(tree("{\"data\":{\"k\":\"YWJjZGVm\"}}"));
    }

    @Test
    void dropsAndReportsUnknownFields() {
        TypedDecoding.Result result = TypedDecoding.decode(
                tree(
                        "{\"foo\":1,\"spec\":{\"bar\":{},\"replicas\":2,\"template\":{\"spec\":{\"containers\":[{},{\"imag\":\"x\",\"name\":\"c\"}]}}}}"),
                deployment);
        assertThat(result.strictErrors())
                .containsExactly(
                        "unknown field \"foo\"",
                        "unknown field \"spec.bar\"",
                        "unknown field \"spec.template.spec.containers[1].imag\"");
        assertThat(result.object())
                .isEqualTo(tree(
                        "{\"spec\":{\"replicas\":2,\"template\":{\"spec\":{\"containers\":[{},{\"name\":\"c\"}]}}}}"));
    }

    @Test
    void reportsDuplicatesOfKnownFieldsInTheOrderOfTheDocument() {
        TypedDecoding.Result result = TypedDecoding.decode(
                tree(
                        "{\"spec\":{\"unknownDupe\":1,\"paused\":true,\"other\":1},\"metadata\":{\"labels\":{\"a\":\"b\"}}}"),
                deployment,
                Set.of("spec.paused", "spec.unknownDupe", "metadata.labels.a"));
        assertThat(result.strictErrors())
                .containsExactly(
                        "unknown field \"spec.unknownDupe\"",
                        "duplicate field \"spec.paused\"",
                        "unknown field \"spec.other\"",
                        "duplicate field \"metadata.labels.a\"");
    }

    @Test
    void bounds100StrictErrors() {
        StringBuilder body = new StringBuilder("{");
        for (int i = 0; i < 500; i++) {
            body.append(i == 0 ? "" : ",").append("\"f").append(i).append("\":1");
        }
        assertThat(TypedDecoding.decode(tree(body + "}"), pod).strictErrors()).hasSize(100);
    }

    @Test
    void leavesOutNullsAndEmptyOptionalValues() {
        assertThat(TypedDecoding.decode(
                                tree(
                                        "{\"metadata\":{\"name\":\"x\",\"namespace\":\"\",\"labels\":{},\"creationTimestamp\":null,\"annotations\":null},\"spec\":{\"replicas\":0,\"minReadySeconds\":0,\"paused\":false,\"selector\":null,\"strategy\":{},\"template\":{\"spec\":{\"containers\":[{\"name\":\"\",\"args\":[],\"securityContext\":{\"privileged\":false}}],\"securityContext\":{}}}}}"),
                                deployment)
                        .object())
                .isEqualTo(
                        tree(
                                "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"replicas\":0,\"strategy\":{},\"template\":{\"spec\":{\"containers\":[{\"name\":\"\",\"securityContext\":{\"privileged\":false}}],\"securityContext\":{}}}}}"));
    }

    @Test
    void makesQuantitiesAndTimesCanonical() {
        assertThat(TypedDecoding.decode(
                                tree(
                                        "{\"metadata\":{\"creationTimestamp\":\"2024-01-02T03:04:05.678+01:00\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":{\"limits\":{\"cpu\":0.5,\"memory\":\"1024Mi\",\"x\":1,\"y\":\"100u\"}}}]}}"),
                                pod)
                        .object())
                .isEqualTo(
                        tree(
                                "{\"metadata\":{\"creationTimestamp\":\"2024-01-02T02:04:05Z\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"resources\":{\"limits\":{\"cpu\":\"500m\",\"memory\":\"1Gi\",\"x\":\"1\",\"y\":\"1m\"}}}]}}"));
    }

    @Test
    void turnsNullsInMapsAndListsIntoZeroValues() {
        assertThat(TypedDecoding.decode(
                                tree("{\"metadata\":{\"labels\":{\"a\":null}},\"spec\":{\"containers\":[null]}}"), pod)
                        .object())
                .isEqualTo(tree("{\"metadata\":{\"labels\":{\"a\":\"\"}},\"spec\":{\"containers\":[{}]}}"));
    }

    @Test
    void wantsSixDecimalsOfMicroTimes() {
        TypeSchema lease = type("coordination.k8s.io/v1", "Lease");
        JsonObject good = tree("{\"spec\":{\"renewTime\":\"2024-01-01T00:00:00.123456Z\"}}");
        assertThat(TypedDecoding.decode(good, lease).object()).isSameAs(good);
        assertThatThrownBy(
                        () -> TypedDecoding.decode(tree("{\"spec\":{\"renewTime\":\"2024-01-01T00:00:00Z\"}}"), lease))
                .hasMessageContaining("cannot parse \"Z\" as \".000000\"");
    }

    @Test
    void keepsTheTreeItselfIfNothingChanges() {
        JsonObject same = tree(
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
        assertThat(TypedDecoding.decode(same, pod).object()).isSameAs(same);
    }

    @Test
    void keepsRawValuesAsTheyAre() {
        JsonObject revision = tree("{\"data\":{\"anything\":[null,{\"x\":\"\"}]},\"revision\":1}");
        assertThat(TypedDecoding.decode(revision, type("apps/v1", "ControllerRevision"))
                        .object())
                .isSameAs(revision);
    }

    private static TypeSchema type(String apiVersion, String kind) {
        return SchemaCatalog.builtIn()
                .byKind(GroupVersionKind.of(apiVersion, kind))
                .orElseThrow();
    }

    private static <T extends jakarta.json.JsonValue> T tree(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            @SuppressWarnings("unchecked")
            T value = (T) reader.readValue();
            return value;
        }
    }
}
