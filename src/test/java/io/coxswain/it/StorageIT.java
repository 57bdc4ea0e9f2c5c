package io.coxswain.it;

import static io.coxswain.it.ServedResource.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection.Answer;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Volumes and claims from binding to reclaiming, on a simulated node, which has no directories. */
@ExtendWith(ArquillianExtension.class)
class StorageIT {
    private static final ApiConnection ADMIN = ApiConnection.admin();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String NAMESPACE = "/api/v1/namespaces/storage-it";
    private static final String NODE = "/api/v1/nodes/storage-it";
    private static final String CLAIMS = NAMESPACE + "/persistentvolumeclaims";
    private static final String VOLUMES = "/api/v1/persistentvolumes";
    private static final String PODS = NAMESPACE + "/pods";

    @BeforeAll
    static void addNode() {
        created(ADMIN.post(
                "/api/v1/namespaces",
                "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"storage-it\"}}"));
        created(ADMIN.post("/api/v1/nodes", """
                {"apiVersion": "v1", "kind": "Node",
                 "metadata": {"name": "storage-it", "labels": {"simulated.coxswain.io/node": "true"}},
                 "spec": {"taints": [{"key": "storage-it", "effect": "NoSchedule"}]}}
                """));
        eventually(NODE, node -> node.toString().contains("\"KubeletReady\""));
    }

    @AfterAll
    static void removeNode() {
        ADMIN.delete(NAMESPACE);
        gone(NAMESPACE);
        ADMIN.delete(NODE);
    }

    private static void claim(String name, String spec) {
        created(ADMIN.post(CLAIMS, """
                {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "%s"},
                 "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}%s}}
                """.formatted(name, spec)));
    }

    private static void volume(String name, String policy) {
        created(ADMIN.post(VOLUMES, """
                {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "%1$s"},
                 "spec": {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "2Gi"}, "storageClassName": "%1$s",
                  "persistentVolumeReclaimPolicy": "%2$s", "hostPath": {"path": "/tmp/storage-it"}}}
                """.formatted(name, policy)));
    }

    private static void pod(String name, String volume) {
        created(ADMIN.post(PODS, """
                {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s"},
                 "spec": {"nodeName": "storage-it", "terminationGracePeriodSeconds": 0,
                  "containers": [{"name": "c", "image": "c:1", "volumeMounts": [{"name": "v", "mountPath": "/v"}]}],
                  "volumes": [{"name": "v", %s}]}}
                """.formatted(name, volume)));
    }

    private static String phase(String path) {
        return text(ADMIN.get(path).json(), "status", "phase");
    }

    private static void awaitPhase(String path, String phase) {
        eventually(path, object -> text(object, "status", "phase").equals(phase));
    }

    /** Does what the scheduler does for the claim's first pod. */
    private static void chooseNode(String claim) {
        assertThat(ADMIN.patch(
                                CLAIMS + "/" + claim,
                                "{\"metadata\":{\"annotations\":{\"volume.kubernetes.io/selected-node\":\"storage-it\"}}}",
                                ApiConnection.MERGE)
                        .status())
                .isEqualTo(200);
    }

    private static List<String> told(String object, String reason) {
        return ADMIN
                .get(NAMESPACE + "/events?fieldSelector=involvedObject.name%3D" + object + ",reason%3D" + reason)
                .json()
                .getJsonArray("items")
                .stream()
                .map(event -> event.asJsonObject().getString("message"))
                .toList();
    }

