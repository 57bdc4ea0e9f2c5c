package io.coxswain.node.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.meta.quantity.Quantity;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulatedUsageTest {
    private static final String USAGE = "simulated.coxswain.io/usage";

    @Test
    void eachContainerUsesWhatThePodSaysOrElseItsNode() {
        Node node = node(Map.of(USAGE, "cpu=100m"));
        assertThat(SimulatedUsage.of(pod("Running", Map.of()), node))
                .isEqualTo(Map.of("web", cpu("100m"), "proxy", cpu("100m")));
        assertThat(SimulatedUsage.of(pod("Running", Map.of(USAGE, "cpu=250m, memory=64Mi")), node)
                        .get("proxy"))
                .isEqualTo(Map.of("cpu", Quantity.parse("250m"), "memory", Quantity.parse("64Mi")));
        assertThat(SimulatedUsage.of(pod("Running", Map.of(USAGE + ".web", "cpu=1")), node))
                .isEqualTo(Map.of("web", cpu("1"), "proxy", cpu("100m")));
    }

    @Test
    void nothingIsKnownWhereNothingIsSaidOrRuns() {
        Map<String, String> said = Map.of(USAGE, "cpu=1");
        assertThat(SimulatedUsage.of(pod("Running", Map.of()), node(Map.of()))).isEmpty();
        assertThat(SimulatedUsage.of(pod("Pending", said), node(Map.of()))).isEmpty();
        assertThat(SimulatedUsage.of(pod("Running", Map.of(USAGE, "cpu=-1")), node(Map.of())))
                .isEmpty();
        Node real = new NodeBuilder(node(Map.of()))
                .editMetadata()
                .withLabels(Map.of())
                .endMetadata()
                .build();
        assertThat(SimulatedUsage.of(pod("Running", said), real)).isEmpty();
    }

    private static Map<String, Quantity> cpu(String amount) {
        return Map.of("cpu", Quantity.parse(amount));
    }

    private static Node node(Map<String, String> annotations) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName("simulated-1")
                .addToLabels("simulated.coxswain.io/node", "true")
                .withAnnotations(annotations)
                .endMetadata()
                .build();
    }

    private static Pod pod(String phase, Map<String, String> annotations) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("a")
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("web")
                .endContainer()
                .addNewInitContainer()
                .withName("proxy")
                .withRestartPolicy("Always")
                .endInitContainer()
                .addNewInitContainer()
                .withName("setup")
                .endInitContainer()
                .endSpec()
                .withNewStatus()
                .withPhase(phase)
                .endStatus()
                .build();
    }
}
