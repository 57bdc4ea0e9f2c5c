package io.coxswain.admission.resourcequota;

import static io.coxswain.admission.AdmissionFixture.core;
import static io.coxswain.admission.AdmissionFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.admission.AdmissionFixture;
import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceQuotaAdmissionTest {
    private final AdmissionFixture fixture = new AdmissionFixture();
    private final ResourceQuotaAdmission plugin = new ResourceQuotaAdmission(fixture.reads, fixture.timers.clock());

    private static String quota(String name, String spec, String hard, String used) {
        return "{kind: ResourceQuota, metadata: {name: " + name + ", namespace: dev}, spec: " + spec
                + ", status: {hard: " + hard + ", used: " + used + "}}";
    }

    private void given(String name, String spec, String hard, String used) {
        fixture.given(core("resourcequotas"), quota(name, spec, hard, used));
    }

    private AdmissionAttributes pod(String resources) {
        return fixture.create(
                core("pods"),
                "{kind: Pod, metadata: {name: web, namespace: dev}, spec: {containers: [{name: c, resources: "
                        + resources + "}]}}");
    }

    private Map<String, String> used(int companion) {
        return new ObjectView(fixture.companions.get(companion)).texts("status", "used");
    }

    @Test
    void aPodIsChargedInTheSameCommit() {
        given(
                "compute",
                "{}",
                "{pods: '2', requests.cpu: '1', secrets: '1'}",
                "{pods: '1', requests.cpu: 500m, secrets: '0'}");

        plugin.validate(pod("{requests: {cpu: 250m}}"));

        assertThat(fixture.companions).hasSize(1);
        assertThat(used(0))
                .containsOnly(Map.entry("pods", "2"), Map.entry("requests.cpu", "750m"), Map.entry("secrets", "0"));
        assertThat(new ObjectView(fixture.companions.get(0)).resourceVersion()).isNotEmpty();
    }

    @Test
    void whatWouldExceedIsRefusedWithTheNumbers() {
        given("compute", "{}", "{cpu: '1', pods: '5'}", "{cpu: '1', pods: '1'}");

        assertThat(refusal(() -> plugin.validate(pod("{requests: {cpu: '1'}}"))))
                .hasMessage(
                        "pods \"web\" is forbidden: exceeded quota: compute, requested: cpu=1, used: cpu=1, limited:"
                                + " cpu=1");
        assertThat(fixture.companions).isEmpty();
    }

    @Test
    void aBoundedAmountMustBeSaid() {
        given("compute", "{}", "{limits.cpu: '1', limits.memory: 1Gi}", "{limits.cpu: '0', limits.memory: '0'}");

        assertThat(refusal(() -> plugin.validate(pod("{requests: {cpu: '1'}}"))))
                .hasMessage(
                        "pods \"web\" is forbidden: failed quota: compute: must specify limits.cpu for: c; limits.memory"
                                + " for: c");
    }

    @Test
    void aStaleCacheDoesNotLetThePodTooManyIn() {
        given("compute", "{}", "{pods: '1'}", "{pods: '0'}");
        plugin.validate(pod("{}"));
        fixture.companions.clear();
        fixture.givenUnheard(core("resourcequotas"), quota("compute", "{}", "{pods: '1'}", "{pods: '1'}"));

        assertThat(refusal(() -> plugin.validate(pod("{}"))))
                .hasMessage(
                        "pods \"web\" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=1, limited: pods=1");
    }

    @Test
    void everyQuotaConcernedIsChargedOrNone() {
        given("a", "{}", "{pods: '9'}", "{pods: '0'}");
        given("b", "{}", "{count/pods: '1'}", "{count/pods: '1'}");

        assertThat(refusal(() -> plugin.validate(pod("{}"))))
                .hasMessageContaining("exceeded quota: b, requested: count/pods=1");
        assertThat(fixture.companions).isEmpty();
    }

    @Test
    void anUncountedQuotaLetsNothingIn() {
        given("compute", "{}", "{pods: '1'}", "{}");

        assertThat(refusal(() -> plugin.validate(pod("{}"))))
                .hasMessage("pods \"web\" is forbidden: status unknown for quota: compute, resources: pods");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{scopes: [BestEffort]};{};true",
                "{scopes: [BestEffort]};{requests: {cpu: 1m}};false",
                "{scopes: [NotBestEffort]};{requests: {cpu: 1m}};true",
                "{scopes: [NotTerminating]};{};true",
                "{scopes: [Terminating]};{};false",
                "{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}};{};false",
                "{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: DoesNotExist}]}};{};true",
            })
    void scopesChooseThePods(String spec, String resources, boolean charged) {
        given("scoped", spec, "{pods: '5'}", "{pods: '0'}");

        plugin.validate(pod(resources));

        assertThat(fixture.companions).hasSize(charged ? 1 : 0);
    }

    @Test
    void anyObjectCanBeCounted() {
        given(
                "objects",
                "{}",
                "{count/deployments.apps: '1', secrets: '1'}",
                "{count/deployments.apps: '0', secrets: '1'}");

        plugin.validate(fixture.create(
                new GroupVersionResource("apps", "v1", "deployments"),
                "{kind: Deployment, metadata: {name: d, namespace: dev}}"));
        assertThat(used(0)).containsEntry("count/deployments.apps", "1");
        assertThat(refusal(() -> plugin.validate(
                        fixture.create(core("secrets"), "{kind: Secret, metadata: {name: s, namespace: dev}}"))))
                .hasMessage(
                        "secrets \"s\" is forbidden: exceeded quota: objects, requested: secrets=1, used: secrets=1, limited:"
                                + " secrets=1");
    }

    @Test
    void anUpdateIsChargedForWhatItAdds() {
        given("net", "{}", "{services: '1', services.nodeports: '1'}", "{services: '1', services.nodeports: '0'}");
        String before =
                "{kind: Service, metadata: {name: s, namespace: dev}, spec: {type: ClusterIP, ports: [{port: 1}]}}";

        plugin.validate(fixture.update(core("services"), before, before.replace("ClusterIP", "NodePort")));
        assertThat(used(0)).containsOnly(Map.entry("services", "1"), Map.entry("services.nodeports", "1"));

        fixture.companions.clear();
        plugin.validate(fixture.update(core("services"), before, before));
        assertThat(fixture.companions).isEmpty();
        assertThat(refusal(() -> plugin.validate(fixture.update(
                        core("services"),
                        before,
                        before.replace("ClusterIP", "NodePort").replace("[{port: 1}]", "[{port: 1}, {port: 2}]")))))
                .hasMessageContaining("exceeded quota: net, requested: services.nodeports=2");
    }

    @Test
    void otherNamespacesDoNotMatter() {
        fixture.given(
                core("resourcequotas"),
                quota("q", "{}", "{pods: '0'}", "{pods: '0'}").replace("namespace: dev", "namespace: prod"));

        plugin.validate(pod("{}"));

        assertThat(fixture.companions).isEmpty();
    }
}
