package io.coxswain.scheduler;

import io.coxswain.scheduler.framework.LabelSelectors;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Finds a node where a pod would fit if pods of lower priority went, and the fewest and least important of them: upstream's
 * DefaultPreemption with its default arguments. Decides only; pure but for the dice.
 */
final class Preemption {
    /** Of many nodes a tenth is tried, but no fewer than this many. */
    private static final int FEWEST_CANDIDATES = 100;

    private static final int CANDIDATES_PERCENT = 10;
    private static final String NO_VICTIMS = "No preemption victims found for incoming pod";
    private static final String NOT_HELPFUL = "Preemption is not helpful for scheduling";

    private final RandomGenerator random;

    Preemption(RandomGenerator random) {
        this.random = random;
    }

    /** What came out. */
    sealed interface Decision {
        /** These pods shall go from that node, the most important first. */
        record Preempt(NodeInfo node, List<PodInfo> victims, int violations) implements Decision {}

        /** It would not help, or it must not be tried. @param keepNomination whether what it waits for may still come */
        record Refrain(String message, boolean keepNomination) implements Decision {}
    }

    /**
     * @param filters as they turned the pod away
     * @param diagnosis what they said
     * @param now stands for the start of pods that have not started
     */
    Decision decide(
            PodInfo pod,
            Optional<String> nominatedNode,
            Snapshot snapshot,
            PreparedFilters filters,
            Diagnosis diagnosis,
            List<PodDisruptionBudget> budgets,
            Instant now) {
        if (!pod.mayPreempt()) {
            return new Decision.Refrain("not eligible due to preemptionPolicy=Never.", true);
        }
        List<NodeInfo> potential = diagnosis.resolvable();
        boolean waits = nominatedNode
                .flatMap(name -> potential.stream()
                        .filter(node -> node.name().equals(name))
                        .findFirst())
                .filter(node -> node.pods().stream()
                        .anyMatch(other -> other.priority() < pod.priority() && other.isEndingByPreemption()))
                .isPresent();
        if (waits) {
            return new Decision.Refrain("not eligible due to a terminating pod on the nominated node.", true);
        }
        Comparator<PodInfo> importance = Comparator.comparingInt((PodInfo each) -> -each.priority())
                .thenComparing(each -> each.startTime().orElse(now));
        Diagnosis why = new Diagnosis();
        List<Decision.Preempt> candidates = candidates(pod, potential, filters, budgets, importance, why);
        if (candidates.isEmpty()) {
            int nodes = snapshot.nodes().size();
            why.addOthers(NOT_HELPFUL, nodes - potential.size());
            return new Decision.Refrain(why.message(nodes), false);
        }
        return best(candidates, now);
    }

    /** Tries nodes from a random one on, until there are enough candidates and one of them violates no budget. */
    private List<Decision.Preempt> candidates(
            PodInfo pod,
            List<NodeInfo> potential,
            PreparedFilters filters,
            List<PodDisruptionBudget> budgets,
            Comparator<PodInfo> importance,
            Diagnosis why) {
        List<Decision.Preempt> harmless = new ArrayList<>();
        List<Decision.Preempt> violating = new ArrayList<>();
        int wanted = wanted(potential.size());
        int offset = potential.isEmpty() ? 0 : random.nextInt(potential.size());
        for (int i = 0; i < potential.size(); i++) {
            NodeInfo node = potential.get((offset + i) % potential.size());
            DryRun dryRun = new DryRun(node, filters, budgets, importance);
            Optional<Verdict> no = dryRun.run(pod);
            if (no.isPresent()) {
                why.add(node, no.get());
            } else {
                (dryRun.violations == 0 ? harmless : violating)
                        .add(new Decision.Preempt(node, List.copyOf(dryRun.victims), dryRun.violations));
                if (!harmless.isEmpty() && harmless.size() + violating.size() >= wanted) {
                    break;
                }
            }
        }
        harmless.addAll(violating);
        return harmless;
    }

    static int wanted(int nodes) {
        return Math.min(nodes, Math.max(FEWEST_CANDIDATES, nodes * CANDIDATES_PERCENT / 100));
    }

    /** Removes pods from one node in thought, and puts back those that do not stand in the way. */
    private static final class DryRun {
        private final List<PodDisruptionBudget> budgets;
        private final Comparator<PodInfo> importance;
        private final List<PodInfo> victims = new ArrayList<>();
        private NodeInfo node;
        private PreparedFilters filters;
        private int violations;

