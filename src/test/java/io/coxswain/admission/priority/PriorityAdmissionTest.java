package io.coxswain.admission.priority;

import static io.coxswain.admission.AdmissionFixture.core;
import static io.coxswain.admission.AdmissionFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.admission.AdmissionFixture;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.GroupVersionResource;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.Test;

class PriorityAdmissionTest {
    private static final GroupVersionResource CLASSES =
            new GroupVersionResource("scheduling.k8s.io", "v1", "priorityclasses");

    private final AdmissionFixture fixture = new AdmissionFixture();
    private final PriorityAdmission plugin = new PriorityAdmission(fixture.reads);

    private JsonObject spec(String spec) {
        return plugin.admit(fixture.create(
                        core("pods"), "{kind: Pod, metadata: {name: web, namespace: dev}, spec: " + spec + "}"))
                .getJsonObject("spec");
    }

    private void priorityClass(String more) {
        fixture.given(CLASSES, "{kind: PriorityClass, " + more + "}");
    }

    @Test
    void theClassGivesTheNumber() {
        priorityClass("metadata: {name: high}, value: 1000, preemptionPolicy: Never");

        assertThat(spec("{priorityClassName: high}"))
                .isEqualTo(Trees.yaml("{priorityClassName: high, priority: 1000, preemptionPolicy: Never}"));
        assertThat(spec("{}")).isEqualTo(Trees.yaml("{priority: 0, preemptionPolicy: PreemptLowerPriority}"));
    }

    @Test
    void theDefaultClassIsForThoseWithoutAny() {
        priorityClass("metadata: {name: usual}, value: 7, globalDefault: true");

        assertThat(spec("{}"))
                .isEqualTo(
                        Trees.yaml("{priorityClassName: usual, priority: 7, preemptionPolicy: PreemptLowerPriority}"));
        assertThat(refusal(() -> plugin.validate(fixture.create(
                        CLASSES, "{kind: PriorityClass, metadata: {name: second}, value: 8, globalDefault: true}"))))
                .hasMessage(
                        "priorityclasses.scheduling.k8s.io \"second\" is forbidden: PriorityClass usual is already marked"
                                + " as default. Only one default can exist");
    }

    @Test
    void nobodyChoosesANumberHimself() {
        assertThat(refusal(() -> spec("{priorityClassName: none}")))
                .hasMessage("pods \"web\" is forbidden: no PriorityClass with name none was found");
        assertThat(refusal(() -> spec("{priority: 5}")))
                .hasMessage(
                        "pods \"web\" is forbidden: the integer value of priority (5) must not be provided in pod spec;"
                                + " priority admission controller computed 0 from the given PriorityClass name");
    }

    @Test
    void anUpdateKeepsTheNumber() {
        JsonObject updated = plugin.admit(fixture.update(
                core("pods"),
                "{kind: Pod, metadata: {name: web, namespace: dev}, spec: {priority: 7, preemptionPolicy: Never}}",
                "{kind: Pod, metadata: {name: web, namespace: dev}, spec: {}}"));

        assertThat(updated.getJsonObject("spec")).isEqualTo(Trees.yaml("{priority: 7, preemptionPolicy: Never}"));
    }
}
