package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.expect;
import static io.coxswain.it.conformance.Requests.json;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.refused;
import static io.coxswain.it.conformance.Requests.strategic;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Flow control's and admission policies' objects, field validation, and namespaces. */
class ApiMachineryConformanceIT extends ConformanceSuite {
    private static final String NAMESPACES = "/api/v1/namespaces/";

    @Test
    @DisplayName("api-machinery | APF API | FlowSchema API operations")
    void flowSchemas() {
        ApiOperations operations =
                ApiOperations.ofCluster("flowcontrol.apiserver.k8s.io/v1", "flowschemas", "FlowSchema", """
                        spec:
                          matchingPrecedence: 10000
                          priorityLevelConfiguration: {name: global-default}
                          distinguisherMethod: {type: ByUser}
                          rules:
                          - subjects:
                            - kind: User
                              user: {name: example-e2e-non-existent-user}
                            nonResourceRules:
                            - verbs: ["*"]
                              nonResourceURLs: ["*"]
                        """);
        operations.discovered("status");
        operations.created();
        operations.gotAndListed();
        operations.patchedAndUpdatedUnderWatch();
        // The controller keeps conditions of its own among these.
        String path = operations.first() + "/status";
        JsonObject patched = strategic(path, """
                {"metadata":{"annotations":{"patchedstatus":"true"}},
                "status":{"conditions":[{"type":"PatchStatusFailed","status":"False","reason":"NoFailures"}]}}""");
        assertThat(text(patched, "metadata", "annotations", "patchedstatus")).isEqualTo("true");
        assertThat(condition(patched, "PatchStatusFailed")).isEqualTo("False");
        JsonObject updated = update(
                path,
                now -> with(
                        now,
                        Json.createArrayBuilder(now.getJsonObject("status").getJsonArray("conditions"))
                                .add(json(
                                        "{\"type\":\"UpdateStatusFailed\",\"status\":\"True\",\"reason\":\"Tested\"}"))
                                .build(),
                        "status",
                        "conditions"));
        assertThat(condition(updated, "UpdateStatusFailed")).isEqualTo("True");
        assertThat(condition(read(path), "PatchStatusFailed")).isEqualTo("False");
        operations.deleted();
    }

    @Test
    @DisplayName("api-machinery | APF API | PriorityLevelConfiguration API operations")
    void priorityLevelConfigurations() {
        ApiOperations operations = ApiOperations.ofCluster(
                "flowcontrol.apiserver.k8s.io/v1", "prioritylevelconfigurations", "PriorityLevelConfiguration", """
                        spec:
                          type: Limited
                          limited:
                            nominalConcurrencyShares: 2
                            limitResponse: {type: Reject}
                        """);
        operations.discovered("status");
        operations.created();
        operations.gotAndListed();
        operations.patchedAndUpdatedUnderWatch();
        operations.status("conditions", """
                [{"type":"PatchStatusFailed","status":"False","reason":"NoFailures","message":"none"}]""");
        operations.deleted();
    }

    @Test
    @DisplayName("api-machinery | ValidatingAdmissionPolicy | ValidatingAdmissionPolicy API operations")
    void validatingAdmissionPolicies() {
        ApiOperations operations = ApiOperations.ofCluster(
                "admissionregistration.k8s.io/v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", """
                        spec:
                          matchConstraints:
                            resourceRules:
                            - apiGroups: [apps]
                              apiVersions: [v1]
                              operations: [CREATE, UPDATE]
                              resources: [deployments]
                            namespaceSelector: {matchLabels: {nobody: has-this}}
                          validations:
                          - expression: "object.spec.replicas <= 100"
                        """);
        operations.discovered("status");
        operations.created();
        operations.gotAndListed();
        operations.patchedAndUpdatedUnderWatch();
        operations.status("conditions", """
                [{"type":"StatusUpdated","status":"True","reason":"E2E","message":"Set from a test",
                "lastTransitionTime":"2026-01-02T03:04:05Z"}]""");
        operations.deleted();
    }

    @Test
    @DisplayName("api-machinery | ValidatingAdmissionPolicy | ValidatingAdmissionPolicyBinding API operations")
    void validatingAdmissionPolicyBindings() {
        ApiOperations operations = ApiOperations.ofCluster(
                "admissionregistration.k8s.io/v1",
                "validatingadmissionpolicybindings",
                "ValidatingAdmissionPolicyBinding",
                """
                spec:
                  policyName: replicalimit-policy.example.com
                  validationActions: [Deny]
                """);
        operations.discovered();
        operations.created();
        operations.gotAndListed();
        operations.patchedAndUpdatedUnderWatch();
        operations.deleted();
    }

    @Test
    @DisplayName("api-machinery | Field validation | unknown and duplicate fields of a typed object")
    void unknownAndDuplicateFields() {
        String message = deployment("\"name\":\"my-dep\"", "\"unknownField\":\"foo\",\"replicas\":2,\"replicas\":3,");
        assertThat(message)
                .contains(
                        "strict decoding error: unknown field \"spec.unknownField\", duplicate field \"spec.replicas\"");
    }

