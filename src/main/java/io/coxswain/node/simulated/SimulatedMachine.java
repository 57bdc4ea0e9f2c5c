package io.coxswain.node.simulated;

import io.coxswain.node.NodeLabels;
import io.coxswain.node.status.Machine;
import io.coxswain.node.status.NodeStatuses;
import io.coxswain.node.status.NodeStatuses.Found;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The computer that a simulated node pretends to have, by the annotations of its Node. Pure. */
final class SimulatedMachine {
    /** In {@code status.nodeInfo.containerRuntimeVersion}. */
    static final String RUNTIME_VERSION = "simulated://1";

    private static final int CPUS = 32;
    private static final long MEMORY = 256L << 30;
    private static final long DISK = 1L << 40;

    private SimulatedMachine() {}

    /** The labels that kubelets put on their nodes, as far as they are missing. */
    static Map<String, String> missingLabels(Node node) {
        Map<String, String> missing = new LinkedHashMap<>(NodeStatuses.labels(
                node.getMetadata().getName(), machine(node.getMetadata().getName(), Map.of())));
        missing.putIfAbsent(NodeLabels.SIMULATED, "true");
        if (node.getMetadata().getLabels() != null) {
            missing.keySet().removeAll(node.getMetadata().getLabels().keySet());
        }
        return missing;
    }

    /**
     * The whole status.
     *
     * @param settings of the node, by name
     * @param problem why the node cannot be Ready; empty if it can
     */
    static NodeStatus status(
            Node node, Map<String, Sequence<?>> settings, String address, String problem, Instant now) {
        String name = node.getMetadata().getName();
        String notReady = problem.isEmpty() ? text(settings, Setting.NOT_READY).orElse("") : problem;
        Map<String, io.fabric8.kubernetes.api.model.Quantity> capacity = Map.of();
        try {
            capacity = quantities(text(settings, Setting.CAPACITY).orElse(""));
        } catch (ScriptException e) {
            notReady = String.valueOf(e.getMessage());
        }
        NodeStatus old = node.getStatus() == null ? new NodeStatus() : node.getStatus();
        Found found = new Found(machine(name, settings), address, RUNTIME_VERSION, notReady);
        NodeStatus status = NodeStatuses.status(name, found, old, now);
        Map<String, io.fabric8.kubernetes.api.model.Quantity> all = new LinkedHashMap<>(status.getCapacity());
        Map<String, io.fabric8.kubernetes.api.model.Quantity> usable = new LinkedHashMap<>(status.getAllocatable());
        if (old.getCapacity() != null) {
            all.putAll(old.getCapacity());
        }
        if (old.getAllocatable() != null) {
            usable.putAll(old.getAllocatable());
        }
        all.putAll(capacity);
        usable.putAll(capacity);
        status.setCapacity(all);
        status.setAllocatable(usable);
        return status;
    }

    /** {@code cpu=8,memory=32Gi,example.com/gpu=4}. */
    private static Map<String, io.fabric8.kubernetes.api.model.Quantity> quantities(String text)
            throws ScriptException {
        Map<String, io.fabric8.kubernetes.api.model.Quantity> out = new LinkedHashMap<>();
        try {
            Amounts.parse(text)
                    .all()
                    .forEach((name, amount) ->
                            out.put(name, new io.fabric8.kubernetes.api.model.Quantity(amount.toString())));
        } catch (IllegalArgumentException e) {
            throw new ScriptException(Setting.CAPACITY.key(), String.valueOf(e.getMessage()));
        }
        return out;
    }

    private static Machine machine(String name, Map<String, Sequence<?>> settings) {
        Optional<Sequence<?>> pressure = Optional.ofNullable(settings.get(Setting.PRESSURE.key()));
        boolean memory = pressure.filter(p -> named(p, "memory")).isPresent();
        boolean disk = pressure.filter(p -> named(p, "disk")).isPresent();
        String id =
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
        return new Machine(
                CPUS,
                MEMORY,
                memory ? 0 : MEMORY,
                DISK,
                disk ? 0 : DISK,
                "amd64",
                "simulated",
                "simulated",
                id.replace("-", ""),
                id,
                id);
    }

    private static boolean named(Sequence<?> values, String name) {
        return values.parts().stream().anyMatch(part -> part.values().contains(name));
    }

    static Optional<String> text(Map<String, Sequence<?>> settings, Setting setting) {
        return Optional.ofNullable(settings.get(setting.key()))
                .flatMap(s -> s.at(-1, 0))
                .map(String.class::cast);
    }

    static boolean flag(Map<String, Sequence<?>> settings, Setting setting) {
        return Optional.ofNullable(settings.get(setting.key()))
                .flatMap(s -> s.at(-1, 0))
                .map(Boolean.TRUE::equals)
                .orElse(false);
    }
}
