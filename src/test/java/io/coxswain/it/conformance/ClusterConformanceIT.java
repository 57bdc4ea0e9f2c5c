package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.condition;
import static io.coxswain.it.conformance.Requests.items;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What every cluster is. */
class ClusterConformanceIT extends ConformanceSuite {
    @RegisterExtension
    static final SimulatedPool NODES = new SimulatedPool("untainted", 2);

    @Test
    @DisplayName("architecture | Nodes | at least two untainted nodes")
    void untaintedNodes() {
        assertThat(items(SimulatedPool.NODES))
                .filteredOn(node -> condition(node, "Ready")
                        .filter(ready -> text(ready, "status").equals("True"))
                        .isPresent())
                .filteredOn(node -> !node.getJsonObject("spec").getBoolean("unschedulable", false)
                        && !node.getJsonObject("spec").containsKey("taints"))
                .hasSizeGreaterThanOrEqualTo(2);
    }
}
