package io.coxswain.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.SchemaDescriptions;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaComponentsTest {
    private final SchemaCatalog catalog = SchemaCatalog.builtIn();
    private final JsonObject schemas = new SchemaComponents(SchemaDescriptions.load())
            .of(List.of(catalog.byKind(GroupVersionKind.of("apps/v1", "DeploymentList"))
                    .orElseThrow()));

    @Test
    void holdsEveryTypeThatIsReferredTo() {
        assertThat(schemas)
                .containsKeys(
                        "io.k8s.api.apps.v1.DeploymentList",
                        "io.k8s.api.apps.v1.Deployment",
                        "io.k8s.api.core.v1.Container",
                        "io.k8s.apimachinery.pkg.api.resource.Quantity");
        assertThat(references(schemas)).allSatisfy(name -> assertThat(schemas).containsKey(name));
    }

    @Test
    void saysWhatKubectlAsksFor() {
        JsonObject deployment = schemas.getJsonObject("io.k8s.api.apps.v1.Deployment");
        assertThat(deployment.getJsonArray("x-kubernetes-group-version-kind"))
                .hasToString("[{\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"}]");
        JsonObject spec = schemas.getJsonObject("io.k8s.api.apps.v1.DeploymentSpec");
        assertThat(spec.getJsonArray("required")).hasToString("[\"selector\",\"template\"]");
        assertThat(spec.getString("description")).contains("Deployment");
        JsonObject replicas = spec.getJsonObject("properties").getJsonObject("replicas");
        assertThat(replicas.getString("type")).isEqualTo("integer");
        assertThat(replicas.getString("format")).isEqualTo("int32");
        assertThat(replicas.getString("description")).contains("pods");
    }

    @Test
    void saysHowListsAreMerged() {
        JsonObject podSpec = schemas.getJsonObject("io.k8s.api.core.v1.PodSpec").getJsonObject("properties");
        assertThat(podSpec.getJsonObject("volumes").getString("x-kubernetes-patch-strategy"))
                .isEqualTo("merge,retainKeys");
        assertThat(podSpec.getJsonObject("containers").getString("x-kubernetes-list-type"))
                .isEqualTo("map");
        assertThat(podSpec.getJsonObject("containers").getJsonArray("x-kubernetes-list-map-keys"))
                .hasToString("[\"name\"]");
        assertThat(podSpec.getJsonObject("dnsPolicy").getJsonArray("enum")).hasSize(4);
    }

    @Test
    void putsTheValuesOfListsUnderTheirItems() {
        JsonObject claim = new SchemaComponents(SchemaDescriptions.none())
                .of(List.of(catalog.byName("io.k8s.api.core.v1.PersistentVolumeClaimSpec")
                        .orElseThrow()))
                .getJsonObject("io.k8s.api.core.v1.PersistentVolumeClaimSpec");
        JsonObject modes = claim.getJsonObject("properties").getJsonObject("accessModes");
        assertThat(modes.containsKey("enum")).isFalse();
        assertThat(modes.getJsonObject("items").getJsonArray("enum")).hasSize(4);
        assertThat(claim.containsKey("description")).isFalse();
    }

    private static List<String> references(JsonValue value) {
        if (value instanceof JsonObject object) {
            return object.entrySet().stream()
                    .flatMap(member -> member.getKey().equals("$ref")
                            ? List.of(member.getValue()
                                            .toString()
                                            .replace("\"", "")
                                            .replace("#/components/schemas/", ""))
                                    .stream()
                            : references(member.getValue()).stream())
                    .toList();
        }
        return value instanceof jakarta.json.JsonArray array
                ? array.stream().flatMap(item -> references(item).stream()).toList()
                : List.of();
    }
}
