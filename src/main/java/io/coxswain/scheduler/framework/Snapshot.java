package io.coxswain.scheduler.framework;

import java.util.List;
import java.util.Map;

/** Everything one scheduling cycle looks at, as it was at one moment. Namespace labels are there for affinity terms. */
public record Snapshot(List<NodeInfo> nodes, Map<String, Map<String, String>> namespaceLabels) {
    public Snapshot {
        nodes = List.copyOf(nodes);
        namespaceLabels = Map.copyOf(namespaceLabels);
    }
}
