package io.coxswain.scheduler.plugin.interpodaffinity;

import io.coxswain.scheduler.framework.FilterPlugin.NodeFilter;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import java.util.List;

/**
 * A pod's required affinity and anti-affinity and that of the others, counted.
 *
 * @param wanted where pods are that match all its affinity terms
 * @param unwanted where pods are that match one of its anti-affinity terms
 * @param defended where pods are whose anti-affinity it matches
 * @param matchesItself whether it may be the first of the group it wants to be near
 */
record Neighbourhood(
        PodInfo pod,
        Snapshot snapshot,
        List<Term> affinity,
        List<Term> anti,
        boolean matchesItself,
        PlaceCounts wanted,
        PlaceCounts unwanted,
        PlaceCounts defended)
        implements NodeFilter {

    static Neighbourhood of(PodInfo pod, Snapshot snapshot) {
        List<Term> affinity = Term.all(pod, pod.requiredAffinity(), snapshot);
        List<Term> anti = Term.all(pod, pod.requiredAntiAffinity(), snapshot);
        PlaceCounts.Builder wanted = new PlaceCounts.Builder();
        PlaceCounts.Builder unwanted = new PlaceCounts.Builder();
        PlaceCounts.Builder defended = new PlaceCounts.Builder();
        boolean modest = affinity.isEmpty() && anti.isEmpty();
        for (NodeInfo node : snapshot.nodes()) {
            for (PodInfo other : modest ? List.<PodInfo>of() : node.pods()) {
                if (matchesAll(affinity, other)) {
                    affinity.forEach(term -> wanted.add(term, node));
                }
                anti.stream().filter(term -> term.matches(other)).forEach(term -> unwanted.add(term, node));
            }
            for (PodInfo other : node.choosy()) {
                defences(other, pod, snapshot).forEach(term -> defended.add(term, node));
            }
        }
        return new Neighbourhood(
                pod,
                snapshot,
                affinity,
                anti,
                affinity.stream().allMatch(term -> term.matches(pod)),
                wanted.build(),
                unwanted.build(),
                defended.build());
    }

    private static boolean matchesAll(List<Term> terms, PodInfo pod) {
        return !terms.isEmpty() && terms.stream().allMatch(term -> term.matches(pod));
    }

    /** The terms by which the other keeps the pod away. */
    private static List<Term> defences(PodInfo other, PodInfo pod, Snapshot snapshot) {
        return other.requiredAntiAffinity().isEmpty()
                ? List.of()
                : Term.all(other, other.requiredAntiAffinity(), snapshot).stream()
                        .filter(term -> term.matches(pod))
                        .toList();
    }

    @Override
    public Verdict test(NodeInfo node) {
        if (!isNear(node)) {
            return Verdict.never("node(s) didn't match pod affinity rules");
        }
        if (unwanted.isAnyThere(node)) {
            return Verdict.no("node(s) didn't match pod anti-affinity rules");
        }
        return defended.isAnyThere(node)
                ? Verdict.no("node(s) didn't satisfy existing pods anti-affinity rules")
                : Verdict.FITS;
    }

    /** The first pod of a group that wants to be together finds nobody there yet. */
    private boolean isNear(NodeInfo node) {
        boolean first = matchesItself && wanted.isEmpty();
        for (Term term : affinity) {
            String value = node.labels().get(term.topologyKey());
            if (value == null || !(first || wanted.isThere(term.topologyKey(), value))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public NodeFilter with(PodInfo other, NodeInfo node) {
        return changed(other, node, 1);
    }

    @Override
    public NodeFilter without(PodInfo other, NodeInfo node) {
        return changed(other, node, -1);
    }

    private NodeFilter changed(PodInfo other, NodeInfo node, int by) {
        List<Term> against = anti.stream().filter(term -> term.matches(other)).toList();
        return new Neighbourhood(
                pod,
                snapshot,
                affinity,
                anti,
                matchesItself,
                matchesAll(affinity, other) ? wanted.changed(affinity, node, by) : wanted,
                unwanted.changed(against, node, by),
                defended.changed(defences(other, pod, snapshot), node, by));
    }
}
