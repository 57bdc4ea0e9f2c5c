package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.expect;
import static io.coxswain.it.conformance.Requests.json;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.refused;
import static io.coxswain.it.conformance.Requests.strategic;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection.Answer;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The objects of storage, and what must not change. */
class StorageConformanceIT extends ConformanceSuite {
    private static final String STORAGE = "/apis/storage.k8s.io/v1/";
    private static final String OURS = "?labelSelector=conformance%3Dstorage";

    /** Create, get, patch, list, delete; then another, updated and deleted as a collection. */
    private void lifecycle(String plural, String kind, String body) {
        String collection = STORAGE + plural;
        for (String name : new String[] {"e2e-" + plural + "-1", "e2e-" + plural + "-2"}) {
            String path = collection + "/" + name;
            create(collection, """
                    apiVersion: storage.k8s.io/v1
                    kind: %s
                    metadata: {name: %s, labels: {conformance: storage}}
                    """.formatted(kind, name) + body);
            afterwards(path);
            assertThat(text(read(path), "metadata", "name")).isEqualTo(name);
            JsonObject patched = merge(path, "{\"metadata\":{\"labels\":{\"" + name + "\":\"patched\"}}}");
            assertThat(text(patched, "metadata", "labels", name)).isEqualTo("patched");
            assertThat(names(collection + "?labelSelector=" + name + "%3Dpatched"))
                    .containsExactly(name);
            if (name.endsWith("1")) {
                delete(path);
                Requests.awaitGone(path);
            } else {
                JsonObject updated = update(path, now -> with(now, "updated", "metadata", "labels", name));
                assertThat(text(updated, "metadata", "labels", name)).isEqualTo("updated");
                assertThat(names(collection + OURS)).containsExactly(name);
                expect(200, api().delete(collection + "?labelSelector=" + name + "%3Dupdated"));
                assertThat(names(collection + OURS)).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("storage | Storage API | CSIDriver lifecycle")
    void csiDrivers() {
        lifecycle("csidrivers", "CSIDriver", """
                spec:
                  attachRequired: true
                  volumeLifecycleModes: [Persistent]
                """);
    }

    @Test
    @DisplayName("storage | Storage API | CSINode lifecycle")
    void csiNodes() {
        lifecycle("csinodes", "CSINode", """
                spec: {drivers: []}
                """);
    }

    @Test
    @DisplayName("storage | Storage API | StorageClass lifecycle")
    void storageClasses() {
        lifecycle("storageclasses", "StorageClass", """
                provisioner: e2e-fake-provisioner
                reclaimPolicy: Delete
                volumeBindingMode: Immediate
                """);
    }

    private static final String ATTACHMENT = """
            spec:
              attacher: e2e-test.storage.k8s.io
              nodeName: conformance-node
              source: {persistentVolumeName: e2e-pv}
            """;

    @Test
    @DisplayName("storage | Storage API | VolumeAttachment lifecycle")
    void volumeAttachments() {
        lifecycle("volumeattachments", "VolumeAttachment", ATTACHMENT);
    }

    @Test
    @DisplayName("storage | Storage API | VolumeAttachment status")
    void volumeAttachmentStatus() {
        String path = STORAGE + "volumeattachments/e2e-status";
        JsonObject created = create(STORAGE + "volumeattachments", """
                apiVersion: storage.k8s.io/v1
                kind: VolumeAttachment
                metadata: {name: e2e-status}
                """ + ATTACHMENT);
        afterwards(path);
        assertThat(created.getJsonObject("status").getBoolean("attached")).isFalse();
        JsonObject patched = merge(
                path + "/status",
                "{\"metadata\":{\"annotations\":{\"e2e\":\"patched\"}},\"status\":{\"attached\":true}}");
        assertThat(patched.getJsonObject("status").getBoolean("attached")).isTrue();
        assertThat(read(path + "/status").getJsonObject("status").getBoolean("attached"))
                .isTrue();
        update(path + "/status", now -> with(now, JsonValue.FALSE, "status", "attached"));
        assertThat(read(path).getJsonObject("status").getBoolean("attached")).isFalse();
        // The object itself does not say it.
        merge(path, "{\"status\":{\"attached\":true}}");
        assertThat(read(path).getJsonObject("status").getBoolean("attached")).isFalse();
        delete(path);
        Requests.awaitGone(path);
    }

    @Test
    @DisplayName("storage | Storage API | CSIStorageCapacity API operations")
    void csiStorageCapacities() {
        ApiOperations operations =
                new ApiOperations("storage.k8s.io/v1", "csistoragecapacities", "CSIStorageCapacity", namespace(), """
                        storageClassName: conformance-class
                        capacity: 10Gi
                        nodeTopology: {matchLabels: {topology.example.com/zone: one}}
                        """);
        operations.discovered();
        operations.created();
        operations.gotAndListed();
        operations.patchedAndUpdatedUnderWatch();
        operations.deleted();
    }

    @Test
    @DisplayName("storage | Storage API | CSIVolumeSource in Pod API")
    void inlineVolume() {
        create(STORAGE + "csidrivers", """
                apiVersion: storage.k8s.io/v1
                kind: CSIDriver
                metadata: {name: inline-driver.conformance.example.com}
                spec:
                  podInfoOnMount: true
                  attachRequired: false
                  volumeLifecycleModes: [Ephemeral]
                """);
        afterwards(STORAGE + "csidrivers/inline-driver.conformance.example.com");
        String pods = collection("v1", "pods");
        create(pods, """
                apiVersion: v1
                kind: Pod
                metadata: {name: pod-csi-inline-volumes}
                spec:
                  containers:
                  - name: pod-csi-inline-volumes
                    image: appl-x:1.18
                    volumeMounts:
                    - {name: inline, mountPath: /opt/0}
                  volumes:
                  - name: inline
                    csi:
                      driver: inline-driver.conformance.example.com
                      volumeAttributes: {attribute: value}
                """);
        JsonObject volume = read(pods + "/pod-csi-inline-volumes")
                .getJsonObject("spec")
                .getJsonArray("volumes")
                .getJsonObject(0);
        assertThat(text(volume, "csi", "driver")).isEqualTo("inline-driver.conformance.example.com");
        assertThat(text(volume, "csi", "volumeAttributes", "attribute")).isEqualTo("value");
        delete(pods + "/pod-csi-inline-volumes");
        Requests.awaitGone(pods + "/pod-csi-inline-volumes");
        delete(STORAGE + "csidrivers/inline-driver.conformance.example.com");
    }

    private static final String VOLUME = """
            apiVersion: v1
            kind: PersistentVolume
            metadata: {generateName: pv-, labels: {e2e-pv-pool: %1$s}}
            spec:
              capacity: {storage: 1Gi}
              accessModes: [ReadWriteOnce]
              persistentVolumeReclaimPolicy: Retain
              storageClassName: conformance-%1$s
              hostPath: {path: /tmp/conformance}
            """;
    private static final String CLAIM = """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {generateName: pvc-, labels: {e2e-pvc-pool: %1$s}}
            spec:
              accessModes: [ReadWriteOnce]
              storageClassName: conformance-%1$s
              resources: {requests: {storage: 1Gi}}
            """;

    private String made(String collection, String manifest) {
        String path = collection + "/" + text(create(collection, manifest), "metadata", "name");
        afterwards(path);
        return path;
    }

    private static void awaitPhase(String path, String phase) {
        await(path + " is " + phase)
                .atMost(Requests.SOON)
                .until(() -> text(read(path), "status", "phase").equals(phase));
    }

    @Test
    @DisplayName("storage | PV/PVC | lifecycle")
    void volumesAndClaims() {
        String namespace = namespace();
        String claims = "/api/v1/namespaces/" + namespace + "/persistentvolumeclaims";
        String volumes = "/api/v1/persistentvolumes";
        String ours = "?labelSelector=e2e-pv-pool%3D" + namespace;
        String theirs = "?labelSelector=e2e-pvc-pool%3D" + namespace;
        for (boolean first : new boolean[] {true, false}) {
            String volume = made(volumes, VOLUME.formatted(namespace));
            String claim = made(claims, CLAIM.formatted(namespace));
            assertThat(names(volumes + ours)).hasSize(1);
            assertThat(names(claims + theirs)).hasSize(1);
            awaitPhase(claim, "Bound");
            awaitPhase(volume, "Bound");
            assertThat(text(read(claim), "spec", "volumeName")).isEqualTo(text(read(volume), "metadata", "name"));
            if (first) {
                assertThat(text(
                                merge(volume, "{\"metadata\":{\"labels\":{\"patched\":\"yes\"}}}"),
                                "metadata",
                                "labels",
                                "patched"))
                        .isEqualTo("yes");
                assertThat(text(
                                merge(claim, "{\"metadata\":{\"labels\":{\"patched\":\"yes\"}}}"),
                                "metadata",
                                "labels",
                                "patched"))
                        .isEqualTo("yes");
                delete(claim);
                Requests.awaitGone(claim);
                awaitPhase(volume, "Released");
                delete(volume);
                Requests.awaitGone(volume);
            } else {
                update(volume, now -> with(now, "yes", "metadata", "labels", "updated"));
                update(claim, now -> with(now, "yes", "metadata", "labels", "updated"));
                assertThat(names("/api/v1/persistentvolumeclaims" + theirs)).hasSize(1);
                expect(200, api().delete(claims + theirs));
                Requests.awaitGone(claim);
                expect(200, api().delete(volumes + ours));
                Requests.awaitGone(volume);
            }
        }
    }

    @Test
    @DisplayName("storage | PV/PVC | status changes")
    void statusOfVolumesAndClaims() {
        String namespace = namespace();
        String claim = made("/api/v1/namespaces/" + namespace + "/persistentvolumeclaims", CLAIM.formatted(namespace));
        String volume = made("/api/v1/persistentvolumes", VOLUME.formatted(namespace));
        awaitPhase(claim, "Bound");
        awaitPhase(volume, "Bound");
        assertThat(text(read(claim + "/status"), "status", "phase")).isEqualTo("Bound");
        update(
                claim + "/status",
                now -> with(
                        now,
                        json("[{\"type\":\"StatusUpdate\",\"status\":\"True\",\"reason\":\"E2E\","
                                + "\"message\":\"Set from e2e test\"}]"),
                        "status",
                        "conditions"));
        JsonObject patchedClaim = strategic(
                claim + "/status",
                "{\"metadata\":{\"annotations\":{\"pvc\":\"patched\"}},\"status\":{\"conditions\":[{\"type\":"
                        + "\"StatusPatched\",\"status\":\"True\"}]}}");
        assertThat(patchedClaim.getJsonObject("status").getJsonArray("conditions"))
                .hasSize(2);
        assertThat(text(patchedClaim, "metadata", "annotations", "pvc")).isEqualTo("patched");
        update(volume + "/status", now -> with(now, "E2E", "status", "reason"));
        JsonObject patchedVolume = strategic(volume + "/status", "{\"status\":{\"message\":\"StatusPatched\"}}");
        assertThat(text(patchedVolume, "status", "reason")).isEqualTo("E2E");
        assertThat(text(patchedVolume, "status", "message")).isEqualTo("StatusPatched");
        // Neither write disturbs the binding, nor does an object's own write touch its status.
        merge(volume, "{\"status\":{\"phase\":\"Failed\"}}");
        assertThat(text(read(volume), "status", "phase")).isEqualTo("Bound");
        assertThat(text(read(claim), "status", "phase")).isEqualTo("Bound");
        delete(claim);
        Requests.awaitGone(claim);
    }

    @Test
    @DisplayName("storage | Immutable | ConfigMap immutable")
    void immutableConfigMap() {
        immutable("configmaps", "ConfigMap", "value-1", "value-2");
    }

    @Test
    @DisplayName("storage | Immutable | Secret immutable")
    void immutableSecret() {
        immutable("secrets", "Secret", "dmFsdWUtMQ==", "dmFsdWUtMg==");
    }

    private void immutable(String plural, String kind, String value, String other) {
        String collection = collection("v1", plural);
        String path = collection + "/immutable";
        String manifest = """
                {"apiVersion":"v1","kind":"%s","metadata":{"name":"immutable"},"data":{"data-1":"%s"}}""".formatted(kind, value);
        create(collection, manifest);
        update(path, now -> with(now, other, "data", "data-1"));
        update(path, now -> with(now, JsonValue.TRUE, "immutable"));
        JsonObject sealed = read(path);

        assertSealed(kind, "data", put(path, with(sealed, value, "data", "data-1")));
        assertSealed(kind, "data", put(path, with(sealed, value, "data", "data-2")));
        assertSealed(kind, "immutable", put(path, with(sealed, JsonValue.FALSE, "immutable")));
        assertSealed(kind, "immutable", api().patch(path, "{\"immutable\":null}", io.coxswain.it.ApiConnection.MERGE));

        assertThat(read(path).get("data")).isEqualTo(json("{\"data-1\":\"" + other + "\"}"));
        // Its metadata is not sealed, and it may go.
        update(path, now -> with(now, "label", "metadata", "labels", "label1"));
        delete(path);
        expect(404, api().get(path));
    }

    private static Answer put(String path, JsonObject object) {
        return api().put(path, object.toString());
    }

    private static void assertSealed(String kind, String field, Answer answer) {
        assertThat(refused(422, "Invalid", answer))
                .isEqualTo(kind + " \"immutable\" is invalid: " + field
                        + ": Forbidden: field is immutable when `immutable` is set");
    }
}
