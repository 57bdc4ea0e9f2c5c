package io.coxswain.node.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.node.status.NodeStatuses.Found;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatus;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NodeStatusesTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private static Machine machine(long freeMemory, long freeDisk) {
        return new Machine(2, 8L << 30, freeMemory, 100L << 30, freeDisk, "amd64", "6.1", "Debian", "m", "s", "b");
    }

    private static Found found(String notReady) {
        return new Found(machine(4L << 30, 50L << 30), "172.30.0.11", "containerd://1.6.20", notReady);
    }

    private static String condition(NodeStatus status, String type) {
        return status.getConditions().stream()
                .filter(c -> c.getType().equals(type))
                .map(c -> c.getStatus() + " " + c.getReason() + " " + c.getLastTransitionTime())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void describesTheNode() {
        Node node = NodeStatuses.node("node-1", found(""), NOW);
        assertThat(node.getMetadata().getLabels())
                .containsEntry("kubernetes.io/hostname", "node-1")
                .containsEntry("kubernetes.io/os", "linux")
                .containsEntry("kubernetes.io/arch", "amd64");
        NodeStatus status = node.getStatus();
        assertThat(status.getCapacity().get("memory")).hasToString("8388608Ki");
        assertThat(status.getAllocatable().get("pods")).hasToString("110");
        assertThat(status.getNodeInfo().getContainerRuntimeVersion()).isEqualTo("containerd://1.6.20");
        assertThat(status.getNodeInfo().getKubeletVersion()).startsWith("v1.34.");
        assertThat(condition(status, "Ready")).startsWith("True KubeletReady");
        assertThat(condition(status, "MemoryPressure")).startsWith("False KubeletHasSufficientMemory");
    }

    @Test
    void saysWhyItIsNotReadyAndSinceWhen() {
        NodeStatus ready = NodeStatuses.status("node-1", found(""), new NodeStatus(), NOW);
        NodeStatus later = NodeStatuses.status("node-1", found(""), ready, NOW.plusSeconds(60));
        assertThat(condition(later, "Ready")).isEqualTo("True KubeletReady 2026-01-02T03:04:05Z");
        assertThat(NodeStatuses.same(ready, later)).isTrue();
        NodeStatus down = NodeStatuses.status("node-1", found("container runtime is down"), later, NOW.plusSeconds(90));
        assertThat(condition(down, "Ready")).isEqualTo("False KubeletNotReady 2026-01-02T03:05:35Z");
        assertThat(NodeStatuses.same(later, down)).isFalse();
    }

    @Test
    void noticesPressure() {
        Found tight = new Found(machine(50L << 20, 1 << 20), "172.30.0.11", "", "");
        NodeStatus status = NodeStatuses.status("node-1", tight, new NodeStatus(), NOW);
        assertThat(condition(status, "MemoryPressure")).startsWith("True KubeletHasInsufficientMemory");
        assertThat(condition(status, "DiskPressure")).startsWith("True KubeletHasDiskPressure");
    }

    @Test
    void tellsOfChangesAsTheKubeletDoes() {
        NodeStatus fresh = NodeStatuses.status("node-1", found("not yet"), new NodeStatus(), NOW);
        assertThat(NodeStatuses.events(new NodeStatus(), fresh))
                .containsExactly("NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID");
        NodeStatus ready = NodeStatuses.status("node-1", found(""), fresh, NOW);
        assertThat(NodeStatuses.events(fresh, ready)).containsExactly("NodeReady");
        assertThat(NodeStatuses.events(ready, ready)).isEmpty();
        Found tight = new Found(machine(50L << 20, 1 << 20), "172.30.0.11", "", "container runtime is down");
        assertThat(NodeStatuses.events(ready, NodeStatuses.status("node-1", tight, ready, NOW)))
                .containsExactly("NodeHasInsufficientMemory", "NodeHasDiskPressure", "NodeNotReady");
    }
}
