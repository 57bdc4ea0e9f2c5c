package io.coxswain.kinds.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.kinds.Trees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.Test;

class PodSubresourcesTest {
    private static final String POD = """
            metadata: {name: web, resourceVersion: "5"}
            spec:
              containers:
              - {name: c, image: "x:1", resources: {requests: {cpu: 100m}, limits: {cpu: 200m}}}
            """;

    private static JsonObject pod(String text) {
        return new PodKind().defaults(Trees.yaml(text));
    }

    @Test
    void debugContainersComeAndNeverGo() {
        PodEphemeralContainers subresource = new PodEphemeralContainers();
        JsonObject debugged = subresource.apply(
                pod(POD), pod(POD + "  ephemeralContainers: [{name: d, image: 'y:1', targetContainerName: c}]\n"));
        assertThat(new ObjectView(debugged).items("spec", "ephemeralContainers"))
                .hasSize(1);
        assertThatThrownBy(() -> subresource.apply(debugged, pod(POD)))
                .hasMessageContaining("existing ephemeral containers \"d\" may not be removed");
        assertThatThrownBy(() -> subresource.apply(
                        pod(POD), pod(POD + "  ephemeralContainers: [{name: d, image: y, targetContainerName: z}]\n")))
                .hasMessageContaining("spec.ephemeralContainers[0].targetContainerName: Not found: \"z\"");
        assertThatThrownBy(() -> subresource.apply(pod(POD), pod(POD.replace("\"5\"", "\"4\""))))
                .hasMessageContaining("the object has been modified");
    }

    @Test
    void resizingChangesCpuAndMemoryAlone() {
        PodResize resize = new PodResize();
        JsonObject larger = resize.apply(pod(POD), pod(POD.replace("200m", "400m")));
        assertThat(new ObjectView(larger).items("spec", "containers").get(0).text("resources", "limits", "cpu"))
                .isEqualTo("400m");
        assertThatThrownBy(() -> resize.apply(pod(POD), pod(POD.replace("x:1", "x:2"))))
                .hasMessageContaining("only cpu and memory resources are mutable");
        assertThatThrownBy(() -> resize.apply(
                        pod(POD),
                        pod(POD.replace("cpu: 100m", "cpu: 200m, memory: 1Gi")
                                .replace("limits: {cpu: 200m", "limits: {cpu: 200m, memory: 1Gi"))))
                .hasMessageContaining("Pod QOS Class may not change as a result of resizing");
        assertThatThrownBy(() -> resize.apply(pod(POD), pod(POD.replace("limits: {cpu: 200m}", "limits: {}"))))
                .hasMessageContaining("resource limits cannot be removed");
    }
}
