package io.coxswain.controller.nodelifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.bootstrap.config.ControllersConfig;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.ClusterObjects;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.controller.runtime.Nodes;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeLifecycleReconcilerTest {
    private static final ControllersConfig SETTINGS = new ControllersConfig(Duration.ofSeconds(15), 10);

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final Set<String> alive = new TreeSet<>(Set.of("node-1", "node-2"));

    @BeforeEach
    void start() {
        report("node-1", "True");
        report("node-2", "True");
        cluster.start(new NodeLifecycleReconciler(SETTINGS, cluster.timers.clock()));
    }

    @Test
    void aSilentNodeBecomesUnknownAndTainted() {
        cluster.api.put(ResourceTypes.PODS, ClusterObjects.pod("p", Map.of(), "node-2", "10.244.1.1"));
        cluster.api.put(ResourceTypes.PODS, ClusterObjects.pod("q", Map.of(), "node-1", "10.244.0.1"));
        live(6);
        alive.remove("node-2");
        live(12);
        assertThat(Nodes.isReady(node("node-2"))).isTrue();
        live(8);
        for (String type : List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")) {
            assertThat(condition("node-2", type).getStatus()).isEqualTo("Unknown");
        }
        assertThat(condition("node-2", "Ready").getReason()).isEqualTo("NodeStatusUnknown");
        assertThat(condition("node-2", "Ready").getMessage()).isEqualTo("Kubelet stopped posting node status.");
        assertThat(taints("node-2"))
                .containsExactlyInAnyOrder(
                        "node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute");
        assertThat(Nodes.taints(node("node-2"))).allMatch(taint -> taint.getTimeAdded() != null);
        assertThat(Pods.isReady(cluster.api.get(ResourceTypes.PODS, "ns", "p"))).isFalse();
        assertThat(Pods.isReady(cluster.api.get(ResourceTypes.PODS, "ns", "q"))).isTrue();
        assertThat(cluster.eventMessages("default", "NodeNotReady"))
                .containsExactly("Node node-2 status is now: NodeNotReady");
        assertThat(Nodes.isReady(node("node-1"))).isTrue();
        assertThat(taints("node-1")).isEmpty();
    }

    @Test
    void tellsPodsOnceSoThatANodeWhichIsThereHasTheLastWord() {
        cluster.api.put(ResourceTypes.PODS, ClusterObjects.pod("p", Map.of(), "node-2", "10.244.1.1"));
        live(6);
        report("node-2", "False");
        live(3);
        assertThat(Pods.isReady(cluster.api.get(ResourceTypes.PODS, "ns", "p"))).isFalse();
        cluster.api.put(ResourceTypes.PODS, ClusterObjects.pod("p", Map.of(), "node-2", "10.244.1.1"));
        live(10);
        assertThat(Pods.isReady(cluster.api.get(ResourceTypes.PODS, "ns", "p"))).isTrue();
        report("node-2", "True");
        live(3);
        report("node-2", "False");
        live(3);
        assertThat(Pods.isReady(cluster.api.get(ResourceTypes.PODS, "ns", "p"))).isFalse();
    }

    @Test
    void triesAgainWhenAPodCouldNotBeTold() {
        cluster.api.put(ResourceTypes.PODS, ClusterObjects.pod("p", Map.of(), "node-2", "10.244.1.1"));
        live(6);
        cluster.api.failWhen(
                request -> request.info().resource().equals("pods") ? ApiException.unavailable("database away") : null);
        report("node-2", "False");
        live(3);
        assertThat(Pods.isReady(cluster.api.get(ResourceTypes.PODS, "ns", "p"))).isTrue();
        cluster.api.failWhen(request -> null);
        live(3);
        assertThat(Pods.isReady(cluster.api.get(ResourceTypes.PODS, "ns", "p"))).isFalse();
    }

    @Test
    void itComesBackCleanly() {
        alive.remove("node-2");
        live(25);
        alive.add("node-2");
        report("node-2", "True");
        live(3);
        assertThat(Nodes.isReady(node("node-2"))).isTrue();
        assertThat(taints("node-2")).isEmpty();
    }

    @Test
    void theLeaseAloneKeepsANodeAlive() {
        live(120);
        assertThat(Nodes.isReady(node("node-1"))).isTrue();
        assertThat(taints("node-1")).isEmpty();
    }

    @Test
    void aNodeThatSaysItIsNotReadyIsTaintedAsSuchAndSwitches() {
        report("node-2", "False");
        live(3);
        assertThat(taints("node-2"))
                .containsExactlyInAnyOrder(
                        "node.kubernetes.io/not-ready:NoSchedule", "node.kubernetes.io/not-ready:NoExecute");
        alive.remove("node-2");
        live(20);
        assertThat(taints("node-2"))
                .containsExactlyInAnyOrder(
                        "node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute");
    }

    @Test
    void pressureAndCordonKeepNewPodsAwayAndOthersTaintsStay() {
        cluster.api.put(
                ResourceTypes.NODES,
                new NodeBuilder(node("node-1"))
                        .editSpec()
                        .withUnschedulable(true)
                        .addNewTaint()
                        .withKey("mine")
                        .withValue("v")
                        .withEffect("NoSchedule")
                        .endTaint()
                        .endSpec()
                        .editStatus()
                        .editMatchingCondition(c -> c.getType().equals("MemoryPressure"))
                        .withStatus("True")
                        .endCondition()
                        .endStatus()
                        .build());
        live(3);
        assertThat(taints("node-1"))
                .containsExactlyInAnyOrder(
                        "mine:NoSchedule",
                        "node.kubernetes.io/memory-pressure:NoSchedule",
                        "node.kubernetes.io/unschedulable:NoSchedule");
        report("node-1", "True");
        cluster.api.put(
                ResourceTypes.NODES,
                new NodeBuilder(node("node-1"))
                        .editSpec()
                        .withUnschedulable(false)
                        .endSpec()
                        .build());
        live(3);
        assertThat(taints("node-1")).containsExactly("mine:NoSchedule");
        assertThat(Nodes.taints(node("node-1")).get(0).getValue()).isEqualTo("v");
    }

    @Test
    void drivesNobodyOffWhenNoNodeIsHeardOf() {
        alive.clear();
        live(30);
        assertThat(taints("node-1")).containsExactly("node.kubernetes.io/unreachable:NoSchedule");
        assertThat(taints("node-2")).containsExactly("node.kubernetes.io/unreachable:NoSchedule");
        alive.add("node-1");
        report("node-1", "True");
        live(10);
        assertThat(taints("node-1")).isEmpty();
        assertThat(taints("node-2")).containsExactly("node.kubernetes.io/unreachable:NoSchedule");
        live(10);
        assertThat(taints("node-2")).contains("node.kubernetes.io/unreachable:NoExecute");
    }

    @Test
    void aNodeThatNeverReportedGetsAMinute() {
        cluster.api.put(ResourceTypes.NODES, ClusterObjects.node("mute"));
        live(50);
        assertThat(Nodes.condition(node("mute"), "Ready")).isEmpty();
        live(15);
        assertThat(condition("mute", "Ready").getReason()).isEqualTo("NodeStatusNeverUpdated");
        assertThat(condition("mute", "Ready").getMessage()).isEqualTo("Kubelet never posted node status.");
    }

    @Test
    void writesNothingWhileAllIsWell() {
        live(5);
        cluster.api.forgetRequests();
        live(60);
        assertThat(cluster.writes()).isEmpty();
    }

    /** Lets time pass in which living nodes renew their leases every five seconds. */
    @Test
    void aClockThatJumpsForwardsSilencesNoNode() {
        live(6);
        cluster.timers.jump(Duration.ofHours(1));
        live(30);
        for (String name : List.of("node-1", "node-2")) {
            assertThat(Nodes.isReady(node(name))).isTrue();
            assertThat(taints(name)).isEmpty();
        }
    }

    @Test
    void aClockThatJumpsBackHidesNoSilence() {
        live(6);
        cluster.timers.jump(Duration.ofHours(-1));
        alive.remove("node-2");
        live(20);
        assertThat(condition("node-2", "Ready").getStatus()).isEqualTo("Unknown");
        assertThat(taints("node-2")).contains("node.kubernetes.io/unreachable:NoExecute");
        assertThat(Nodes.isReady(node("node-1"))).isTrue();
    }

    private void live(int seconds) {
        for (int i = 0; i < seconds; i++) {
            if (i % 5 == 0) {
                alive.forEach(this::renew);
            }
            cluster.timers.advance(Duration.ofSeconds(1));
        }
    }

    private void renew(String name) {
        cluster.api.put(
                ResourceTypes.LEASES,
                new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace("kube-node-lease")
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withHolderIdentity(name)
                        .withRenewTime(cluster.timers.clock().instant().atZone(ZoneOffset.UTC))
                        .endSpec()
                        .build());
    }

    private void report(String name, String ready) {
        Node known = cluster.api.exists(ResourceTypes.NODES, "", name) ? node(name) : ClusterObjects.node(name);
        cluster.api.put(
                ResourceTypes.NODES,
                new NodeBuilder(known)
                        .withNewStatus()
                        .addToConditions(said("Ready", ready))
                        .addToConditions(said("MemoryPressure", "False"))
                        .addToConditions(said("DiskPressure", "False"))
                        .addToConditions(said("PIDPressure", "False"))
                        .endStatus()
                        .build());
    }

    private NodeCondition said(String type, String status) {
        String now = cluster.timers.clock().instant().toString();
        return new NodeCondition(now, now, "as it says", "Kubelet", status, type);
    }

    private Node node(String name) {
        return cluster.api.get(ResourceTypes.NODES, "", name);
    }

    private NodeCondition condition(String node, String type) {
        return Nodes.condition(node(node), type).orElseThrow();
    }

    private List<String> taints(String node) {
        return Nodes.taints(node(node)).stream()
                .map((Taint taint) -> taint.getKey() + ":" + taint.getEffect())
                .toList();
    }
}
