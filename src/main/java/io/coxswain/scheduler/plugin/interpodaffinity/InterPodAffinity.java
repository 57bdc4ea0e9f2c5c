package io.coxswain.scheduler.plugin.interpodaffinity;

import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.ScorePlugin;
import io.coxswain.scheduler.framework.Snapshot;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pod affinity and anti-affinity, the incoming pod's and that of the pods that run already. */
public final class InterPodAffinity implements FilterPlugin, ScorePlugin {
    /** What an existing pod's required affinity to the incoming pod is worth when scoring. */
    private static final int HARD_AFFINITY_WEIGHT = 1;

    @Override
    public String name() {
        return "InterPodAffinity";
    }

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        return Neighbourhood.of(pod, snapshot);
    }

    /** A place: one value of one node label. */
    private record Place(String key, String value) {}

    @Override
    public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        Map<Place, Long> weights = new HashMap<>();
        boolean modest =
                pod.preferredAffinity().isEmpty() && pod.preferredAntiAffinity().isEmpty();
        for (NodeInfo node : snapshot.nodes()) {
            for (PodInfo other : modest ? node.choosy() : node.pods()) {
                weigh(weights, pod, pod.preferredAffinity(), other, node, snapshot, 1);
                weigh(weights, pod, pod.preferredAntiAffinity(), other, node, snapshot, -1);
                weigh(weights, other, other.preferredAffinity(), pod, node, snapshot, 1);
                weigh(weights, other, other.preferredAntiAffinity(), pod, node, snapshot, -1);
                for (Term term : Term.all(other, other.requiredAffinity(), snapshot)) {
                    add(weights, term, pod, node, HARD_AFFINITY_WEIGHT);
                }
            }
        }
        if (weights.isEmpty()) {
            return new long[feasible.size()];
        }
        long[] raw = feasible.stream()
                .mapToLong(node -> weights.entrySet().stream()
                        .filter(entry -> entry.getKey()
                                .value()
                                .equals(node.labels().get(entry.getKey().key())))
                        .mapToLong(Map.Entry::getValue)
                        .sum())
                .toArray();
        return stretch(raw);
    }

    private static void weigh(
            Map<Place, Long> weights,
            PodInfo owner,
            List<WeightedPodAffinityTerm> terms,
            PodInfo target,
            NodeInfo node,
            Snapshot snapshot,
            int sign) {
        for (WeightedPodAffinityTerm weighted : terms) {
            PodAffinityTerm term = weighted.getPodAffinityTerm();
            long weight = weighted.getWeight() == null ? 0 : weighted.getWeight();
            add(weights, Term.of(owner, term, snapshot), target, node, sign * weight);
        }
    }

    private static void add(Map<Place, Long> weights, Term term, PodInfo target, NodeInfo node, long weight) {
        String value = node.labels().get(term.topologyKey());
        if (value != null && weight != 0 && term.matches(target)) {
            weights.merge(new Place(term.topologyKey(), value), weight, Long::sum);
        }
    }

    private static long[] stretch(long[] raw) {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (long score : raw) {
            min = Math.min(min, score);
            max = Math.max(max, score);
        }
        long[] scores = new long[raw.length];
        for (int i = 0; i < raw.length; i++) {
            scores[i] = max == min ? 0 : MAX_SCORE * (raw[i] - min) / (max - min);
        }
        return scores;
    }

    @Override
    public Set<ClusterEvent> wakeUpOn() {
        return Set.of(
                ClusterEvent.NODE_ADDED,
                ClusterEvent.NODE_LABELS_CHANGED,
                ClusterEvent.POD_PLACED,
                ClusterEvent.POD_REMOVED);
    }
}
