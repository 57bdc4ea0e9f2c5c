package io.coxswain.scheduler;

import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Counts why nodes were turned away and words it as upstream does. Preemption itself is not built: where pods of lower
 * priority could be removed the message says that instead of claiming that there are none.
 */
final class Diagnosis {
    private static final String NO_VICTIMS = "No preemption victims found for incoming pod";
    private static final String NOT_HELPFUL = "Preemption is not helpful for scheduling";
    private static final String NOT_BUILT = "Preemption of pods of lower priority is not supported yet";

    private final PodInfo pod;
    private final Map<String, Integer> reasons = new HashMap<>();
    private final Map<String, Integer> preemption = new HashMap<>();

    Diagnosis(PodInfo pod) {
        this.pod = pod;
    }

    void add(NodeInfo node, Verdict verdict) {
        verdict.reasons().forEach(reason -> reasons.merge(reason, 1, Integer::sum));
        boolean lower = node.pods().stream().anyMatch(other -> other.priority() < pod.priority());
        String help = NOT_HELPFUL;
        if (verdict.resolvable()) {
            help = lower ? NOT_BUILT : NO_VICTIMS;
        }
        preemption.merge(help, 1, Integer::sum);
    }

    String message(int nodes) {
        String start = "0/" + nodes + " nodes are available: ";
        String after = "Never".equals(pod.pod().getSpec().getPreemptionPolicy())
                ? "not eligible due to preemptionPolicy=Never."
                : start + histogram(preemption) + ".";
        return start + histogram(reasons) + ". preemption: " + after;
    }

    private static String histogram(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
