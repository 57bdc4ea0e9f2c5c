package io.coxswain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeSelectorsTest {
    private static final Map<String, String> LABELS = Map.of("zone", "a", "cores", "8");

    @ParameterizedTest
    @CsvSource({
        "zone,  In,           a b, true",
        "zone,  In,           b,   false",
        "rack,  In,           a,   false",
        "zone,  NotIn,        b,   true",
        "rack,  NotIn,        a,   true",
        "zone,  Exists,       '',  true",
        "rack,  Exists,       '',  false",
        "rack,  DoesNotExist, '',  true",
        "cores, Gt,           7,   true",
        "cores, Gt,           8,   false",
        "cores, Lt,           9,   true",
        "zone,  Gt,           1,   false",
        "rack,  Lt,           1,   false",
        "cores, Gt,           1 2, false",
        "zone,  Like,         a,   false",
    })
    void aRequirementChoosesByLabel(String key, String operator, String values, boolean chosen) {
        List<String> wanted = values.isEmpty() ? List.of() : List.of(values.split(" "));
        NodeSelectorTerm term =
                new NodeSelectorTerm(List.of(new NodeSelectorRequirement(key, operator, wanted)), List.of());
        assertThat(NodeSelectors.matches(term, "node-1", LABELS)).isEqualTo(chosen);
    }

    @Test
    void aTermChoosesByNameAndAnEmptyOneNothing() {
        NodeSelectorTerm named = new NodeSelectorTerm(
                List.of(), List.of(new NodeSelectorRequirement("metadata.name", "In", List.of("node-1"))));
        assertThat(NodeSelectors.matches(named, "node-1", LABELS)).isTrue();
        assertThat(NodeSelectors.matches(named, "node-2", LABELS)).isFalse();
        assertThat(NodeSelectors.matches(new NodeSelectorTerm(), "node-1", LABELS))
                .isFalse();
    }

    @Test
    void selectorAndAnyOfTheTermsMustMatch() {
        PodSpec pod = new PodSpecBuilder()
                .addToNodeSelector("zone", "a")
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addNewMatchExpression()
                .withKey("rack")
                .withOperator("Exists")
                .endMatchExpression()
                .endNodeSelectorTerm()
                .addNewNodeSelectorTerm()
                .addNewMatchExpression()
                .withKey("cores")
                .withOperator("Exists")
                .endMatchExpression()
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .build();
        assertThat(NodeSelectors.matches(pod, "node-1", LABELS)).isTrue();
        assertThat(NodeSelectors.matches(pod, "node-1", Map.of("zone", "a"))).isFalse();
        assertThat(NodeSelectors.matches(pod, "node-1", Map.of("cores", "8"))).isFalse();
        assertThat(NodeSelectors.matches(new PodSpec(), "node-1", Map.of())).isTrue();
    }
}