        DryRun(
                NodeInfo node,
                PreparedFilters filters,
                List<PodDisruptionBudget> budgets,
                Comparator<PodInfo> importance) {
            this.node = node;
            this.filters = filters;
            this.budgets = budgets;
            this.importance = importance;
        }

        /** Why the node is none for the pod even so; empty if it is, with victims and violations filled. */
        Optional<Verdict> run(PodInfo pod) {
            List<PodInfo> lower = node.pods().stream()
                    .filter(other -> other.priority() < pod.priority())
                    .sorted(importance)
                    .toList();
            if (lower.isEmpty()) {
                return Optional.of(Verdict.never(NO_VICTIMS));
            }
            lower.forEach(this::remove);
            PreparedFilters.Rejection rejection = filters.test(node);
            if (rejection != null) {
                return Optional.of(rejection.verdict());
            }
            // Those whose budget would be violated have the better chance to stay.
            List<PodInfo> protectedPods = violating(lower, budgets);
            protectedPods.forEach(victim -> violations += staysOn(victim) ? 0 : 1);
            lower.stream().filter(victim -> !protectedPods.contains(victim)).forEach(this::staysOn);
            victims.sort(importance);
            return Optional.empty();
        }

        private void remove(PodInfo victim) {
            filters = filters.without(victim, node);
            node = node.without(victim);
        }

        private boolean staysOn(PodInfo victim) {
            PreparedFilters before = filters;
            NodeInfo without = node;
            filters = filters.with(victim, node);
            node = node.with(victim);
            if (filters.test(node) == null) {
                return true;
            }
            filters = before;
            node = without;
            victims.add(victim);
            return false;
        }
    }

    /** Those of the pods whose budgets have nothing left when they are taken in this order. */
    static List<PodInfo> violating(List<PodInfo> pods, List<PodDisruptionBudget> budgets) {
        int[] allowed = budgets.stream()
                .mapToInt(budget ->
                        budget.getStatus() == null || budget.getStatus().getDisruptionsAllowed() == null
                                ? 0
                                : budget.getStatus().getDisruptionsAllowed())
                .toArray();
        List<PodInfo> violating = new ArrayList<>();
        for (PodInfo pod : pods) {
            boolean violated = false;
            for (int i = 0; i < allowed.length; i++) {
                if (covers(budgets.get(i), pod)) {
                    violated |= --allowed[i] < 0;
                }
            }
            if (violated) {
                violating.add(pod);
            }
        }
        return violating;
    }

    /** A disruption that was granted already is not counted again. An empty selector covers nothing here, as upstream. */
    private static boolean covers(PodDisruptionBudget budget, PodInfo pod) {
        LabelSelector selector =
                budget.getSpec() == null ? null : budget.getSpec().getSelector();
        Map<String, String> granted =
                budget.getStatus() == null ? null : budget.getStatus().getDisruptedPods();
        return selector != null
                && !pod.labels().isEmpty()
                && !LabelSelectors.isEmpty(selector)
                && pod.matches(budget.getMetadata().getNamespace(), selector)
                && (granted == null || !granted.containsKey(pod.name()));
    }

    /**
     * Fewest violated budgets; then the least important most important victim; the smallest sum of priorities; the fewest
     * victims; the latest start of the longest running of the most important victims; the first.
     */
    private static Decision.Preempt best(List<Decision.Preempt> candidates, Instant now) {
        return candidates.stream()
                .min(Comparator.comparingInt(Decision.Preempt::violations)
                        .thenComparingInt(
                                candidate -> candidate.victims().get(0).priority())
                        .thenComparingLong(Preemption::prioritySum)
                        .thenComparingInt(candidate -> candidate.victims().size())
                        .thenComparing(candidate -> earliestStart(candidate, now), Comparator.reverseOrder()))
                .orElseThrow();
    }

    /** Shifted so that pods of negative priority count as more, not as less, than none. */
    private static long prioritySum(Decision.Preempt candidate) {
        return candidate.victims().stream()
                .mapToLong(victim -> victim.priority() + Integer.MAX_VALUE + 1L)
                .sum();
    }

    private static Instant earliestStart(Decision.Preempt candidate, Instant now) {
        int highest = candidate.victims().get(0).priority();
        return candidate.victims().stream()
                .filter(victim -> victim.priority() == highest)
                .map(victim -> victim.startTime().orElse(now))
                .min(Comparator.naturalOrder())
                .orElse(now);
    }
}
