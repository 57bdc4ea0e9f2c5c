package io.coxswain.meta.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.schema.TypeSchema.Form;
import io.coxswain.meta.schema.TypeSchema.ListType;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaCatalogTest {
    private final SchemaCatalog catalog = SchemaCatalog.builtIn();

    @ParameterizedTest
    @CsvSource({
        "v1, Pod, io.k8s.api.core.v1.Pod",
        "apps/v1, DeploymentList, io.k8s.api.apps.v1.DeploymentList",
        "autoscaling/v1, Scale, io.k8s.api.autoscaling.v1.Scale",
        "policy/v1, Eviction, io.k8s.api.policy.v1.Eviction",
        "authentication.k8s.io/v1, TokenRequest, io.k8s.api.authentication.v1.TokenRequest",
        "apps/v1, DeleteOptions, io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
        "v1, Status, io.k8s.apimachinery.pkg.apis.meta.v1.Status",
    })
    void findsTypesByTheirKind(String apiVersion, String kind, String name) {
        assertThat(catalog.byKind(GroupVersionKind.of(apiVersion, kind)))
                .map(TypeSchema::name)
                .contains(name);
    }

    @Test
    void doesNotKnowWhatIsNotGenerallyAvailable() {
        assertThat(catalog.byKind(GroupVersionKind.of("storage.k8s.io/v1beta1", "VolumeAttributesClass")))
                .isEmpty();
        assertThat(catalog.byKind(GroupVersionKind.of("apps/v1", "Pod"))).isEmpty();
    }

    @Test
    void holdsWhatThePatchesNeed() {
        TypeSchema podSpec = type("io.k8s.api.core.v1.PodSpec");
        FieldSchema containers = field(podSpec, "containers");
        assertThat(containers.required()).isTrue();
        assertThat(containers.patch()).isEqualTo(new FieldSchema.Patch(true, false, "name"));
        assertThat(containers.type().listType()).isEqualTo(ListType.MAP);
        assertThat(containers.type().listKeys()).containsExactly("name");
        assertThat(field(podSpec, "volumes").patch()).isEqualTo(new FieldSchema.Patch(true, true, "name"));
        assertThat(field(type("io.k8s.api.apps.v1.DeploymentSpec"), "strategy").patch())
                .isEqualTo(new FieldSchema.Patch(false, true, ""));
    }

    @Test
    void holdsTypesAsGoNamesThem() {
        TypeSchema podSpec = type("io.k8s.api.core.v1.PodSpec");
        assertThat(podSpec.goType()).isEqualTo("v1.PodSpec");
        assertThat(podSpec.structName()).isEqualTo("PodSpec");
        assertThat(field(podSpec, "containers").type().goType()).isEqualTo("[]v1.Container");
        assertThat(field(podSpec, "nodeSelector").type().goType()).isEqualTo("map[string]string");
        assertThat(field(podSpec, "nodeSelector").type().isAtomicMap()).isTrue();
        assertThat(field(podSpec, "dnsPolicy").type().goType()).isEqualTo("v1.DNSPolicy");
        assertThat(field(podSpec, "overhead").type().goType()).isEqualTo("v1.ResourceList");
        assertThat(field(podSpec, "overhead").type().element().form()).isEqualTo(Form.QUANTITY);
    }

    @Test
    void holdsEnumsAndDefaults() {
        FieldSchema protocol = field(type("io.k8s.api.core.v1.ServicePort"), "protocol");
        assertThat(protocol.enumValues()).containsExactly("SCTP", "TCP", "UDP");
        assertThat(protocol.defaultValue()).hasToString("\"TCP\"");
        assertThat(field(type("io.k8s.api.certificates.v1.CertificateSigningRequestSpec"), "usages")
                        .enumValues())
                .contains("digital signature", "any");
    }

    @Test
    void knowsWhichZeroesMatter() {
        TypeSchema spec = type("io.k8s.api.apps.v1.DeploymentSpec");
        assertThat(field(spec, "replicas").nullable()).isTrue();
        assertThat(field(spec, "minReadySeconds").nullable()).isFalse();
        assertThat(field(spec, "minReadySeconds").omitZero()).isTrue();
        assertThat(field(type("io.k8s.api.core.v1.Container"), "name").omitZero())
                .isFalse();
    }

    @Test
    void letsTypesContainThemselves() {
        TypeSchema props = type("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps");
        assertThat(field(props, "not").type()).isSameAs(props);
        assertThat(field(props, "properties").type().element()).isSameAs(props);
    }

    @Test
    void everyKindHasMetadataOrIsAKnownExceptionAndEveryListHasItems() {
        for (TypeSchema type : catalog.types().values()) {
            if (type.kinds().isEmpty() || type.name().startsWith("io.k8s.apimachinery")) {
                continue;
            }
            assertThat(type.fields()).as(type.name()).containsKeys("apiVersion", "kind");
            boolean bare = type.structName().endsWith("Options")
                    || Set.of("AdmissionReview", "SerializedReference").contains(type.structName());
            assertThat(type.fields().containsKey("metadata")).as(type.name()).isNotEqualTo(bare);
            if (type.structName().endsWith("List")) {
                assertThat(field(type, "items").type().form()).isEqualTo(Form.ARRAY);
            }
        }
    }

    @Test
    void refusesTwoTypesOfOneKind() {
        GroupVersionKind kind = new GroupVersionKind("example.org", "v1", "Thing");
        TypeSchema one =
                TypeSchema.builder(Form.OBJECT, "one", "v1.One").kind(kind).type();
        TypeSchema two =
                TypeSchema.builder(Form.OBJECT, "two", "v1.Two").kind(kind).type();
        assertThatThrownBy(() -> new SchemaCatalog(List.of(one, two))).hasMessageContaining("Thing");
    }

    private TypeSchema type(String name) {
        return catalog.byName(name).orElseThrow();
    }

    private static FieldSchema field(TypeSchema type, String name) {
        return Objects.requireNonNull(type.field(name), name);
    }
}