    @Test
    void aClaimIsBoundKeptWhileInUseAndItsVolumeRetained() {
        volume("storage-it-kept", "Retain");
        awaitPhase(VOLUMES + "/storage-it-kept", "Available");
        claim("kept", ",\"storageClassName\":\"storage-it-kept\"");
        awaitPhase(CLAIMS + "/kept", "Bound");
        awaitPhase(VOLUMES + "/storage-it-kept", "Bound");
        assertThat(text(ADMIN.get(CLAIMS + "/kept").json(), "status", "capacity", "storage"))
                .isEqualTo("2Gi");

        pod("user", "\"persistentVolumeClaim\": {\"claimName\": \"kept\"}");
        awaitPhase(PODS + "/user", "Running");
        ADMIN.delete(VOLUMES + "/storage-it-kept");
        ADMIN.delete(CLAIMS + "/kept");
        assertThat(text(ADMIN.get(CLAIMS + "/kept").json(), "metadata", "deletionTimestamp"))
                .isNotEmpty();
        await("claim and volume stay")
                .during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> phase(CLAIMS + "/kept").equals("Bound")
                        && phase(VOLUMES + "/storage-it-kept").equals("Bound"));
        ADMIN.delete(PODS + "/user");
        gone(CLAIMS + "/kept");
        gone(VOLUMES + "/storage-it-kept");
    }

    @Test
    void aVolumeWithoutADeleterFailsAndARetainedOneIsReleased() {
        volume("storage-it-failed", "Delete");
        volume("storage-it-released", "Retain");
        claim("failed", ",\"storageClassName\":\"storage-it-failed\"");
        claim("released", ",\"storageClassName\":\"storage-it-released\"");
        awaitPhase(CLAIMS + "/failed", "Bound");
        awaitPhase(CLAIMS + "/released", "Bound");
        ADMIN.delete(CLAIMS + "/failed");
        ADMIN.delete(CLAIMS + "/released");
        awaitPhase(VOLUMES + "/storage-it-failed", "Failed");
        assertThat(text(ADMIN.get(VOLUMES + "/storage-it-failed").json(), "status", "message"))
                .contains("no deletable volume plugin matched");
        awaitPhase(VOLUMES + "/storage-it-released", "Released");
        ADMIN.delete(VOLUMES + "/storage-it-failed");
        ADMIN.delete(VOLUMES + "/storage-it-released");
        gone(VOLUMES + "/storage-it-failed");
        gone(VOLUMES + "/storage-it-released");
    }

    @Test
    void theDefaultClassMakesAVolumeForTheChosenNodeAndTakesItBack() {
        JsonObject byDefault =
                ADMIN.get("/apis/storage.k8s.io/v1/storageclasses/local-path").json();
        assertThat(text(byDefault, "provisioner")).isEqualTo("coxswain.io/local-path");
        claim("made", "");
        await("the claim is told to wait")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(told("made", "WaitForFirstConsumer"))
                        .containsExactly("waiting for first consumer to be created before binding"));
        chooseNode("made");
        awaitPhase(CLAIMS + "/made", "Bound");
        JsonObject claim = ADMIN.get(CLAIMS + "/made").json();
        assertThat(text(claim, "spec", "storageClassName")).isEqualTo("local-path");
        String name = "pvc-" + text(claim, "metadata", "uid");
        JsonObject volume = ADMIN.get(VOLUMES + "/" + name).json();
        assertThat(volume.getJsonObject("spec").getJsonObject("nodeAffinity").toString())
                .contains("kubernetes.io/hostname", "storage-it");
        await("the story is told")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(told("made", "ProvisioningSucceeded"))
                        .containsExactly("Successfully provisioned volume " + name));

        assertThat(ADMIN.patch(
                                CLAIMS + "/made",
                                "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"3Gi\"}}}}",
                                ApiConnection.MERGE)
                        .status())
                .isEqualTo(200);
        eventually(
                CLAIMS + "/made",
                grown -> text(grown, "status", "capacity", "storage").equals("3Gi"));
        assertThat(text(ADMIN.get(VOLUMES + "/" + name).json(), "spec", "capacity", "storage"))
                .isEqualTo("3Gi");

        ADMIN.delete(CLAIMS + "/made");
        gone(CLAIMS + "/made");
        gone(VOLUMES + "/" + name);
    }

    @Test
    void aPodMayBringItsClaimAlong() {
        pod("brings", """
                "ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"],
                 "resources": {"requests": {"storage": "1Mi"}}}}}""");
        eventually(CLAIMS + "/brings-v", claim -> text(claim, "status", "phase").equals("Pending"));
        chooseNode("brings-v");
        awaitPhase(CLAIMS + "/brings-v", "Bound");
        ADMIN.delete(PODS + "/brings");
        gone(CLAIMS + "/brings-v");
    }

    @Test
    void aNodeSeesItsVolumesOnly() {
        claim("seen", "");
        chooseNode("seen");
        awaitPhase(CLAIMS + "/seen", "Bound");
        String path = VOLUMES + "/" + text(ADMIN.get(CLAIMS + "/seen").json(), "spec", "volumeName");
        ApiConnection node = node("storage-it");
        String listed = VOLUMES + "?labelSelector=local-path.coxswain.io%2Fnode%3Dstorage-it";
        assertThat(node.get(VOLUMES).status()).isEqualTo(403);
        assertThat(node("another").get(listed).status()).isEqualTo(403);
        assertThat(node.get(listed).json().getJsonArray("items").stream()
                        .map(JsonValue::asJsonObject)
                        .map(volume -> text(volume, "spec", "claimRef", "name")))
                .contains("seen");
        assertThat(node.get(path).status()).isEqualTo(403);
        pod("sees", "\"persistentVolumeClaim\": {\"claimName\": \"seen\"}");
        assertThat(node.get(path).status()).isEqualTo(200);
        assertThat(node("another").get(path).status()).isEqualTo(403);
        assertThat(node.patch(path, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}", ApiConnection.MERGE)
                        .status())
                .isEqualTo(403);
        ADMIN.delete(PODS + "/sees");
        ADMIN.delete(CLAIMS + "/seen");
        gone(path);
    }

    private static ApiConnection node(String name) {
        return ADMIN.with(Map.of("Impersonate-User", "system:node:" + name, "Impersonate-Group", "system:nodes"));
    }

    private static void created(Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(201);
    }

    private static void eventually(String path, Predicate<JsonObject> wanted) {
        await(path).atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> {
            Answer answer = ADMIN.get(path);
            return answer.status() == 200 && wanted.test(answer.json());
        });
    }

    private static void gone(String path) {
        await(path + " is gone").atMost(SOON).until(() -> ADMIN.get(path).status() == 404);
    }
}
