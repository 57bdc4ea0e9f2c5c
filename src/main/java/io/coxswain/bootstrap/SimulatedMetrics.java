package io.coxswain.bootstrap;

import io.coxswain.client.Informers;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.horizontalpodautoscaler.MetricsException;
import io.coxswain.controller.horizontalpodautoscaler.MetricsSource;
import io.coxswain.controller.horizontalpodautoscaler.PodMetric;
import io.coxswain.meta.quantity.Quantity;
import io.coxswain.meta.selector.LabelSelector;
import io.coxswain.node.simulated.SimulatedUsage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Another source of metrics, and for pods on simulated nodes, of which no other can know, what their annotations say they use. */
final class SimulatedMetrics implements MetricsSource {
    private final MetricsSource others;
    private final Informers informers;
    private final Clock clock;

    SimulatedMetrics(MetricsSource others, Informers informers, Clock clock) {
        this.others = others;
        this.informers = informers;
        this.clock = clock;
    }

    @Override
    public Map<String, PodMetric> usage(String namespace, LabelSelector pods, String resource, String container)
            throws MetricsException {
        Lister<Node> nodes = informers.informer(ResourceTypes.NODES).lister();
        Map<String, PodMetric> usage = new HashMap<>();
        boolean onlySimulated = true;
        for (Pod pod : pods(namespace, pods)) {
            Optional<Node> node = Optional.ofNullable(pod.getSpec().getNodeName())
                    .flatMap(name -> nodes.get("", name))
                    .filter(SimulatedUsage::isSimulated);
            if (node.isPresent()) {
                amount(SimulatedUsage.of(pod, node.get()), pod, resource, container)
                        .ifPresent(milli -> usage.put(
                                pod.getMetadata().getName(), new PodMetric(clock.instant(), Duration.ZERO, milli)));
            } else {
                onlySimulated &= pod.getSpec().getNodeName() == null;
            }
        }
        if (onlySimulated && !usage.isEmpty()) {
            return usage;
        }
        Map<String, PodMetric> all = new HashMap<>(others.usage(namespace, pods, resource, container));
        all.putAll(usage);
        return all;
    }

    private List<Pod> pods(String namespace, LabelSelector selector) {
        return informers.informer(ResourceTypes.PODS).lister().list(namespace).stream()
                .filter(pod -> {
                    Map<String, String> labels = pod.getMetadata().getLabels();
                    return selector.matches(labels == null ? Map.of() : labels);
                })
                .toList();
    }

    /** Empty if nothing is said of a container that counts. */
    private static Optional<Long> amount(
            Map<String, Map<String, Quantity>> usage, Pod pod, String resource, String container) {
        if (!container.isEmpty()) {
            return Optional.ofNullable(usage.getOrDefault(container, Map.of()).get(resource))
                    .map(Quantity::milliValue);
        }
        int measured = 0;
        Quantity sum = Quantity.ZERO;
        for (Map<String, Quantity> each : usage.values()) {
            Quantity amount = each.get(resource);
            if (amount != null) {
                measured++;
                sum = sum.add(amount);
            }
        }
        boolean complete =
                measured > 0 && measured >= pod.getSpec().getContainers().size() && measured == usage.size();
        return complete ? Optional.of(sum.milliValue()) : Optional.empty();
    }

    @Override
    public Map<String, PodMetric> ofPods(String namespace, LabelSelector pods, String metric, LabelSelector series)
            throws MetricsException {
        return others.ofPods(namespace, pods, metric, series);
    }

    @Override
    public long ofObject(
            String namespace, String apiVersion, String kind, String name, String metric, LabelSelector series)
            throws MetricsException {
        return others.ofObject(namespace, apiVersion, kind, name, metric, series);
    }

    @Override
    public List<Long> external(String namespace, String metric, LabelSelector series) throws MetricsException {
        return others.external(namespace, metric, series);
    }
}
