package io.coxswain.meta.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results as upstream's {@code strategicpatch} package gives them for the same input. */
class StrategicMergePatchTest {
    private final TypeSchema pod = type("v1", "Pod");
    private final TypeSchema deployment = type("apps/v1", "Deployment");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // maps
                "{\"metadata\":{\"labels\":{\"a\":\"1\",\"b\":\"2\"}}} | {\"metadata\":{\"labels\":{\"a\":null,\"c\":\"3\"}}} | {\"metadata\":{\"labels\":{\"b\":\"2\",\"c\":\"3\"}}}",
                "{\"spec\":{\"nodeSelector\":{\"a\":\"1\"}}} | {\"spec\":{\"nodeSelector\":{\"$patch\":\"replace\",\"b\":\"2\"}}} | {\"spec\":{\"nodeSelector\":{\"b\":\"2\"}}}",
                "{\"spec\":{\"securityContext\":{\"runAsUser\":1}}} | {\"spec\":{\"securityContext\":{\"$patch\":\"delete\"}}} | {\"spec\":{\"securityContext\":{}}}",
                // lists with a merge key; what is new comes first unless an order is given
                "{\"spec\":{\"containers\":[{\"name\":\"a\",\"image\":\"1\"}]}} | {\"spec\":{\"containers\":[{\"name\":\"a\",\"image\":\"2\"}]}} | {\"spec\":{\"containers\":[{\"name\":\"a\",\"image\":\"2\"}]}}",
                "{\"spec\":{\"containers\":[{\"name\":\"a\"}]}} | {\"spec\":{\"containers\":[{\"name\":\"b\"}]}} | {\"spec\":{\"containers\":[{\"name\":\"b\"},{\"name\":\"a\"}]}}",
                "{\"spec\":{\"containers\":[{\"name\":\"a\"}]}} | {\"spec\":{\"$setElementOrder/containers\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"containers\":[{\"name\":\"b\"}]}} | {\"spec\":{\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}]}}",
                "{\"spec\":{\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}]}} | {\"spec\":{\"$setElementOrder/containers\":[{\"name\":\"c\"},{\"name\":\"a\"}]}} | {\"spec\":{\"containers\":[{\"name\":\"b\"},{\"name\":\"c\"},{\"name\":\"a\"}]}}",
                "{\"spec\":{\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}]}} | {\"spec\":{\"containers\":[{\"name\":\"a\",\"$patch\":\"delete\"}]}} | {\"spec\":{\"containers\":[{\"name\":\"b\"}]}}",
                "{\"spec\":{\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}]}} | {\"spec\":{\"containers\":[{\"$patch\":\"replace\"},{\"name\":\"c\"}]}} | {\"spec\":{\"containers\":[{\"name\":\"c\"}]}}",
                "{\"spec\":{\"containers\":[{\"name\":\"a\",\"ports\":[{\"containerPort\":1,\"name\":\"x\"}]}]}} | {\"spec\":{\"containers\":[{\"name\":\"a\",\"ports\":[{\"containerPort\":1,\"hostPort\":9},{\"containerPort\":2}]}]}} | {\"spec\":{\"containers\":[{\"name\":\"a\",\"ports\":[{\"containerPort\":1,\"name\":\"x\",\"hostPort\":9},{\"containerPort\":2}]}]}}",
                // lists that are replaced
                "{\"spec\":{\"containers\":[{\"name\":\"a\",\"args\":[\"1\",\"2\"]}]}} | {\"spec\":{\"containers\":[{\"name\":\"a\",\"args\":[\"3\"]}]}} | {\"spec\":{\"containers\":[{\"name\":\"a\",\"args\":[\"3\"]}]}}",
                "{\"spec\":{\"tolerations\":[{\"key\":\"a\"}]}} | {\"spec\":{\"tolerations\":[{\"key\":\"b\"}]}} | {\"spec\":{\"tolerations\":[{\"key\":\"b\"}]}}",
                // lists of scalars that are merged
                "{\"metadata\":{\"finalizers\":[\"a\"]}} | {\"metadata\":{\"finalizers\":[\"b\"]}} | {\"metadata\":{\"finalizers\":[\"b\",\"a\"]}}",
                "{\"metadata\":{\"finalizers\":[\"a\",\"b\",\"c\"]}} | {\"metadata\":{\"$deleteFromPrimitiveList/finalizers\":[\"b\"]}} | {\"metadata\":{\"finalizers\":[\"a\",\"c\"]}}",
                "{\"metadata\":{\"finalizers\":[\"a\",\"b\"]}} | {\"metadata\":{\"$setElementOrder/finalizers\":[\"a\",\"b\",\"c\"],\"finalizers\":[\"c\"]}} | {\"metadata\":{\"finalizers\":[\"a\",\"b\",\"c\"]}}",
                "{\"metadata\":{}} | {\"metadata\":{\"$setElementOrder/finalizers\":[\"a\"],\"finalizers\":[\"a\"]}} | {\"metadata\":{\"finalizers\":[\"a\"]}}",
                // retained keys
                "{\"spec\":{\"volumes\":[{\"name\":\"v\",\"emptyDir\":{}}]}} | {\"spec\":{\"volumes\":[{\"$retainKeys\":[\"name\",\"hostPath\"],\"name\":\"v\",\"hostPath\":{\"path\":\"/\"}}]}} | {\"spec\":{\"volumes\":[{\"name\":\"v\",\"hostPath\":{\"path\":\"/\"}}]}}",
                // values that were absent lose the directives and nulls
                "{} | {\"spec\":{\"$setElementOrder/containers\":[{\"name\":\"a\"}],\"containers\":[{\"name\":\"a\",\"image\":null,\"$retainKeys\":[\"name\"]}],\"volumes\":null}} | {\"spec\":{\"containers\":[{\"name\":\"a\"}]}}",
                "{\"spec\":{\"hostname\":\"x\"}} | {\"spec\":{\"volumes\":[{\"$patch\":\"replace\"},{\"name\":\"n\"},{\"$patch\":\"delete\",\"name\":\"m\"}]}} | {\"spec\":{\"hostname\":\"x\",\"volumes\":[{\"name\":\"n\"}]}}",
                "{\"a\":1} | {} | {\"a\":1}",
            })
    void patchesPods(String original, String patch, String result) {
        assertThat(StrategicMergePatch.apply(tree(original), tree(patch), pod)).isEqualTo(tree(result));
    }

    @Test
    void retainsKeysOfAStrategy() {
        assertThat(StrategicMergePatch.apply(
                        tree(
                                "{\"spec\":{\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":1}}}}"),
                        tree("{\"spec\":{\"strategy\":{\"$retainKeys\":[\"type\"],\"type\":\"Recreate\"}}}"),
                        deployment))
                .isEqualTo(tree("{\"spec\":{\"strategy\":{\"type\":\"Recreate\"}}}"));
    }

    /** kubectl set image. */
    @Test
    void appliesWhatKubectlSends() {
        JsonObject original = tree(
                "{\"spec\":{\"replicas\":3,\"template\":{\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"web:1\",\"env\":[{\"name\":\"A\",\"value\":\"1\"}]},{\"name\":\"log\",\"image\":\"log:1\"}]}}}}");
        JsonObject patch = tree(
                "{\"spec\":{\"template\":{\"spec\":{\"$setElementOrder/containers\":[{\"name\":\"web\"},{\"name\":\"log\"}],\"containers\":[{\"image\":\"web:2\",\"name\":\"web\"}]}}}}");
        assertThat(StrategicMergePatch.apply(original, patch, deployment))
                .isEqualTo(
                        tree(
                                "{\"spec\":{\"replicas\":3,\"template\":{\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"web:2\",\"env\":[{\"name\":\"A\",\"value\":\"1\"}]},{\"name\":\"log\",\"image\":\"log:1\"}]}}}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | {\"spec\":{\"volumes\":[{\"name\":\"v\",\"$retainKeys\":[\"name\"],\"hostPath\":{}}]}}",
                "400 | {\"spec\":{\"volumes\":[{\"name\":\"v\",\"$retainKeys\":\"name\"}]}}",
                "400 | {\"metadata\":{\"$deleteFromPrimitiveList/finalizers\":\"a\"}}",
                "400 | {\"spec\":{\"$setElementOrder/containers\":\"a\"}}",
                "422 | {\"spec\":{\"containers\":[{\"image\":\"no key\"}]}}",
                "422 | {\"spec\":{\"containers\":[{\"$patch\":\"delete\"}]}}",
                "422 | {\"spec\":{\"containers\":[{\"name\":\"a\",\"$patch\":\"explode\"}]}}",
                "422 | {\"spec\":{\"containers\":[{\"name\":\"a\",\"$patch\":\"merge\"}]}}",
                "422 | {\"spec\":{\"$patch\":\"merge\"}}",
                "422 | {\"spec\":{\"containers\":[\"text\"]}}",
                "422 | {\"spec\":{\"containers\":[[]]}}",
                "422 | {\"spec\":{\"$patch\":\"explode\"}}",
                "422 | {\"spec\":{\"$setElementOrder/containers\":[{\"name\":\"a\"}],\"containers\":[{\"name\":\"b\"}]}}",
            })
    void refusesPatchesThatMeanNothing(int code, String patch) {
        JsonObject original = tree(
                "{\"metadata\":{\"finalizers\":[\"a\"]},\"spec\":{\"containers\":[{\"name\":\"a\"}],\"volumes\":[{\"name\":\"v\"}]}}");
        assertThatThrownBy(() -> StrategicMergePatch.apply(original, tree(patch), pod))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void leavesTheOriginalAlone() {
        JsonObject original = tree("{\"metadata\":{\"labels\":{\"a\":\"1\"}}}");
        StrategicMergePatch.apply(original, tree("{\"metadata\":{\"labels\":{\"a\":\"2\"}}}"), pod);
        assertThat(original).isEqualTo(tree("{\"metadata\":{\"labels\":{\"a\":\"1\"}}}"));
    }

    private static TypeSchema type(String apiVersion, String kind) {
        return SchemaCatalog.builtIn()
                .byKind(GroupVersionKind.of(apiVersion, kind))
                .orElseThrow();
    }

    private static JsonObject tree(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
