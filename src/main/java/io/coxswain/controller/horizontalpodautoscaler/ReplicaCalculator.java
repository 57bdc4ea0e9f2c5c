package io.coxswain.controller.horizontalpodautoscaler;

import io.coxswain.controller.runtime.Pods;
import io.coxswain.meta.quantity.Quantity;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How many replicas a measurement asks for, by upstream's documented rules: {@code ceil(replicas × measured / wanted)}, nothing
 * within a tenth of the target, pods that are not ready or not measured counted against the change. Amounts are in thousandths.
 */
final class ReplicaCalculator {
    private static final double TOLERANCE = 0.1;
    /** How long after its start a pod's CPU usage may still be that of starting up. */
    private static final Duration CPU_INITIALIZATION = Duration.ofMinutes(5);
    /** A pod that became unready within this time of its start has never been ready. */
    private static final Duration INITIAL_READINESS = Duration.ofSeconds(30);

    private final Clock clock;

    ReplicaCalculator(Clock clock) {
        this.clock = clock;
    }

    /**
     * What a measurement comes to.
     *
     * @param percent of the requests; 0 where nothing is compared with requests
     * @param milliValue per pod, or the whole where the target is a whole
     */
    record Proposal(int replicas, int percent, long milliValue) {
        Proposal with(int other) {
            return new Proposal(other, percent, milliValue);
        }
    }

    /** Pods by how they count. Those that are going or failed count nowhere. */
    private record Groups(int ready, Set<String> unready, Set<String> missing) {}

    /**
     * By the share of their requests that pods use.
     *
     * @param container the one that counts; {@code ""}: all of them
     */
    Proposal byUtilization(
            int current,
            int targetPercent,
            String resource,
            String container,
            List<Pod> pods,
            Map<String, PodMetric> measured)
            throws MetricsException {
        Map<String, Long> usage = new HashMap<>();
        Groups groups = group(pods, measured, resource, usage);
        Map<String, Long> requests = new HashMap<>();
        for (Pod pod : pods) {
            requests.put(pod.getMetadata().getName(), request(pod, container, resource));
        }
        Share share = share(usage, requests, targetPercent);
        Proposal same = new Proposal(current, share.percent(), share.mean());
        boolean rebalance = !groups.unready().isEmpty() && share.ratio() > 1;
        if (!rebalance && groups.missing().isEmpty()) {
            return isWithinTolerance(share.ratio()) ? same : same.with(ceil(share.ratio() * groups.ready()));
        }
        for (String pod : groups.missing()) {
            // A pod of which nothing is known must not make the change greater.
            if (share.ratio() < 1) {
                usage.put(pod, requests.getOrDefault(pod, 0L) * Math.max(100, targetPercent) / 100);
            } else if (share.ratio() > 1) {
                usage.put(pod, 0L);
            }
        }
        if (rebalance) {
            groups.unready().forEach(pod -> usage.put(pod, 0L));
        }
        return same.with(damped(
                current, share.ratio(), share(usage, requests, targetPercent).ratio(), usage.size()));
    }

    /** By the mean of what the pods measure. */
    Proposal byMean(int current, long target, String resource, List<Pod> pods, Map<String, PodMetric> measured)
            throws MetricsException {
        Map<String, Long> values = new HashMap<>();
        Groups groups = group(pods, measured, resource, values);
        long mean = mean(values);
        double ratio = (double) mean / target;
        Proposal same = new Proposal(current, 0, mean);
        boolean rebalance = !groups.unready().isEmpty() && ratio > 1;
        if (!rebalance && groups.missing().isEmpty()) {
            return isWithinTolerance(ratio) ? same : same.with(ceil(ratio * groups.ready()));
        }
        groups.missing().forEach(pod -> values.put(pod, ratio < 1 ? target : 0L));
        if (rebalance) {
            groups.unready().forEach(pod -> values.put(pod, 0L));
        }
        return same.with(damped(current, ratio, (double) mean(values) / target, values.size()));
    }

    /** By one value for all pods together. With no replicas there is nothing to be multiplied, and none to be tolerant of. */
    Proposal byValue(int current, long value, long target, List<Pod> pods) throws MetricsException {
        double ratio = (double) value / target;
        if (current == 0) {
            return new Proposal(ceil(ratio), 0, value);
        }
        if (isWithinTolerance(ratio)) {
            return new Proposal(current, 0, value);
        }
        if (pods.isEmpty()) {
            throw new MetricsException(
                    "unable to calculate ready pods: no pods returned by selector while calculating replica count");
        }
        long ready = pods.stream()
                .filter(pod -> Pods.phase(pod).equals("Running") && Pods.isReady(pod))
                .count();
        return new Proposal(ceil(ratio * ready), 0, value);
    }

    /** By the share of one value that each replica would have. */
    Proposal byShare(int statusReplicas, long value, long target) {
        double ratio = value / ((double) target * statusReplicas);
        int replicas = isWithinTolerance(ratio) ? statusReplicas : ceil((double) value / target);
        // What upstream's division by no replicas comes to has no place in a quantity.
        long share = statusReplicas == 0 ? 0 : (long) Math.ceil((double) value / statusReplicas);
        return new Proposal(replicas, 0, share);
    }

