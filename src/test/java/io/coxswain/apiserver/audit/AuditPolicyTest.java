package io.coxswain.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.RequestInfoParser;
import io.coxswain.apiserver.request.UserInfo;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditPolicyTest {
    private static final UserInfo JANE = UserInfo.of("jane", "developers", "system:authenticated");
    private static final UserInfo NODE = UserInfo.of("system:node:node-1", "system:nodes", "system:authenticated");

    private static AuditPolicy policy(String rules) {
        String head = "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n";
        return AuditPolicyReader.read((head + rules).getBytes(StandardCharsets.UTF_8));
    }

    private static RequestInfo get(String path) {
        return RequestInfoParser.parse("GET", path, Map.of());
    }

    private static RequestInfo request(String method, String path) {
        return RequestInfoParser.parse(method, path, Map.of());
    }

    @Test
    void takesTheFirstRuleThatMatches() {
        AuditPolicy policy = policy("""
                - level: None
                  users: [jane]
                  verbs: [get]
                - level: Request
                  userGroups: [developers]
                - level: Metadata
                """);
        assertThat(policy.decide(JANE, get("/api/v1/namespaces/default/pods/a")).level())
                .isEqualTo(AuditLevel.NONE);
        assertThat(policy.decide(JANE, get("/api/v1/namespaces/default/pods")).level())
                .isEqualTo(AuditLevel.REQUEST);
        assertThat(policy.decide(NODE, get("/api/v1/pods")).level()).isEqualTo(AuditLevel.METADATA);
    }

    @Test
    void recordsNothingThatNoRuleNames() {
        AuditPolicy policy = policy("- {level: Metadata, users: [somebody]}");
        assertThat(policy.decide(JANE, get("/api/v1/pods")).level()).isEqualTo(AuditLevel.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "pods,         /api/v1/namespaces/a/pods/x,        true",
        "pods,         /api/v1/namespaces/a/pods/x/log,    false",
        "pods/log,     /api/v1/namespaces/a/pods/x/log,    true",
        "pods/*,       /api/v1/namespaces/a/pods/x/log,    true",
        "pods/*,       /api/v1/namespaces/a/pods/x,        false",
        "'*/log',      /api/v1/namespaces/a/pods/x/log,    true",
        "'*/log',      /api/v1/namespaces/a/pods/x/exec,   false",
        "'*',          /api/v1/namespaces/a/pods/x/exec,   true",
        "pods,         /apis/metrics/v1/namespaces/a/pods/x, false",
        "pods,         /version,                           false",
    })
    void matchesResourcesAndSubresources(String resource, String path, boolean matches) {
        AuditPolicy policy =
                policy("- level: Metadata\n  resources:\n  - {group: '', resources: ['" + resource + "']}\n");
        assertThat(policy.decide(JANE, get(path)).level() == AuditLevel.METADATA)
                .isEqualTo(matches);
    }

    @Test
    void matchesNamesAndNamespaces() {
        AuditPolicy policy = policy("""
                - level: Request
                  namespaces: [a, ""]
                  resources:
                  - {group: "", resources: [configmaps, nodes], resourceNames: [x, node-1]}
                """);
        assertThat(policy.decide(JANE, get("/api/v1/namespaces/a/configmaps/x")).level())
                .isEqualTo(AuditLevel.REQUEST);
        assertThat(policy.decide(JANE, get("/api/v1/nodes/node-1")).level()).isEqualTo(AuditLevel.REQUEST);
        assertThat(policy.decide(JANE, get("/api/v1/namespaces/a/configmaps/y")).level())
                .isEqualTo(AuditLevel.NONE);
        assertThat(policy.decide(JANE, get("/api/v1/namespaces/b/configmaps/x")).level())
                .isEqualTo(AuditLevel.NONE);
    }

    @Test
    void addsTheStagesThatARuleOmits() {
        AuditPolicy policy = policy("- {level: Metadata, omitStages: [ResponseStarted], omitManagedFields: true}");
        AuditPolicy.Decision decision = policy.decide(JANE, get("/api/v1/pods"));
        assertThat(decision.omitStages())
                .containsExactlyInAnyOrder(AuditStage.REQUEST_RECEIVED, AuditStage.RESPONSE_STARTED);
        assertThat(decision.omitManagedFields()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- level: Everything",
                "- {level: Metadata, user: [jane]}",
                "- {level: Metadata, users: jane}",
                "- {level: Metadata, omitStages: [Sometimes]}",
                "- {level: Metadata, nonResourceURLs: [version]}",
                "- {level: Metadata, nonResourceURLs: ['/a*b']}",
                "- {level: Metadata, nonResourceURLs: [/version], namespaces: [a]}",
                "- {level: Metadata, resources: [{group: apps/v1}]}",
                "- {level: Metadata, resources: [{group: apps, resourceNames: [x]}]}",
                "- [1]",
                "[]"
            })
    void refusesWhatItWouldMisread(String rules) {
        assertThatThrownBy(() -> policy(rules)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesOtherDocuments() {
        assertThatThrownBy(() -> AuditPolicyReader.read("a: [".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AuditPolicyReader.read(
                        "{apiVersion: v1, kind: Pod, rules: [{level: None}]}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("Policy")
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void standardPolicyKeepsTheLogQuietAndSecretsSecret() {
        AuditPolicy standard = AuditPolicyReader.standard(AuditLevel.REQUEST_RESPONSE);
        RequestInfo secret = get("/api/v1/namespaces/a/secrets/s");
        RequestInfo lease = request("PUT", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1");
        assertThat(standard.decide(JANE, secret).level()).isEqualTo(AuditLevel.METADATA);
        assertThat(standard.decide(NODE, secret).level()).isEqualTo(AuditLevel.METADATA);
        assertThat(standard.decide(JANE, request("POST", "/api/v1/namespaces/a/serviceaccounts/s/token"))
                        .level())
                .isEqualTo(AuditLevel.METADATA);
        assertThat(standard.decide(NODE, lease).level()).isEqualTo(AuditLevel.NONE);
        assertThat(standard.decide(JANE, lease).level()).isEqualTo(AuditLevel.REQUEST_RESPONSE);
        assertThat(standard.decide(NODE, get("/api/v1/pods")).level()).isEqualTo(AuditLevel.NONE);
        assertThat(standard.decide(NODE, request("PATCH", "/api/v1/nodes/node-1/status"))
                        .level())
                .isEqualTo(AuditLevel.REQUEST_RESPONSE);
        assertThat(standard.decide(UserInfo.ANONYMOUS, get("/readyz")).level()).isEqualTo(AuditLevel.NONE);
        assertThat(AuditPolicyReader.standard(AuditLevel.NONE)
                        .decide(JANE, secret)
                        .level())
                .isEqualTo(AuditLevel.NONE);
    }
}
