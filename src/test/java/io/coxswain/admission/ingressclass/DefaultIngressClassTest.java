package io.coxswain.admission.ingressclass;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.admission.AdmissionFixture;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import org.junit.jupiter.api.Test;

class DefaultIngressClassTest {
    private final AdmissionFixture fixture = new AdmissionFixture();
    private final DefaultIngressClass plugin = new DefaultIngressClass(fixture.reads);

    private String classOf(String annotations, String spec) {
        var request = fixture.create(
                new GroupVersionResource("networking.k8s.io", "v1", "ingresses"),
                "{kind: Ingress, metadata: {name: i, namespace: dev, annotations: {" + annotations + "}}, spec: " + spec
                        + "}");
        assertThat(plugin.handles(request)).isTrue();
        return new ObjectView(plugin.admit(request)).text("spec", "ingressClassName");
    }

    @Test
    void theDefaultClassIsForThoseWithoutAny() {
        assertThat(classOf("", "{}")).isEmpty();
        fixture.given(
                new GroupVersionResource("networking.k8s.io", "v1", "ingressclasses"),
                "{kind: IngressClass, metadata: {name: usual, annotations:"
                        + " {ingressclass.kubernetes.io/is-default-class: 'true'}}}");

        assertThat(classOf("", "{}")).isEqualTo("usual");
        assertThat(classOf("", "{ingressClassName: mine}")).isEqualTo("mine");
        assertThat(classOf("kubernetes.io/ingress.class: old", "{}")).isEmpty();
    }
}
