package io.coxswain.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether nodes are well and their pods fit: each pod is on a node that is there, no node has more than it can hold. */
final class NodeCheck {
    private final ClusterView view;
    private final List<String> faults;

    NodeCheck(ClusterView view, List<String> faults) {
        this.view = view;
        this.faults = faults;
    }

    void check() {
        Map<String, Long> cpu = new HashMap<>();
        Map<String, Long> count = new HashMap<>();
        Set<String> addresses = new HashSet<>();
        Set<String> nodes = new HashSet<>();
        view.all("nodes").forEach(node -> nodes.add(ClusterView.name(node)));
        for (JsonNode pod : view.all("pods")) {
            String node = pod.at("/spec/nodeName").asText();
            if (!node.isEmpty() && !nodes.contains(node)) {
                faults.add("node: " + ClusterView.describe("pods", pod) + " is bound to " + node + ", which is gone");
            }
            if (List.of("Succeeded", "Failed").contains(WorkloadCheck.phase(pod))) {
                continue;
            }
            cpu.merge(node, milliCpu(pod), Long::sum);
            count.merge(node, 1L, Long::sum);
            String address = pod.at("/status/podIP").asText();
            if (!address.isEmpty() && !addresses.add(address)) {
                faults.add("node: " + ClusterView.describe("pods", pod) + " has the address " + address
                        + " of another pod");
            }
        }
        for (JsonNode node : view.all("nodes")) {
            node(node, cpu.getOrDefault(ClusterView.name(node), 0L), count.getOrDefault(ClusterView.name(node), 0L));
        }
    }

    private void node(JsonNode node, long cpu, long pods) {
        String name = ClusterView.name(node);
        if (!ClusterView.is(node, "Ready")) {
            faults.add("node: " + name + " is not Ready");
        }
        if (!node.at("/spec/taints").isEmpty()) {
            faults.add("node: " + name + " has the taints " + node.at("/spec/taints"));
        }
        long hasCpu = ServiceCheck.milli(node.at("/status/allocatable/cpu").asText());
        long hasPods = node.at("/status/allocatable/pods").asLong();
        if (cpu > hasCpu || pods > hasPods) {
            faults.add("node: " + name + " has " + hasCpu + "m CPU for " + hasPods + " pods, " + pods + " ask for "
                    + cpu + "m");
        }
    }

    /** What the pod's containers ask for. */
    static long milliCpu(JsonNode pod) {
        long sum = 0;
        for (JsonNode container : pod.at("/spec/containers")) {
            sum += ServiceCheck.milli(
                    container.at("/resources/requests").path("cpu").asText());
        }
        return sum;
    }
}
