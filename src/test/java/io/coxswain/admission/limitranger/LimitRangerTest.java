package io.coxswain.admission.limitranger;

import static io.coxswain.admission.AdmissionFixture.core;
import static io.coxswain.admission.AdmissionFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.coxswain.admission.AdmissionFixture;
import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.ObjectView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitRangerTest {
    private final AdmissionFixture fixture = new AdmissionFixture();
    private final LimitRanger plugin = new LimitRanger(fixture.reads);

    private void limits(String limits) {
        fixture.given(
                core("limitranges"),
                "{kind: LimitRange, metadata: {name: l, namespace: dev}, spec: {limits: [" + limits + "]}}");
    }

    private AdmissionAttributes pod(String resources) {
        return fixture.create(
                core("pods"),
                "{kind: Pod, metadata: {name: web, namespace: dev}, spec: {containers: [{name: a, image: x, resources: "
                        + resources + "}]}}");
    }

    @Test
    void missingAmountsAreFilledInAndNoted() {
        limits("{type: Container, default: {cpu: '1', memory: 1Gi}, defaultRequest: {cpu: 500m}}");

        ObjectView pod = new ObjectView(plugin.admit(pod("{limits: {cpu: '2'}}")));

        assertThat(pod.items("spec", "containers").get(0).object("resources"))
                .isEqualTo(Trees.yaml("{limits: {cpu: '2', memory: 1Gi}, requests: {cpu: 500m}}"));
        assertThat(pod.annotations())
                .containsEntry(
                        "kubernetes.io/limit-ranger",
                        "LimitRanger plugin set: cpu request for container a; memory limit for container a");
    }

    @Test
    void nothingChangesWithoutLimitRanges() {
        AdmissionAttributes request = pod("{}");

        assertThat(plugin.admit(request)).isSameAs(request.object());
        assertThatCode(() -> plugin.validate(request)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{type: Container, min: {cpu: 100m}};{};minimum cpu usage per Container is 100m.  No request is specified",
                "{type: Container, min: {cpu: 100m}};{requests: {cpu: 50m}};minimum cpu usage per Container is 100m, but"
                        + " request is 50m",
                "{type: Container, max: {memory: 1Gi}};{};maximum memory usage per Container is 1Gi.  No limit is specified",
                "{type: Container, max: {memory: 1Gi}};{limits: {memory: 2Gi}};maximum memory usage per Container is 1Gi, but"
                        + " limit is 2Gi",
                "{type: Pod, max: {cpu: '1'}};{limits: {cpu: '2'}};maximum cpu usage per Pod is 1, but limit is 2",
                "{type: Container, maxLimitRequestRatio: {cpu: '2'}};{requests: {cpu: 100m}, limits: {cpu: 300m}};cpu max"
                        + " limit to request ratio per Container is 2, but provided ratio is 3.000000",
                "{type: Container, maxLimitRequestRatio: {cpu: '2'}};{limits: {cpu: 300m}};cpu max limit to request ratio"
                        + " per Container is 2, but no request is specified or request is 0",
                "{type: Container, min: {cpu: 100m}, max: {cpu: '1'}};{requests: {cpu: 50m}, limits: {cpu: '2'}};[minimum cpu"
                        + " usage per Container is 100m, but request is 50m, maximum cpu usage per Container is 1, but"
                        + " limit is 2]",
            })
    void whatLiesOutsideIsRefused(String limit, String resources, String why) {
        limits(limit);

        assertThat(refusal(() -> plugin.validate(pod(resources)))).hasMessage("pods \"web\" is forbidden: " + why);
    }

    @Test
    void aPodCountsAsAWhole() {
        limits("{type: Pod, max: {cpu: '2'}}");
        String manifest = """
                kind: Pod
                metadata: {name: web, namespace: dev}
                spec:
                  initContainers: [{name: i, resources: {limits: {cpu: "2"}}}]
                  containers: [{name: a, resources: {limits: {cpu: "1"}}}, {name: b, resources: {limits: {cpu: "1"}}}]
                """;

        assertThatCode(() -> plugin.validate(fixture.create(core("pods"), manifest)))
                .doesNotThrowAnyException();
        assertThat(refusal(() -> plugin.validate(
                        fixture.create(core("pods"), manifest.replace("name: i,", "name: i, restartPolicy: Always,")))))
                .hasMessageContaining("maximum cpu usage per Pod is 2, but limit is 4");
    }

    @Test
    void claimsAreHeldToTheirSize() {
        limits("{type: PersistentVolumeClaim, min: {storage: 1Gi}, max: {storage: 2Gi}}");

        assertThat(refusal(() -> plugin.validate(fixture.create(
                        core("persistentvolumeclaims"),
                        "{kind: PersistentVolumeClaim, metadata: {name: c, namespace: dev},"
                                + " spec: {resources: {requests: {storage: 3Gi}}}}"))))
                .hasMessage(
                        "persistentvolumeclaims \"c\" is forbidden: maximum storage usage per PersistentVolumeClaim is"
                                + " 2Gi, but request is 3Gi");
    }

    @Test
    void existingPodsAreLeftAlone() {
        String pod = "{kind: Pod, metadata: {name: web, namespace: dev}}";
        assertThat(plugin.handles(fixture.update(core("pods"), pod, pod))).isFalse();
        assertThat(plugin.handles(pod("{}"))).isTrue();
    }
}
