package io.coxswain.scheduler.plugin.interpodaffinity;

import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.ScorePlugin;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.HashMap;
import java.util.HashSet;
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

    /** A place: one value of one node label. */
    private record Place(String key, String value) {}

    @Override
    public NodeFilter prepare(PodInfo pod, Snapshot snapshot) {
        List<Term> affinity = Term.all(pod, pod.requiredAffinity(), snapshot);
        List<Term> anti = Term.all(pod, pod.requiredAntiAffinity(), snapshot);
        Set<Place> wanted = new HashSet<>();
        Set<Place> unwanted = new HashSet<>();
        Set<Place> defended = new HashSet<>();
        for (NodeInfo node : snapshot.nodes()) {
            for (PodInfo other : node.pods()) {
                if (!affinity.isEmpty() && affinity.stream().allMatch(term -> term.matches(other))) {
                    affinity.forEach(term -> addPlace(wanted, term, node));
                }
                anti.stream().filter(term -> term.matches(other)).forEach(term -> addPlace(unwanted, term, node));
                if (!other.requiredAntiAffinity().isEmpty()) {
                    Term.all(other, other.requiredAntiAffinity(), snapshot).stream()
                            .filter(term -> term.matches(pod))
                            .forEach(term -> addPlace(defended, term, node));
                }
            }
        }
        if (affinity.isEmpty() && anti.isEmpty() && defended.isEmpty()) {
            return NodeFilter.ALL;
        }
        // The first pod of a group that wants to be together finds nobody there yet.
        boolean first = wanted.isEmpty() && affinity.stream().allMatch(term -> term.matches(pod));
        return node -> {
            if (!isNear(node, affinity, wanted, first)) {
                return Verdict.never("node(s) didn't match pod affinity rules");
            }
            if (isIn(node, unwanted)) {
                return Verdict.no("node(s) didn't match pod anti-affinity rules");
            }
            return isIn(node, defended)
                    ? Verdict.no("node(s) didn't satisfy existing pods anti-affinity rules")
                    : Verdict.FITS;
        };
    }

    private static void addPlace(Set<Place> places, Term term, NodeInfo node) {
        String value = node.labels().get(term.topologyKey());
        if (value != null) {
            places.add(new Place(term.topologyKey(), value));
        }
    }

    private static boolean isNear(NodeInfo node, List<Term> affinity, Set<Place> wanted, boolean first) {
        return affinity.stream().allMatch(term -> {
            String value = node.labels().get(term.topologyKey());
            return value != null && (first || wanted.contains(new Place(term.topologyKey(), value)));
        });
    }

    private static boolean isIn(NodeInfo node, Set<Place> places) {
        return places.stream()
                .anyMatch(place -> place.value().equals(node.labels().get(place.key())));
    }

    @Override
    public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        Map<Place, Long> weights = new HashMap<>();
        for (NodeInfo node : snapshot.nodes()) {
            for (PodInfo other : node.pods()) {
                weigh(weights, pod, pod.preferredAffinity(), other, node, snapshot, 1);
                weigh(weights, pod, pod.preferredAntiAffinity(), other, node, snapshot, -1);
                weigh(weights, other, other.preferredAffinity(), pod, node, snapshot, 1);
                weigh(weights, other, other.preferredAntiAffinity(), pod, node, snapshot, -1);
                for (Term term : Term.all(other, other.requiredAffinity(), snapshot)) {
                    add(weights, term, pod, node, HARD_AFFINITY_WEIGHT);
                }
            }
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
