package io.coxswain.node.simulated;

import io.coxswain.meta.quantity.Quantity;
import io.coxswain.node.NodeLabels;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What the containers of simulated pods are said to use by the annotation {@code usage}: for whoever measures. */
public final class SimulatedUsage {
    private SimulatedUsage() {}

    /** Whether what runs on the node only exists in the API. */
    public static boolean isSimulated(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        return labels != null && "true".equals(labels.get(NodeLabels.SIMULATED));
    }

    /**
     * By the containers' names, then by resource. Empty unless the pod runs; a container of which nothing is said is missing.
     *
     * @param node the pod's
     */
    public static Map<String, Map<String, Quantity>> of(Pod pod, Node node) {
        if (!isSimulated(node)
                || pod.getStatus() == null
                || !"Running".equals(pod.getStatus().getPhase())) {
            return Map.of();
        }
        Map<String, Map<String, Quantity>> usage = new LinkedHashMap<>();
        try {
            Script script = Script.of(pod, Script.ofNode(node.getMetadata().getAnnotations()));
            Stream.concat(
                            pod.getSpec().getContainers().stream(),
                            pod.getSpec().getInitContainers().stream()
                                    .filter(init -> "Always".equals(init.getRestartPolicy())))
                    .map(Container::getName)
                    .forEach(name -> usage.put(name, script.usage(name).all()));
            usage.values().removeIf(Map::isEmpty);
            return usage;
        } catch (ScriptException unreadable) {
            // The pod's own status says what is wrong; of its usage nothing is known.
            return Map.of();
        }
    }
}
