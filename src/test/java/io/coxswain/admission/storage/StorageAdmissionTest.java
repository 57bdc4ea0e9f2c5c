package io.coxswain.admission.storage;

import static io.coxswain.admission.AdmissionFixture.core;
import static io.coxswain.admission.AdmissionFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.admission.AdmissionFixture;
import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import org.junit.jupiter.api.Test;

class StorageAdmissionTest {
    private static final GroupVersionResource CLASSES =
            new GroupVersionResource("storage.k8s.io", "v1", "storageclasses");

    private final AdmissionFixture fixture = new AdmissionFixture();
    private final DefaultStorageClass defaults = new DefaultStorageClass(fixture.reads);
    private final PersistentVolumeClaimResize resize = new PersistentVolumeClaimResize(fixture.reads);

    private void storageClass(String name, String created, String annotation, String more) {
        fixture.given(
                CLASSES,
                "{kind: StorageClass, metadata: {name: " + name + ", creationTimestamp: '2026-01-0" + created
                        + "T00:00:00Z', annotations: {" + annotation + "}}" + more + "}");
    }

    private static String claim(String metadata, String spec, String phase) {
        return "{kind: PersistentVolumeClaim, metadata: {name: c, namespace: dev" + metadata + "}, spec: " + spec
                + ", status: {phase: " + phase + "}}";
    }

    private String classOf(String metadata, String spec) {
        AdmissionAttributes request = fixture.create(core("persistentvolumeclaims"), claim(metadata, spec, "Pending"));
        assertThat(defaults.handles(request)).isTrue();
        return new ObjectView(defaults.admit(request))
                .at("spec", "storageClassName")
                .map(Object::toString)
                .orElse("none");
    }

    @Test
    void theNewestDefaultClassIsForThoseWithoutAny() {
        assertThat(classOf("", "{}")).isEqualTo("none");
        storageClass("old", "1", "storageclass.kubernetes.io/is-default-class: 'true'", "");
        storageClass("new", "2", "storageclass.kubernetes.io/is-default-class: 'true'", "");
        storageClass("also-new", "2", "storageclass.beta.kubernetes.io/is-default-class: 'true'", "");
        storageClass("newest", "3", "storageclass.kubernetes.io/is-default-class: 'false'", "");

        assertThat(classOf("", "{}")).isEqualTo("\"also-new\"");
        assertThat(classOf("", "{storageClassName: ''}")).isEqualTo("\"\"");
        assertThat(classOf("", "{storageClassName: mine}")).isEqualTo("\"mine\"");
        assertThat(classOf(", annotations: {volume.beta.kubernetes.io/storage-class: x}", "{}"))
                .isEqualTo("none");
    }

    @Test
    void newVolumesAndClaimsAreProtected() {
        StorageObjectInUseProtection protection = new StorageObjectInUseProtection();
        AdmissionAttributes claim = fixture.create(core("persistentvolumeclaims"), claim("", "{}", "Pending"));
        assertThat(protection.handles(claim)).isTrue();
        assertThat(new ObjectView(protection.admit(claim)).finalizers())
                .containsExactly("kubernetes.io/pvc-protection");
        AdmissionAttributes volume = fixture.create(
                core("persistentvolumes"), "{kind: PersistentVolume, metadata: {name: v, finalizers: [a.b/c]}}");
        assertThat(new ObjectView(protection.admit(volume)).finalizers())
                .containsExactly("a.b/c", "kubernetes.io/pv-protection");
        AdmissionAttributes again = fixture.create(
                core("persistentvolumes"),
                "{kind: PersistentVolume, metadata: {name: v, finalizers: [kubernetes.io/pv-protection]}}");
        assertThat(protection.admit(again)).isEqualTo(again.object());
        assertThat(protection.handles(fixture.create(core("pods"), "{kind: Pod, metadata: {name: v}}")))
                .isFalse();
        assertThat(protection.handles(fixture.update(
                        core("persistentvolumeclaims"), claim("", "{}", "Pending"), claim("", "{}", "Pending"))))
                .isFalse();
    }

    private void grow(String name, String phase, String from, String to) {
        String spec = "{storageClassName: " + name + ", resources: {requests: {storage: SIZE}}}";
        AdmissionAttributes request = fixture.update(
                core("persistentvolumeclaims"),
                claim("", spec.replace("SIZE", from), phase),
                claim("", spec.replace("SIZE", to), phase));
        assertThat(resize.handles(request)).isTrue();
        resize.validate(request);
    }

    @Test
    void aClaimGrowsIfItsClassAllows() {
        storageClass("fixed", "1", "", "");
        storageClass("elastic", "1", "", ", allowVolumeExpansion: true");
        String unsupported =
                "persistentvolumeclaims \"c\" is forbidden: only dynamically provisioned pvc can be resized"
                        + " and the storageclass that provisions the pvc must support resize";

        grow("elastic", "Bound", "1Gi", "2Gi");
        grow("fixed", "Bound", "1Gi", "1024Mi");
        assertThat(refusal(() -> grow("fixed", "Bound", "1Gi", "2Gi"))).hasMessage(unsupported);
        assertThat(refusal(() -> grow("''", "Bound", "1Gi", "2Gi"))).hasMessage(unsupported);
        assertThat(refusal(() -> grow("gone", "Bound", "1Gi", "2Gi"))).hasMessage(unsupported);
        assertThat(refusal(() -> grow("elastic", "Pending", "1Gi", "2Gi")))
                .hasMessage("persistentvolumeclaims \"c\" is forbidden: Only bound persistent volume claims can be"
                        + " expanded");
    }
}
