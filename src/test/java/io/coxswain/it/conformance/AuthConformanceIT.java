package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.expect;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.json;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection;
import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Certificates on request, service accounts and their tokens, and reviews of access. */
class AuthConformanceIT extends ConformanceSuite {
    @Test
    @DisplayName("auth | ServiceAccount | kube-root-ca.crt in any namespace")
    void rootCertificate() {
        String path = collection("v1", "configmaps") + "/kube-root-ca.crt";
        JsonObject first = read(path);
        String certificate = text(first, "data", "ca.crt");
        assertThat(certificate).startsWith("-----BEGIN CERTIFICATE-----");
        Requests.delete(path);
        JsonObject again =
                Requests.eventually(path, map -> !text(map, "metadata", "uid").equals(text(first, "metadata", "uid")));
        assertThat(text(again, "data", "ca.crt")).isEqualTo(certificate);
        update(path, map -> with(map, json("{\"ca.crt\":\"\"}"), "data"));
        Requests.eventually(path, map -> text(map, "data", "ca.crt").equals(certificate));
    }

    @Test
    @DisplayName("auth | CSR | CSR API operations")
    void certificateSigningRequests() throws Exception {
        ApiOperations operations = ApiOperations.ofCluster(
                "certificates.k8s.io/v1", "certificatesigningrequests", "CertificateSigningRequest", """
                        spec:
                          request: %s
                          signerName: example.com/e2e-conformance
                          expirationSeconds: 3600
                          usages: [digital signature, key encipherment, server auth]
                        """.formatted(
                                request("CN=e2e.example.com")));
        operations.discovered("approval", "status");
        operations.created();
        operations.gotAndListed();
        operations.patchedAndUpdatedUnderWatch();
        approval(operations.first());
        status(operations.first());
        operations.deleted();
    }

    private static void approval(String request) {
        String path = request + "/approval";
        assertThat(text(read(path), "kind")).isEqualTo("CertificateSigningRequest");
        JsonObject patched = merge(path, """
                {"metadata":{"annotations":{"patchedapproval":"true"}},
                "status":{"conditions":[{"type":"ApprovalPatch","status":"True","reason":"e2e"}]}}""");
        assertThat(conditions(patched)).containsExactly("ApprovalPatch");
        assertThat(text(patched, "metadata", "annotations", "patchedapproval")).isEqualTo("true");
        JsonObject updated = update(path, now -> with(now, json("""
                                [{"type":"ApprovalPatch","status":"True","reason":"e2e"},
                                {"type":"Approved","status":"True","reason":"E2E","message":"Set from an e2e test"}]"""), "status", "conditions"));
        assertThat(conditions(updated)).containsExactly("ApprovalPatch", "Approved");
    }

    private static void status(String request) throws IOException {
        String path = request + "/status";
        assertThat(conditions(read(path))).contains("Approved");
        // Any certificate will do: it is not this signer's to check.
        String certificate = Base64.getEncoder()
                .encodeToString(java.nio.file.Files.readAllBytes(
                        io.coxswain.it.TestServer.get().data().resolve("pki/ca.crt")));
        JsonObject patched = merge(
                path,
                "{\"metadata\":{\"annotations\":{\"patchedstatus\":\"true\"}},\"status\":{\"certificate\":\""
                        + certificate + "\"}}");
        assertThat(text(patched, "status", "certificate")).isEqualTo(certificate);
        assertThat(text(patched, "metadata", "annotations", "patchedstatus")).isEqualTo("true");
        JsonObject updated = update(
                path,
                now -> with(
                        now,
                        jakarta.json.Json.createArrayBuilder(
                                        now.getJsonObject("status").getJsonArray("conditions"))
                                .add(json("""
                                        {"type":"StatusUpdate","status":"True","reason":"E2E","message":"Set from an e2e test"}"""))
                                .build(),
                        "status",
                        "conditions"));
        assertThat(conditions(updated)).containsExactly("ApprovalPatch", "Approved", "StatusUpdate");
        assertThat(text(read(request), "status", "certificate")).isEqualTo(certificate);
    }

