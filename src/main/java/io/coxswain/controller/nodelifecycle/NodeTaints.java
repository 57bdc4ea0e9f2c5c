package io.coxswain.controller.nodelifecycle;

import io.coxswain.controller.runtime.Nodes;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The taints that follow from a node's conditions. Those that others set are left as they are. */
final class NodeTaints {
    static final String NOT_READY = "node.kubernetes.io/not-ready";
    static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
    private static final String NO_SCHEDULE = "NoSchedule";
    private static final String NO_EXECUTE = "NoExecute";

    /** Conditions which, when true, keep new pods away. */
    private static final Map<String, String> BY_CONDITION = Map.of(
            "MemoryPressure", "node.kubernetes.io/memory-pressure",
            "DiskPressure", "node.kubernetes.io/disk-pressure",
            "PIDPressure", "node.kubernetes.io/pid-pressure",
            "NetworkUnavailable", "node.kubernetes.io/network-unavailable");

    private NodeTaints() {}

    private record Id(String key, String effect) {}

    /**
     * The node's taints as they should be; equal to those it has if nothing is to be changed.
     *
     * @param evict whether pods may be driven off nodes that are not ready
     */
    static List<Taint> of(Node node, boolean evict, Instant now) {
        Map<Id, Boolean> ours = ours(node, evict);
        List<Taint> taints = new ArrayList<>();
        for (Taint taint : Nodes.taints(node)) {
            Id id = new Id(String.valueOf(taint.getKey()), String.valueOf(taint.getEffect()));
            Optional<Boolean> wanted = Optional.ofNullable(ours.remove(id));
            if (wanted.orElse(true)) {
                taints.add(taint);
            }
        }
        ours.forEach((id, wanted) -> {
            if (wanted) {
                taints.add(new TaintBuilder()
                        .withKey(id.key())
                        .withEffect(id.effect())
                        .withTimeAdded(now.truncatedTo(ChronoUnit.SECONDS).toString())
                        .build());
            }
        });
        return taints;
    }

    /** The taints that are ours to decide on, and whether they should be there. */
    private static Map<Id, Boolean> ours(Node node, boolean evict) {
        Map<Id, Boolean> ours = new LinkedHashMap<>();
        Optional<String> ready = Nodes.condition(node, "Ready").map(NodeCondition::getStatus);
        // Before a node's first report nothing is known about it.
        ready.ifPresent(status -> {
            boolean no = "False".equals(status);
            boolean unknown = !no && !"True".equals(status);
            ours.put(new Id(NOT_READY, NO_SCHEDULE), no);
            ours.put(new Id(UNREACHABLE, NO_SCHEDULE), unknown);
            ours.put(new Id(NOT_READY, NO_EXECUTE), no && evict);
            ours.put(new Id(UNREACHABLE, NO_EXECUTE), unknown && evict);
        });
        BY_CONDITION.forEach((type, key) -> ours.put(
                new Id(key, NO_SCHEDULE),
                Nodes.condition(node, type)
                        .filter(condition -> "True".equals(condition.getStatus()))
                        .isPresent()));
        ours.put(
                new Id(UNSCHEDULABLE, NO_SCHEDULE),
                node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable()));
        return ours;
    }
}
