package io.coxswain.controller.flowschema;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.SimulatedCluster;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.ObjectView;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlowSchemaReconcilerTest {
    private static final String LEVEL =
            "{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: PriorityLevelConfiguration, metadata: {name: slow}}";

    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.api.put(
                FlowSchemaReconciler.SCHEMAS,
                Trees.yaml("{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: FlowSchema, metadata: {name: mine},"
                        + " spec: {priorityLevelConfiguration: {name: slow}}}"));
        cluster.start(new FlowSchemaReconciler(cluster.api.clients(cluster.timers), cluster.timers.clock()));
    }

    @Test
    void tellsWhenTheLevelIsMissingAndWhenItIsThere() {
        assertThat(dangling())
                .isEqualTo("True NotFound This FlowSchema references the PriorityLevelConfiguration object named"
                        + " \"slow\" but there is no such object");
        cluster.api.put(FlowSchemaReconciler.LEVELS, Trees.yaml(LEVEL));
        cluster.timers.advance(Duration.ofSeconds(1));
        assertThat(dangling())
                .isEqualTo("False Found This FlowSchema references the PriorityLevelConfiguration object named"
                        + " \"slow\" and it exists");
        cluster.api.remove(FlowSchemaReconciler.LEVELS, "", "slow");
        cluster.timers.advance(Duration.ofSeconds(1));
        assertThat(dangling()).startsWith("True NotFound");
    }

    @Test
    void writesNothingThatIsSaidAlready() {
        cluster.api.forgetRequests();
        cluster.timers.advance(Duration.ofSeconds(30));
        cluster.api.put(FlowSchemaReconciler.SCHEMAS, cluster.api.get(FlowSchemaReconciler.SCHEMAS, "", "mine"));
        cluster.timers.advance(Duration.ofSeconds(1));
        assertThat(cluster.writes()).isEmpty();
    }

    private String dangling() {
        ObjectView schema = new ObjectView(cluster.api.get(FlowSchemaReconciler.SCHEMAS, "", "mine"));
        ObjectView condition = schema.items("status", "conditions").get(0);
        assertThat(schema.items("status", "conditions")).hasSize(1);
        return condition.text("status") + " " + condition.text("reason") + " " + condition.text("message");
    }
}
