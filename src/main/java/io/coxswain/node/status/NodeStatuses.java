package io.coxswain.node.status;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Computes what a Node object says of its node. Pure. */
public final class NodeStatuses {

    /** The version this agent behaves like. */
    public static final String KUBELET_VERSION = "v1.34.0+coxswain";

    private static final long MEMORY_PRESSURE = 100L << 20;
    private static final long DISK_PRESSURE = 1L << 30;
    private static final int MAX_PODS = 110;

    private NodeStatuses() {}

    /**
     * What the agent found out.
     *
     * @param runtimeVersion e.g. {@code containerd://1.6.20}, empty if the runtime did not answer yet
     * @param notReady why pods cannot run now, in upstream's words, with the mend; empty if they can
     */
    public record Found(Machine machine, String address, String runtimeVersion, String notReady) {}

    /** The Node to register. */
    public static Node node(String name, Found found, Instant now) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels(name, found.machine()))
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withStatus(status(name, found, new NodeStatus(), now))
                .build();
    }

    /** Labels every node has. */
    public static Map<String, String> labels(String name, Machine machine) {
        Map<String, String> out = new LinkedHashMap<>();
        out.put("kubernetes.io/hostname", name);
        out.put("kubernetes.io/os", "linux");
        out.put("kubernetes.io/arch", machine.architecture());
        out.put("beta.kubernetes.io/os", "linux");
        out.put("beta.kubernetes.io/arch", machine.architecture());
        return out;
    }

    /** The resources of a node, all of which pods may have. */
    public static Map<String, Quantity> resources(Machine machine) {
        Map<String, Quantity> out = new LinkedHashMap<>();
        out.put("cpu", new Quantity(String.valueOf(machine.cpus())));
        out.put("memory", new Quantity(machine.memoryBytes() / 1024 + "Ki"));
        out.put("ephemeral-storage", new Quantity(machine.diskBytes() / 1024 + "Ki"));
        out.put("pods", new Quantity(String.valueOf(MAX_PODS)));
        return out;
    }

    /** The whole status; {@code old} supplies the times of conditions that have not changed. */
    public static NodeStatus status(String name, Found found, NodeStatus old, Instant now) {
        Machine machine = found.machine();
        NodeStatus status = new NodeStatus();
        status.setCapacity(resources(machine));
        status.setAllocatable(resources(machine));
        status.setAddresses(List.of(new NodeAddress(found.address(), "InternalIP"), new NodeAddress(name, "Hostname")));
        status.setNodeInfo(info(machine, found.runtimeVersion()));
        List<NodeCondition> conditions = new ArrayList<>();
        boolean memory = machine.memoryAvailable() < MEMORY_PRESSURE;
        boolean disk = machine.diskAvailable() < DISK_PRESSURE;
        conditions.add(condition(
                "MemoryPressure",
                memory,
                memory ? "KubeletHasInsufficientMemory" : "KubeletHasSufficientMemory",
                memory ? "kubelet has insufficient memory available" : "kubelet has sufficient memory available"));
        conditions.add(condition(
                "DiskPressure",
                disk,
                disk ? "KubeletHasDiskPressure" : "KubeletHasNoDiskPressure",
                disk ? "kubelet has disk pressure" : "kubelet has no disk pressure"));
        conditions.add(
                condition("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"));
        boolean ready = found.notReady().isEmpty();
        conditions.add(condition(
                "Ready",
                ready,
                ready ? "KubeletReady" : "KubeletNotReady",
                ready ? "kubelet is posting ready status" : found.notReady()));
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        for (NodeCondition each : conditions) {
            each.setLastHeartbeatTime(time);
            each.setLastTransitionTime(old.getConditions().stream()
                    .filter(o -> each.getType().equals(o.getType())
                            && each.getStatus().equals(o.getStatus())
                            && o.getLastTransitionTime() != null)
                    .map(NodeCondition::getLastTransitionTime)
                    .findFirst()
                    .orElse(time));
        }
        status.setConditions(conditions);
        return status;
    }

    /** Whether two statuses say the same, heartbeat times aside. */
    public static boolean same(NodeStatus a, NodeStatus b) {
        return a.getCapacity().equals(b.getCapacity())
                && a.getAllocatable().equals(b.getAllocatable())
                && a.getAddresses().equals(b.getAddresses())
                && String.valueOf(a.getNodeInfo()).equals(String.valueOf(b.getNodeInfo()))
                && summary(a).equals(summary(b));
    }

    /**
     * Reasons of the events that a change of status is worth, in the kubelet's order. A node that is new tells of its resources,
     * not of its readiness.
     */
    public static List<String> events(NodeStatus old, NodeStatus now) {
        List<String> out = new ArrayList<>();
        turned(old, now, "MemoryPressure", "NodeHasInsufficientMemory", "NodeHasSufficientMemory", out);
        turned(old, now, "DiskPressure", "NodeHasDiskPressure", "NodeHasNoDiskPressure", out);
        turned(old, now, "PIDPressure", "NodeHasInsufficientPID", "NodeHasSufficientPID", out);
        if (!value(old, "Ready").isEmpty()) {
            turned(old, now, "Ready", "NodeReady", "NodeNotReady", out);
        }
        return out;
    }

    private static void turned(
            NodeStatus old, NodeStatus now, String type, String ifTrue, String ifFalse, List<String> out) {
        String value = value(now, type);
        if (!value.equals(value(old, type))) {
            out.add(value.equals("True") ? ifTrue : ifFalse);
        }
    }

    private static String value(NodeStatus status, String type) {
        return status.getConditions().stream()
                .filter(c -> c.getType().equals(type))
                .map(NodeCondition::getStatus)
                .findFirst()
                .orElse("");
    }

    private static Map<String, String> summary(NodeStatus status) {
        Map<String, String> out = new LinkedHashMap<>();
        status.getConditions()
                .forEach(c -> out.put(c.getType(), c.getStatus() + "/" + c.getReason() + "/" + c.getMessage()));
        return out;
    }

    private static NodeSystemInfo info(Machine machine, String runtime) {
        NodeSystemInfo info = new NodeSystemInfo();
        info.setMachineID(machine.machineId());
        info.setSystemUUID(machine.systemUuid());
        info.setBootID(machine.bootId());
        info.setKernelVersion(machine.kernel());
        info.setOsImage(machine.osImage());
        info.setArchitecture(machine.architecture());
        info.setOperatingSystem("linux");
        info.setContainerRuntimeVersion(runtime);
        info.setKubeletVersion(KUBELET_VERSION);
        info.setKubeProxyVersion("");
        return info;
    }

    private static NodeCondition condition(String type, boolean status, String reason, String message) {
        NodeCondition out = new NodeCondition();
        out.setType(type);
        out.setStatus(status ? "True" : "False");
        out.setReason(reason);
        out.setMessage(message);
        return out;
    }
}
