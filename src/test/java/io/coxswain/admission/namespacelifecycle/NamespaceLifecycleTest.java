package io.coxswain.admission.namespacelifecycle;

import static io.coxswain.admission.AdmissionFixture.core;
import static io.coxswain.admission.AdmissionFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.coxswain.admission.AdmissionFixture;
import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.Status;
import org.junit.jupiter.api.Test;

class NamespaceLifecycleTest {
    private final AdmissionFixture fixture = new AdmissionFixture();
    private final NamespaceLifecycle plugin = new NamespaceLifecycle(fixture.reads);

    private AdmissionAttributes pod() {
        return fixture.create(core("pods"), "{kind: Pod, metadata: {name: web, namespace: dev}}");
    }

    @Test
    void aNamespaceThatDoesNotExistIsNotFound() {
        ApiException refused = refusal(() -> plugin.admit(pod()));

        assertThat(refused.code()).isEqualTo(404);
        assertThat(refused).hasMessage("namespaces \"dev\" not found");
    }

    @Test
    void aNewNamespaceIsSeenBeforeTheCacheHearsOfIt() {
        refusal(() -> plugin.admit(pod()));
        fixture.givenUnheard(core("namespaces"), "{kind: Namespace, metadata: {name: dev}, status: {phase: Active}}");

        AdmissionAttributes request = pod();
        assertThat(plugin.admit(request)).isSameAs(request.object());
    }

    @Test
    void aNamespaceThatGoesAwayTakesNothingNew() {
        fixture.given(core("namespaces"), "{kind: Namespace, metadata: {name: dev}, status: {phase: Terminating}}");

        ApiException refused = refusal(() -> plugin.admit(pod()));

        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused)
                .hasMessage(
                        "pods \"web\" is forbidden: unable to create new content in namespace dev because it is being"
                                + " terminated");
        assertThat(refused.status().details())
                .extracting(Status.Details::causes)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .containsExactly(new Status.Cause(
                        "NamespaceTerminating", "namespace dev is being terminated", "metadata.namespace"));
        assertThatCode(() -> plugin.admit(fixture.update(
                        core("pods"),
                        "{kind: Pod, metadata: {name: web, namespace: dev}}",
                        "{kind: Pod, metadata: {name: web, namespace: dev}}")))
                .doesNotThrowAnyException();
    }

    @Test
    void theClustersOwnNamespacesCannotBeDeleted() {
        AdmissionAttributes request =
                fixture.delete(core("namespaces"), "{kind: Namespace, metadata: {name: kube-system}}");

        assertThat(plugin.handles(request)).isTrue();
        assertThat(refusal(() -> plugin.validate(request)))
                .hasMessage("namespaces \"kube-system\" is forbidden: this namespace may not be deleted");
        assertThatCode(() ->
                        plugin.validate(fixture.delete(core("namespaces"), "{kind: Namespace, metadata: {name: dev}}")))
                .doesNotThrowAnyException();
    }

    @Test
    void whatHasNoNamespaceIsNoMatter() {
        assertThat(plugin.handles(fixture.create(core("nodes"), "{kind: Node, metadata: {name: n}}")))
                .isFalse();
        assertThat(plugin.handles(fixture.create(
                        new GroupVersionResource("authorization.k8s.io", "v1", "localsubjectaccessreviews"),
                        "{kind: LocalSubjectAccessReview, metadata: {namespace: dev}}")))
                .isFalse();
        assertThat(plugin.handles(fixture.delete(core("pods"), "{kind: Pod, metadata: {name: web, namespace: dev}}")))
                .isFalse();
    }
}