    private static List<String> conditions(JsonObject request) {
        return request.getJsonObject("status").getJsonArray("conditions").getValuesAs(JsonObject.class).stream()
                .map(condition -> condition.getString("type"))
                .toList();
    }

    /** A PKCS #10 request as manifests have it. */
    static String request(String name) throws Exception {
        return CertificatesIT.request(CertificatesIT.newKeys(), name);
    }

    /** What the pod says goes before what its account says, and silence is consent. */
    @Test
    @DisplayName("auth | ServiceAccount | opting out of API token automount")
    void tokensNobodyWants() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        for (String account : List.of("default-", "mount-true", "nomount-false")) {
            String accountMounts = account.substring(account.indexOf('-') + 1);
            create(collection("v1", namespace, "serviceaccounts"), """
                    apiVersion: v1
                    kind: ServiceAccount
                    metadata: {name: sa-%s}
                    %s
                    """.formatted(
                            account.substring(0, account.indexOf('-')),
                            accountMounts.isEmpty() ? "" : "automountServiceAccountToken: " + accountMounts));
            for (String podMounts : List.of("", "true", "false")) {
                JsonObject pod = create(pods, """
                        apiVersion: v1
                        kind: Pod
                        metadata: {generateName: automount-}
                        spec:
                          serviceAccountName: sa-%s
                          containers:
                          - {name: token-test, image: "appl-x:1.18"}
                          %s
                        """.formatted(
                                account.substring(0, account.indexOf('-')),
                                podMounts.isEmpty() ? "" : "automountServiceAccountToken: " + podMounts));
                String decisive = podMounts.isEmpty() ? accountMounts : podMounts;
                assertThat(mountsToken(pod))
                        .as("account says '%s', pod says '%s'", accountMounts, podMounts)
                        .isEqualTo(!decisive.equals("false"));
            }
        }
    }

    private static boolean mountsToken(JsonObject pod) {
        JsonObject container =
                pod.getJsonObject("spec").getJsonArray("containers").getJsonObject(0);
        return container.containsKey("volumeMounts")
                && container.getJsonArray("volumeMounts").getValuesAs(JsonObject.class).stream()
                        .anyMatch(mount ->
                                mount.getString("mountPath").equals("/var/run/secrets/kubernetes.io/serviceaccount"));
    }

    @Test
    @DisplayName("auth | ServiceAccount | create token and successful TokenReview")
    void tokenReviewed() {
        String namespace = namespace();
        String accounts = collection("v1", namespace, "serviceaccounts");
        JsonObject account = create(accounts, "{apiVersion: v1, kind: ServiceAccount, metadata: {name: e2e}}");
        JsonObject request = create(accounts + "/e2e/token", """
                {"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1","spec":{"expirationSeconds":3600}}""");
        String token = text(request, "status", "token");
        assertThat(token).isNotEmpty();
        assertThat(text(request, "status", "expirationTimestamp")).isNotEmpty();
        JsonObject review = create("/apis/authentication.k8s.io/v1/tokenreviews", """
                {"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","spec":{"token":"%s"}}""".formatted(token));
        JsonObject status = review.getJsonObject("status");
        assertThat(status.getBoolean("authenticated")).isTrue();
        assertThat(text(status, "error")).isEmpty();
        assertThat(text(status, "user", "username")).isEqualTo("system:serviceaccount:" + namespace + ":e2e");
        assertThat(text(status, "user", "uid")).isEqualTo(text(account, "metadata", "uid"));
        assertThat(text(status, "user", "groups"))
                .contains("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated");
    }

    @Test
    @DisplayName("auth | ServiceAccount | lifecycle")
    void accountLifecycle() {
        String accounts = collection("v1", "serviceaccounts");
        JsonObject list = read(accounts);
        try (Watch watch = watchAfter(list, accounts, "test-serviceaccount-static%3Dtrue")) {
            JsonObject created = create(accounts, """
                    apiVersion: v1
                    kind: ServiceAccount
                    metadata: {name: testserviceaccount, labels: {test-serviceaccount-static: "true"}}
                    """);
            assertThat(text(next(watch, "ADDED"), "metadata", "uid")).isEqualTo(text(created, "metadata", "uid"));
            JsonObject patched = merge(accounts + "/testserviceaccount", "{\"automountServiceAccountToken\":false}");
            assertThat(patched.getBoolean("automountServiceAccountToken")).isFalse();
            next(watch, "MODIFIED", account -> account.get("automountServiceAccountToken") == JsonValue.FALSE);
            assertThat(items("/api/v1/serviceaccounts?labelSelector=test-serviceaccount-static%3Dtrue"))
                    .singleElement()
                    .satisfies(
                            found -> assertThat(text(found, "metadata", "name")).isEqualTo("testserviceaccount"));
            expect(200, api().delete(accounts + "?labelSelector=test-serviceaccount-static%3Dtrue"));
            next(watch, "DELETED");
        }
        expect(404, api().get(accounts + "/testserviceaccount"));
    }

    @Test
    @DisplayName("auth | ServiceAccount | update")
    void accountUpdate() {
        String accounts = collection("v1", "serviceaccounts");
        create(accounts, """
                {"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"e2e"},"automountServiceAccountToken":false}""");
        JsonObject updated =
                update(accounts + "/e2e", now -> with(now, JsonValue.TRUE, "automountServiceAccountToken"));
        assertThat(updated.getBoolean("automountServiceAccountToken")).isTrue();
        assertThat(read(accounts + "/e2e").getBoolean("automountServiceAccountToken"))
                .isTrue();
    }

    /** Reviews say before and after a grant what the account itself then meets. */
    @Test
    @DisplayName("auth | SubjectReview | SubjectReview API operations")
    void reviewsAgreeWithTheServer() {
        String namespace = namespace();
        create(
                collection("v1", namespace, "serviceaccounts"),
                "{apiVersion: v1, kind: ServiceAccount, metadata: {name: e2e}}");
        String user = "system:serviceaccount:" + namespace + ":e2e";
        ApiConnection impersonated = api().with(Map.of("Impersonate-User", user));
        String maps = collection("v1", namespace, "configmaps");
        assertThat(reviewed(namespace, user)).containsExactly(false, false);
        expect(403, impersonated.get(maps));
        String rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace;
        create(rbac + "/roles", """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: e2e}
                rules:
                - {apiGroups: [""], resources: [configmaps], verbs: [list]}
                """);
        create(rbac + "/rolebindings", """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: e2e}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: e2e}
                subjects:
                - {kind: ServiceAccount, name: e2e, namespace: %s}
                """.formatted(namespace));
        await("the binding is in force")
                .atMost(Requests.SOON)
                .until(() -> impersonated.get(maps).status() == 200);
        assertThat(reviewed(namespace, user)).containsExactly(true, true);
    }

    /** What the review of the cluster and that of the namespace answer. */
    private static List<Boolean> reviewed(String namespace, String user) {
        String spec = """
                {"kind":"%s","apiVersion":"authorization.k8s.io/v1","metadata":{"namespace":"%s"},"spec":{"user":"%s",
                "resourceAttributes":{"verb":"list","resource":"configmaps","version":"v1","namespace":"%s"}}}""";
        JsonObject cluster = create(
                "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                spec.formatted("SubjectAccessReview", "", user, namespace));
        JsonObject local = create(
                "/apis/authorization.k8s.io/v1/namespaces/" + namespace + "/localsubjectaccessreviews",
                spec.formatted("LocalSubjectAccessReview", namespace, user, namespace));
        return List.of(
                cluster.getJsonObject("status").getBoolean("allowed"),
                local.getJsonObject("status").getBoolean("allowed"));
    }
}