    @Test
    @DisplayName("api-machinery | Field validation | unknown metadata fields of a typed object")
    void unknownMetadataFields() {
        String message = deployment("\"name\":\"my-dep\",\"unknownMeta\":\"foo\"", "");
        assertThat(message).contains("strict decoding error: unknown field \"metadata.unknownMeta\"");
    }

    /** The message that refused a Deployment with those fields; nothing must be left of it. */
    private String deployment(String metadata, String spec) {
        String collection = collection("apps/v1", "deployments");
        String message = refused(
                400,
                "BadRequest",
                api().post(collection + "?fieldManager=field_validation_mgr&fieldValidation=Strict", """
                                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{%s,"labels":{"app":"nginx"}},
                                "spec":{%s"selector":{"matchLabels":{"app":"nginx"}},
                                "template":{"metadata":{"labels":{"app":"nginx"}},
                                "spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}""".formatted(
                                metadata, spec)));
        expect(404, api().get(collection + "/my-dep"));
        return message;
    }

    @Test
    @DisplayName("api-machinery | Namespace | patch a Namespace")
    void patchesANamespace() {
        String path = NAMESPACES + namespace();
        strategic(path, "{\"metadata\":{\"labels\":{\"testLabel\":\"testValue\"}}}");
        assertThat(text(read(path), "metadata", "labels", "testLabel")).isEqualTo("testValue");
    }

    @Test
    @DisplayName("api-machinery | Namespace | apply an update to a Namespace")
    void updatesANamespace() {
        String name = namespace();
        JsonObject updated =
                update(NAMESPACES + name, now -> with(now, "updated-by-the-test", "metadata", "labels", name));
        assertThat(text(updated, "metadata", "labels", name)).isEqualTo("updated-by-the-test");
        assertThat(text(updated, "metadata", "labels", "kubernetes.io/metadata.name"))
                .isEqualTo(name);
        assertThat(read(NAMESPACES + name).getJsonObject("metadata").getJsonObject("labels"))
                .isEqualTo(updated.getJsonObject("metadata").getJsonObject("labels"));
    }

    @Test
    @DisplayName("api-machinery | Namespace | apply changes to a namespace status")
    void changesANamespacesStatus() {
        String path = NAMESPACES + namespace();
        JsonObject read = read(path + "/status");
        assertThat(text(read, "status", "phase")).isEqualTo("Active");
        JsonObject patched = merge(path + "/status", """
                {"metadata":{"annotations":{"e2e-patched-ns-status":"patched"}},
                "status":{"conditions":[{"type":"StatusPatch","status":"True","reason":"E2E","message":"Patched by an e2e test"}]}}""");
        assertThat(text(patched, "metadata", "annotations", "e2e-patched-ns-status"))
                .isEqualTo("patched");
        assertThat(condition(patched, "StatusPatch")).isEqualTo("True");
        assertThat(text(patched, "status", "phase")).isEqualTo("Active");
        JsonObject updated = update(
                path + "/status",
                now -> with(
                        now,
                        Json.createArrayBuilder(now.getJsonObject("status").getJsonArray("conditions"))
                                .add(json("""
                                        {"type":"StatusUpdate","status":"True","reason":"E2E","message":"Updated by an e2e test"}"""))
                                .build(),
                        "status",
                        "conditions"));
        assertThat(condition(updated, "StatusUpdate")).isEqualTo("True");
        assertThat(condition(read(path), "StatusPatch")).isEqualTo("True");
    }

    @Test
    @DisplayName("api-machinery | Namespace | apply a finalizer to a Namespace")
    void finalizesANamespace() {
        String path = NAMESPACES + namespace();
        assertThat(finalizers(read(path))).isEqualTo("[\"kubernetes\"]");
        JsonObject finalized = finalizeWith(path, "[\"kubernetes\",\"e2e.example.com/fakeFinalizer\"]");
        assertThat(finalizers(finalized)).isEqualTo("[\"kubernetes\",\"e2e.example.com/fakeFinalizer\"]");
        assertThat(finalizers(read(path))).isEqualTo(finalizers(finalized));
        assertThat(finalizers(finalizeWith(path, "[\"kubernetes\"]"))).isEqualTo("[\"kubernetes\"]");
        assertThat(finalizers(read(path))).isEqualTo("[\"kubernetes\"]");
    }

    /** The subresource can be updated only, so it is read from the namespace. */
    private static JsonObject finalizeWith(String namespace, String finalizers) {
        return update(namespace, namespace + "/finalize", now -> with(now, json(finalizers), "spec", "finalizers"));
    }

    private static String finalizers(JsonObject namespace) {
        return namespace.getJsonObject("spec").getJsonArray("finalizers").toString();
    }

    private static String condition(JsonObject object, String type) {
        return object.getJsonObject("status").getJsonArray("conditions").getValuesAs(JsonObject.class).stream()
                .filter(condition -> condition.getString("type").equals(type))
                .map(condition -> condition.getString("status"))
                .findFirst()
                .orElse("none");
    }
}
