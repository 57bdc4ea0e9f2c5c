package io.coxswain.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.node.PodFacts;
import io.coxswain.node.TestPods;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DownwardApiTest {

    private static final PodFacts FACTS = new PodFacts(
            List.of("172.30.0.11"),
            List.of("10.244.0.7", "fd00::7"),
            Map.of("cpu", new Quantity("2"), "memory", new Quantity("4Gi")));

    private static final Container CONTAINER = new ContainerBuilder()
            .withName("c")
            .withNewResources()
            .addToRequests("cpu", new Quantity("250m"))
            .addToLimits("memory", new Quantity("64Mi"))
            .endResources()
            .build();

    private static final Pod POD = new PodBuilder(TestPods.pod("Always", CONTAINER))
            .editMetadata()
            .addToLabels("z", "1")
            .addToAnnotations("a/b", "line\n\"q\"")
            .endMetadata()
            .build();

    @ParameterizedTest
    @CsvSource({
        "metadata.name, web",
        "metadata.namespace, default",
        "metadata.uid, u1",
        "metadata.labels['app'], web",
        "spec.nodeName, node-1",
        "spec.serviceAccountName, default",
        "status.hostIP, 172.30.0.11",
        "status.podIP, 10.244.0.7",
        "status.podIPs, '10.244.0.7,fd00::7'",
    })
    void readsFields(String path, String value) {
        assertThat(DownwardApi.field(POD, FACTS, path)).isEqualTo(value);
    }

    @Test
    void writesMapsSortedAndQuoted() {
        assertThat(DownwardApi.field(POD, FACTS, "metadata.labels")).isEqualTo("app=\"web\"\nz=\"1\"");
        assertThat(DownwardApi.field(POD, FACTS, "metadata.annotations")).isEqualTo("a/b=\"line\\n\\\"q\\\"\"");
        assertThat(DownwardApi.field(POD, FACTS, "metadata.annotations['none']"))
                .isEmpty();
    }

    @Test
    void refusesOtherFields() {
        assertThatThrownBy(() -> DownwardApi.field(POD, FACTS, "spec.containers"))
                .hasMessage("unsupported fieldPath: spec.containers");
    }

    private static String resource(String name, String divisor) {
        ResourceFieldSelector selector = new ResourceFieldSelector();
        selector.setResource(name);
        selector.setDivisor(new Quantity(divisor));
        return DownwardApi.resource(POD, FACTS, selector, CONTAINER);
    }

    @Test
    void dividesResourcesRoundingUp() {
        assertThat(resource("requests.cpu", "1")).isEqualTo("1");
        assertThat(resource("requests.cpu", "1m")).isEqualTo("250");
        assertThat(resource("limits.memory", "1Mi")).isEqualTo("64");
        assertThat(resource("limits.memory", "0")).isEqualTo("67108864");
        assertThat(resource("requests.memory", "1")).isEqualTo("0");
    }

    @Test
    void fallsBackToTheNodesAllocatable() {
        assertThat(resource("limits.cpu", "1")).isEqualTo("2");
    }
}