    /** The change with pods counted in that say nothing, unless it is too small now or goes the other way. */
    private static int damped(int current, double before, double ratio, int pods) {
        if (isWithinTolerance(ratio) || (before < 1 && ratio > 1) || (before > 1 && ratio < 1)) {
            return current;
        }
        int replicas = ceil(ratio * pods);
        boolean turned = (ratio < 1 && replicas > current) || (ratio > 1 && replicas < current);
        return turned ? current : replicas;
    }

    private static boolean isWithinTolerance(double ratio) {
        return 1 - TOLERANCE <= ratio && ratio <= 1 + TOLERANCE;
    }

    private static int ceil(double replicas) {
        return (int) Math.ceil(replicas);
    }

    private record Share(double ratio, int percent, long mean) {}

    private static Share share(Map<String, Long> usage, Map<String, Long> requests, int targetPercent)
            throws MetricsException {
        long used = 0;
        long requested = 0;
        int pods = 0;
        for (Map.Entry<String, Long> each : usage.entrySet()) {
            Long request = requests.get(each.getKey());
            if (request != null) {
                used = sum(used, each.getValue());
                requested = sum(requested, request);
                pods++;
            }
        }
        if (requested == 0) {
            throw new MetricsException("no metrics returned matched known pods");
        }
        // Whole percents, rounded down; the cast holds at the bounds of int.
        int percent = used <= Long.MAX_VALUE / 100
                ? (int) Math.min(Integer.MAX_VALUE, used * 100 / requested)
                : (int) (used / (requested / 100.0));
        return new Share((double) percent / targetPercent, percent, used / pods);
    }

    private static long mean(Map<String, Long> values) {
        return values.values().stream().reduce(0L, ReplicaCalculator::sum) / values.size();
    }

    /** Held at the greatest amount there is: what others measured may be nonsense, but must not turn negative. */
    static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    /** @param values gets what is measured of pods that are neither unready nor going */
    private Groups group(List<Pod> pods, Map<String, PodMetric> measured, String resource, Map<String, Long> values)
            throws MetricsException {
        if (pods.isEmpty()) {
            throw new MetricsException("no pods returned by selector while calculating replica count");
        }
        Set<String> unready = new HashSet<>();
        Set<String> missing = new HashSet<>();
        Set<String> ignored = new HashSet<>();
        int ready = 0;
        for (Pod pod : pods) {
            String name = pod.getMetadata().getName();
            PodMetric metric = measured.get(name);
            if (Pods.isBeingDeleted(pod) || Pods.phase(pod).equals("Failed")) {
                ignored.add(name);
            } else if (Pods.phase(pod).equals("Pending")) {
                unready.add(name);
            } else if (metric == null) {
                missing.add(name);
            } else if (resource.equals("cpu") && isStarting(pod, metric)) {
                unready.add(name);
            } else {
                ready++;
            }
        }
        measured.forEach((name, metric) -> values.put(name, metric.milliValue()));
        values.keySet().removeAll(ignored);
        values.keySet().removeAll(unready);
        if (values.isEmpty()) {
            throw new MetricsException("did not receive metrics for targeted pods (pods might be unready)");
        }
        return new Groups(ready, unready, missing);
    }

    /** Whether the pod's CPU usage says nothing of its load yet. */
    private boolean isStarting(Pod pod, PodMetric metric) {
        Optional<PodCondition> ready = Pods.condition(pod, "Ready");
        Optional<Instant> started =
                Pods.time(pod.getStatus() == null ? null : pod.getStatus().getStartTime());
        if (ready.isEmpty() || started.isEmpty()) {
            return true;
        }
        boolean unready = "False".equals(ready.get().getStatus());
        Instant since = Pods.time(ready.get().getLastTransitionTime()).orElse(Instant.EPOCH);
        if (started.get().plus(CPU_INITIALIZATION).isAfter(clock.instant())) {
            return unready || metric.at().isBefore(since.plus(metric.window()));
        }
        return unready && started.get().plus(INITIAL_READINESS).isAfter(since);
    }

    private static long request(Pod pod, String container, String resource) throws MetricsException {
        Optional<Long> whole = container.isEmpty() ? request(pod.getSpec().getResources(), resource) : Optional.empty();
        if (whole.isPresent()) {
            return whole.get();
        }
        long sum = 0;
        List<Container> containers = Stream.concat(
                        pod.getSpec().getContainers().stream(),
                        pod.getSpec().getInitContainers().stream()
                                .filter(init -> "Always".equals(init.getRestartPolicy())))
                .filter(each -> container.isEmpty() || each.getName().equals(container))
                .toList();
        for (Container each : containers) {
            long request = request(each.getResources(), resource)
                    .orElseThrow(() -> new MetricsException("missing request for " + resource + " in container "
                            + each.getName() + " of Pod " + pod.getMetadata().getName()));
            sum = sum(sum, request);
        }
        return sum;
    }

    private static Optional<Long> request(@Nullable ResourceRequirements resources, String resource) {
        return Optional.ofNullable(resources)
                .map(ResourceRequirements::getRequests)
                .map(requests -> requests.get(resource))
                .map(amount -> Quantity.parse(amount.toString()).milliValue());
    }
}
