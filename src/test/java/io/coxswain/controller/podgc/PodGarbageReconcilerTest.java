package io.coxswain.controller.podgc;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.ClusterObjects;
import io.coxswain.controller.SimulatedCluster;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PodGarbageReconcilerTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new PodGarbageReconciler(cluster.timers.clock(), 3));
        cluster.api.put(ResourceTypes.NODES, ClusterObjects.node("node-1"));
    }

    @Test
    void removesPodsOfALostNodeAfterAWhileAndOnlyThose() {
        put(pod("stays", "node-1"));
        put(pod("orphan", "lost"));
        advance(55);
        assertThat(cluster.api.exists(ResourceTypes.PODS, "ns", "orphan")).isTrue();
        advance(30);
        assertThat(cluster.api.exists(ResourceTypes.PODS, "ns", "orphan")).isFalse();
        assertThat(cluster.api.exists(ResourceTypes.PODS, "ns", "stays")).isTrue();
        assertThat(cluster.writes())
                .containsExactly(
                        "patch pods/status /api/v1/namespaces/ns/pods/orphan/status",
                        "delete pods /api/v1/namespaces/ns/pods/orphan");
    }

    @Test
    void tellsWhyBeforeItDeletes() {
        // A finalizer lets us see the last state.
        put(new PodBuilder(pod("orphan", "lost"))
                .editMetadata()
                .addToFinalizers("example.org/hold")
                .endMetadata()
                .build());
        advance(85);
        Pod orphan = cluster.api.get(ResourceTypes.PODS, "ns", "orphan");
        assertThat(orphan.getStatus().getPhase()).isEqualTo("Failed");
        assertThat(orphan.getMetadata().getDeletionTimestamp()).isNotNull();
        assertThat(orphan.getStatus().getConditions()).anySatisfy(condition -> {
            assertThat(condition.getType()).isEqualTo("DisruptionTarget");
            assertThat(condition.getReason()).isEqualTo("DeletionByPodGC");
            assertThat(condition.getMessage()).isEqualTo("PodGC: node no longer exists");
        });
    }

    @Test
    void aNodeThatRegistersLateKeepsItsPods() {
        put(pod("early", "late"));
        advance(50);
        cluster.api.put(ResourceTypes.NODES, ClusterObjects.node("late"));
        advance(100);
        assertThat(cluster.api.exists(ResourceTypes.PODS, "ns", "early")).isTrue();
    }

    @Test
    void removesTheOldestFinishedPodsBeyondTheLimit() {
        for (int i = 0; i < 5; i++) {
            put(ClusterObjects.phase(pod("done-" + i, "node-1"), i % 2 == 0 ? "Succeeded" : "Failed"));
            advance(1);
        }
        advance(25);
        assertThat(cluster.pods("ns"))
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactly("done-2", "done-3", "done-4");
    }

    @Test
    void removesPodsThatWereDeletedBeforeTheyHadANode() {
        put(ClusterObjects.terminating(new PodBuilder(pod("unscheduled", "node-1"))
                .editSpec()
                .withNodeName(null)
                .endSpec()
                .build()));
        advance(25);
        assertThat(cluster.pods("ns")).isEmpty();
    }

    @Test
    void removesTerminatingPodsOfANodeThatIsOutOfService() {
        cluster.api.put(
                ResourceTypes.NODES,
                new NodeBuilder(ClusterObjects.node("dead"))
                        .editSpec()
                        .addNewTaint()
                        .withKey("node.kubernetes.io/out-of-service")
                        .withEffect("NoExecute")
                        .endTaint()
                        .endSpec()
                        .build());
        put(pod("running", "dead"));
        put(ClusterObjects.terminating(pod("leaving", "dead")));
        put(ClusterObjects.terminating(pod("elsewhere", "node-1")));
        advance(25);
        assertThat(cluster.pods("ns"))
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactly("elsewhere", "running");
    }

    private static Pod pod(String name, String node) {
        return ClusterObjects.pod(name, Map.of(), node, "10.244.0.1");
    }

    private void put(Pod pod) {
        cluster.api.put(ResourceTypes.PODS, pod);
    }

    private void advance(int seconds) {
        cluster.timers.advance(Duration.ofSeconds(seconds));
    }
}
