package io.coxswain.scheduler.plugin.podtopologyspread;

import io.coxswain.placement.NodeSelectors;
import io.coxswain.placement.Tolerations;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.ScorePlugin;
import io.coxswain.scheduler.framework.Snapshot;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Keeps the pods a constraint selects evenly spread over the values of a node label. Pods without constraints are spread
 * softly over zones (skew 5) and nodes (skew 3) together with the other pods of their service or owner.
 */
public final class PodTopologySpread implements FilterPlugin, ScorePlugin {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String HOSTNAME = "kubernetes.io/hostname";

    private final Function<PodInfo, Optional<LabelSelector>> defaultSelector;

    /** @param defaultSelector the selector of a pod's services and owner, for pods that state no constraints */
    public PodTopologySpread(Function<PodInfo, Optional<LabelSelector>> defaultSelector) {
        this.defaultSelector = defaultSelector;
    }

    @Override
    public String name() {
        return "PodTopologySpread";
    }

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        List<SpreadConstraint> constraints = SpreadConstraint.of(pod, true);
        if (constraints.isEmpty()) {
            return NodeFilter.ALL;
        }
        return Domains.of(constraints, pod, snapshot.nodes());
    }

    static boolean isCounted(SpreadConstraint constraint, PodInfo pod, NodeInfo node) {
        return (!constraint.honorAffinity() || NodeSelectors.matches(pod.pod().getSpec(), node.name(), node.labels()))
                && (!constraint.honorTaints()
                        || Tolerations.untolerated(
                                        node.taints(), pod.pod().getSpec().getTolerations())
                                .isEmpty());
    }

    static int matching(SpreadConstraint constraint, PodInfo pod, NodeInfo node) {
        int count = 0;
        for (PodInfo other : node.pods()) {
            count += constraint.selects(other, pod.namespace()) ? 1 : 0;
        }
        return count;
    }

    @Override
    public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        List<SpreadConstraint> constraints = SpreadConstraint.of(pod, false);
        boolean byDefault = pod.pod().getSpec().getTopologySpreadConstraints().isEmpty();
        if (byDefault) {
            constraints = defaults(pod);
        }
        if (constraints.isEmpty()) {
            return new long[feasible.size()];
        }
        double[] raw = new double[feasible.size()];
        boolean[] ignored = new boolean[feasible.size()];
        for (int i = 0; i < raw.length; i++) {
            Map<String, String> labels = feasible.get(i).labels();
            ignored[i] = !byDefault
                    && !constraints.stream().allMatch(constraint -> labels.containsKey(constraint.topologyKey()));
        }
        int[] matching = new int[0];
        for (int i = 0; i < constraints.size(); i++) {
            SpreadConstraint constraint = constraints.get(i);
            // The constraints by default differ in their topology key only.
            if (i == 0 || constraint.selector() != constraints.get(i - 1).selector()) {
                matching = snapshot.nodes().stream()
                        .mapToInt(node -> matching(constraint, pod, node))
                        .toArray();
            }
            addCounts(raw, ignored, constraint, matching, pod, snapshot, feasible);
        }
        return normalize(raw, ignored);
    }

    private List<SpreadConstraint> defaults(PodInfo pod) {
        return defaultSelector
                .apply(pod)
                .map(selector -> List.of(
                        new SpreadConstraint(ZONE, 5, 1, selector, false, true, false),
                        new SpreadConstraint(HOSTNAME, 3, 1, selector, false, true, false)))
                .orElse(List.of());
    }

    private static void addCounts(
            double[] raw,
            boolean[] ignored,
            SpreadConstraint constraint,
            int[] matching,
            PodInfo pod,
            Snapshot snapshot,
            List<NodeInfo> feasible) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < matching.length; i++) {
            NodeInfo node = snapshot.nodes().get(i);
            String value = node.labels().get(constraint.topologyKey());
            if (value != null && isCounted(constraint, pod, node)) {
                counts.merge(value, matching[i], Integer::sum);
            }
        }
        Set<String> values = new HashSet<>();
        for (int i = 0; i < raw.length; i++) {
            String value = feasible.get(i).labels().get(constraint.topologyKey());
            if (!ignored[i] && value != null) {
                values.add(value);
            }
        }
        // The more places there are, the more each pod weighs: upstream's logarithm.
        double weight = Math.log(values.size() + 2.0);
        for (int i = 0; i < raw.length; i++) {
            String value = feasible.get(i).labels().get(constraint.topologyKey());
            if (!ignored[i] && value != null) {
                raw[i] += counts.getOrDefault(value, 0) * weight + (constraint.maxSkew() - 1);
            }
        }
    }

    private static long[] normalize(double[] raw, boolean[] ignored) {
        long min = Long.MAX_VALUE;
        long max = 0;
        for (int i = 0; i < raw.length; i++) {
            if (!ignored[i]) {
                min = Math.min(min, Math.round(raw[i]));
                max = Math.max(max, Math.round(raw[i]));
            }
        }
        long[] scores = new long[raw.length];
        for (int i = 0; i < raw.length; i++) {
            if (!ignored[i]) {
                scores[i] = max == 0 ? MAX_SCORE : MAX_SCORE * (max + min - Math.round(raw[i])) / max;
            }
        }
        return scores;
    }

    @Override
    public Set<ClusterEvent> wakeUpOn() {
        return Set.of(
                ClusterEvent.NODE_ADDED,
                ClusterEvent.NODE_REMOVED,
                ClusterEvent.NODE_LABELS_CHANGED,
                ClusterEvent.NODE_TAINTS_CHANGED,
                ClusterEvent.POD_PLACED,
                ClusterEvent.POD_REMOVED);
    }
}
