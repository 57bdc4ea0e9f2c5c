package io.coxswain.admission.podsecurity;

import static io.coxswain.admission.AdmissionFixture.by;
import static io.coxswain.admission.AdmissionFixture.core;
import static io.coxswain.admission.AdmissionFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.admission.AdmissionFixture;
import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodSecurityTest {
    private static final String HARDENED =
            "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image:"
                    + " a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]";
    private static final String PLAIN = "containers: [{name: c, image: a}]";
    private static final String RESTRICTED_FAULTS = "allowPrivilegeEscalation != false (container \"c\" must set"
            + " securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container \"c\" must"
            + " set securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot != true (pod or container \"c\""
            + " must set securityContext.runAsNonRoot=true), seccompProfile (pod or container \"c\" must set"
            + " securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")";

    private final AdmissionFixture fixture = new AdmissionFixture();
    private final PodSecurity plugin = new PodSecurity(fixture.reads);

    private static String namespace(String labels) {
        return "{kind: Namespace, metadata: {name: dev, labels: {" + labels + "}}}";
    }

    private void labels(String labels) {
        fixture.given(core("namespaces"), namespace(labels));
    }

    private static String pod(String spec) {
        return "{kind: Pod, metadata: {name: web, namespace: dev}, spec: {" + spec + "}}";
    }

    private void admit(AdmissionAttributes request) {
        assertThat(plugin.handles(request)).isTrue();
        plugin.validate(request);
    }

    private void create(String spec) {
        admit(fixture.create(core("pods"), pod(spec)));
    }

    @Test
    void withoutLabelsEverythingGoes() {
        labels("");

        create("hostNetwork: true, " + PLAIN);
        assertThat(fixture.warnings).isEmpty();
    }

    @Test
    void theEnforcedLevelRefuses() {
        labels("pod-security.kubernetes.io/enforce: restricted");

        create(HARDENED);
        assertThat(refusal(() -> create(PLAIN)))
                .hasMessage(
                        "pods \"web\" is forbidden: violates PodSecurity \"restricted:latest\": " + RESTRICTED_FAULTS);
        assertThat(refusal(() -> create(PLAIN)).code()).isEqualTo(403);
    }

    @Test
    void aVersionIsHeldTo() {
        labels("pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/enforce-version: v1.7");

        assertThat(refusal(() -> create(PLAIN)))
                .hasMessage("pods \"web\" is forbidden: violates PodSecurity \"restricted:v1.7\": runAsNonRoot != true"
                        + " (pod or container \"c\" must set securityContext.runAsNonRoot=true)");
    }

    @Test
    void baselineRefusesWaysOut() {
        labels("pod-security.kubernetes.io/enforce: baseline");

        create(PLAIN);
        assertThat(refusal(() -> create("hostNetwork: true, hostPID: true, volumes: [{name: v, hostPath: {path: /}}],"
                        + " containers: [{name: a, ports: [{hostPort: 80}], securityContext: {privileged: true,"
                        + " capabilities: {add: [SYS_ADMIN, CHOWN]}}}, {name: b, ports: [{hostPort: 90}]}]")))
                .hasMessage("pods \"web\" is forbidden: violates PodSecurity \"baseline:latest\": host namespaces"
                        + " (hostNetwork=true, hostPID=true), hostPort (containers \"a\", \"b\" use hostPorts 80, 90),"
                        + " privileged (container \"a\" must not set securityContext.privileged=true), non-default"
                        + " capabilities (container \"a\" must not include \"SYS_ADMIN\" in"
                        + " securityContext.capabilities.add), hostPath volumes (volume \"v\")");
    }

    @Test
    void warningsComeWithoutRefusal() {
        labels("pod-security.kubernetes.io/warn: restricted");

        create(PLAIN);
        create(HARDENED);
        assertThat(fixture.warnings)
                .containsExactly("would violate PodSecurity \"restricted:latest\": " + RESTRICTED_FAULTS);
    }

    @Test
    void templatesAreWarnedOfAndNeverRefused() {
        labels("pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/warn: restricted");
        String template = "{template: {spec: {" + PLAIN + "}}}";

        admit(fixture.create(
                new GroupVersionResource("apps", "v1", "deployments"),
                "{kind: Deployment, metadata: {name: web, namespace: dev}, spec: " + template + "}"));
        admit(fixture.create(
                new GroupVersionResource("batch", "v1", "cronjobs"),
                "{kind: CronJob, metadata: {name: web, namespace: dev}, spec: {jobTemplate: {spec: " + template
                        + "}}}"));
        admit(fixture.create(
                core("replicationcontrollers"),
                "{kind: ReplicationController, metadata: {name: web, namespace: dev}, spec: {}}"));
        assertThat(fixture.warnings).hasSize(2).allMatch(text -> text.endsWith(RESTRICTED_FAULTS));
    }

    @Test
    void onlyUpdatesThatMatterAreChecked() {
        labels("pod-security.kubernetes.io/enforce: restricted");

        admit(fixture.update(core("pods"), pod(PLAIN), pod(PLAIN + ", activeDeadlineSeconds: 5")));
        assertThat(refusal(() ->
                        admit(fixture.update(core("pods"), pod(PLAIN), pod("containers: [{name: c, image: b}]")))))
                .hasMessageContaining("violates PodSecurity");
        AdmissionAttributes debug = by(
                UserInfo.of("ann"),
                "ephemeralcontainers",
                fixture.update(
                        core("pods"), pod(HARDENED), pod(HARDENED + ", ephemeralContainers: [{name: d, image: x}]")));
        assertThat(refusal(() -> admit(debug))).hasMessageContaining("container \"d\" must set");
        assertThat(plugin.handles(by(UserInfo.of("ann"), "status", debug))).isFalse();
    }

    @Test
    void labelsThatSayNothingAreRefused() {
        ApiException refused = refusal(() -> admit(fixture.create(
                core("namespaces"),
                namespace("pod-security.kubernetes.io/enforce: strict, pod-security.kubernetes.io/warn-version: v2"))));

        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused)
                .hasMessage(
                        "Namespace \"dev\" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid"
                                + " value: \"strict\": must be one of privileged, baseline, restricted,"
                                + " metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: \"v2\": must be"
                                + " \"latest\" or \"v1.x\"]");
        String bad = namespace("pod-security.kubernetes.io/enforce: strict");
        admit(fixture.update(core("namespaces"), bad, bad));
    }

    @Test
    void unreadableLabelsEnforceTheStrictestAndDoNotWarn() {
        labels("pod-security.kubernetes.io/enforce: strict, pod-security.kubernetes.io/warn: loud");

        create(HARDENED);
        assertThat(refusal(() -> create(PLAIN))).hasMessageContaining("violates PodSecurity \"restricted:latest\"");
        assertThat(fixture.warnings).isEmpty();
    }

    @Test
    void aStricterLevelWarnsOfThePodsThatAreThere() {
        for (String name : new String[] {"a", "b", "c"}) {
            fixture.given(core("pods"), pod(PLAIN).replace("web", name));
        }
        fixture.given(core("pods"), pod(HARDENED).replace("web", "good"));
        fixture.given(core("pods"), pod(HARDENED + ", hostIPC: true").replace("web", "odd"));
        String strict = namespace("pod-security.kubernetes.io/enforce: restricted");

        admit(fixture.update(core("namespaces"), namespace(""), strict));
        assertThat(fixture.warnings)
                .containsExactly(
                        "existing pods in namespace \"dev\" violate the new PodSecurity enforce level"
                                + " \"restricted:latest\"",
                        "a (and 2 other pods): allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot"
                                + " != true, seccompProfile",
                        "odd: host namespaces");
        fixture.warnings.clear();
        admit(fixture.update(core("namespaces"), strict, namespace("pod-security.kubernetes.io/enforce: baseline")));
        admit(fixture.update(core("namespaces"), strict, strict));
        assertThat(fixture.warnings).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec", "eviction", "binding", "log"})
    void subresourcesThatChangeNoPodAreLeftAlone(String subresource) {
        assertThat(plugin.handles(by(UserInfo.of("ann"), subresource, fixture.create(core("pods"), pod(PLAIN)))))
                .isFalse();
    }
}
