package io.coxswain.admission.runtimeclass;

import static io.coxswain.admission.AdmissionFixture.core;
import static io.coxswain.admission.AdmissionFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.admission.AdmissionFixture;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.GroupVersionResource;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RuntimeClassAdmissionTest {
    private final AdmissionFixture fixture = new AdmissionFixture();
    private final RuntimeClassAdmission plugin = new RuntimeClassAdmission(fixture.reads);

    @BeforeEach
    void sandboxed() {
        fixture.given(
                new GroupVersionResource("node.k8s.io", "v1", "runtimeclasses"),
                "{kind: RuntimeClass, metadata: {name: box}, handler: box, overhead: {podFixed: {cpu: 250m}}, scheduling:"
                        + " {nodeSelector: {box: 'yes'}, tolerations: [{key: box, operator: Exists}]}}");
    }

    private JsonObject spec(String spec) {
        var request =
                fixture.create(core("pods"), "{kind: Pod, metadata: {name: web, namespace: dev}, spec: " + spec + "}");
        assertThat(plugin.handles(request)).isTrue();
        var admitted = request.withObject(plugin.admit(request));
        plugin.validate(admitted);
        return admitted.object().getJsonObject("spec");
    }

    @Test
    void thePodGetsWhatItsClassNeeds() {
        assertThat(spec("{runtimeClassName: box, nodeSelector: {disk: ssd}, tolerations: [{key: box, operator: Exists,"
                        + " effect: NoSchedule}, {key: own}]}"))
                .isEqualTo(
                        Trees.yaml("{runtimeClassName: box, nodeSelector: {disk: ssd, box: 'yes'}, tolerations: [{key:"
                                + " own}, {key: box, operator: Exists}], overhead: {cpu: 250m}}"));
        assertThat(spec("{}")).isEqualTo(Trees.yaml("{}"));
        assertThat(spec("{runtimeClassName: box, overhead: {cpu: '0.25'}}").getJsonObject("overhead"))
                .isEqualTo(Trees.yaml("{cpu: 250m}"));
    }

    @Test
    void whatContradictsTheClassIsRefused() {
        assertThat(refusal(() -> spec("{runtimeClassName: none}")))
                .hasMessage("pods \"web\" is forbidden: pod rejected: RuntimeClass \"none\" not found");
        assertThat(refusal(() -> spec("{runtimeClassName: box, nodeSelector: {box: 'no'}}")))
                .hasMessage("pods \"web\" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[box] = yes;"
                        + " pod.spec.nodeSelector[box] = no");
        assertThat(refusal(() -> spec("{overhead: {cpu: '1'}}")))
                .hasMessage("pods \"web\" is forbidden: pod rejected: Pod Overhead set without corresponding"
                        + " RuntimeClass defined Overhead");
        for (String amount : new String[] {"'1'", "much"}) {
            assertThat(refusal(() -> spec("{runtimeClassName: box, overhead: {cpu: " + amount + "}}")))
                    .hasMessage("pods \"web\" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's"
                            + " defined Overhead");
        }
    }
}
