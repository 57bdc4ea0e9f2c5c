package io.coxswain.meta.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.meta.GroupVersionKind;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SchemaDescriptionsTest {
    private final SchemaCatalog catalog = SchemaCatalog.builtIn();
    private final SchemaDescriptions descriptions = SchemaDescriptions.load();

    @Test
    void describesTypesAndFields() {
        TypeSchema spec = type("io.k8s.api.apps.v1.DeploymentSpec");
        assertThat(descriptions.of(spec)).contains("Deployment").doesNotContain("+optional");
        assertThat(descriptions.of(spec, field(spec, "replicas")))
                .contains("pods")
                .doesNotContain("+optional", "\n");
    }

    @Test
    void describesFieldsOfEmbeddedStructs() {
        TypeSchema probe = type("io.k8s.api.core.v1.Probe");
        assertThat(descriptions.of(probe, field(probe, "httpGet"))).contains("HTTP");
        TypeSchema props = type("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps");
        assertThat(descriptions.of(props, field(props, "x-kubernetes-list-type")))
                .contains("x-kubernetes-list-type");
    }

    @Test
    void describesWhatEveryObjectHas() {
        TypeSchema pod = catalog.byKind(GroupVersionKind.of("v1", "Pod")).orElseThrow();
        assertThat(descriptions.of(pod, field(pod, "kind"))).contains("REST resource");
        assertThat(descriptions.of(pod, field(pod, "apiVersion"))).contains("versioned schema");
    }

    @Test
    void describesNearlyEverythingButTheAggregationLayer() {
        long fields = 0;
        long silent = 0;
        for (TypeSchema type : catalog.types().values()) {
            if (type.name().startsWith("io.k8s.kube-aggregator")) {
                continue;
            }
            for (FieldSchema field : type.fields().values()) {
                fields++;
                silent += descriptions.of(type, field).isEmpty() ? 1 : 0;
            }
        }
        assertThat(silent).isLessThan(fields / 20);
    }

    @Test
    void mayBeNone() {
        assertThat(SchemaDescriptions.none().of(type("io.k8s.api.core.v1.Pod"))).isEmpty();
    }

    private TypeSchema type(String name) {
        return catalog.byName(name).orElseThrow();
    }

    private static FieldSchema field(TypeSchema type, String name) {
        return Objects.requireNonNull(type.field(name), name);
    }
}
