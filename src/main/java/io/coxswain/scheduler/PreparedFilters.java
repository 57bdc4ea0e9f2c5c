package io.coxswain.scheduler;

import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.FilterPlugin.NodeFilter;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Snapshot;
import io.coxswain.scheduler.framework.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All filters, ready to be asked about one pod. A node with nominated pods is asked twice, as if they were there and as if they
 * were not: the pod must fit either way, since they may never come. Immutable.
 *
 * @param nominated by node, the pods whose nominations count
 */
record PreparedFilters(List<FilterPlugin> plugins, List<NodeFilter> filters, Map<String, List<PodInfo>> nominated) {

    /** A plugin's no. */
    record Rejection(String plugin, Verdict verdict) {}

    static PreparedFilters of(
            List<FilterPlugin> plugins, PodInfo pod, Snapshot snapshot, Map<String, List<PodInfo>> nominated) {
        return new PreparedFilters(
                plugins,
                plugins.stream().map(plugin -> plugin.prepare(pod, snapshot)).toList(),
                nominated);
    }

    /** Whether a plugin turned the pod away before any node was looked at. */
    Optional<Rejection> overall() {
        for (int i = 0; i < filters.size(); i++) {
            Verdict verdict = filters.get(i).overall();
            if (!verdict.fits()) {
                return Optional.of(new Rejection(plugins.get(i).name(), verdict));
            }
        }
        return Optional.empty();
    }

    /** The first no, {@code null} if the pod fits: asked for every node in every cycle. */
    @Nullable Rejection test(NodeInfo node) {
        List<PodInfo> coming = nominated.isEmpty() ? List.of() : nominated.getOrDefault(node.name(), List.of());
        if (!coming.isEmpty()) {
            PreparedFilters filled = this;
            NodeInfo full = node;
            for (PodInfo pod : coming) {
                filled = filled.with(pod, full);
                full = full.with(pod);
            }
            Rejection rejection = filled.ask(full);
            if (rejection != null) {
                return rejection;
            }
        }
        return ask(node);
    }

    private @Nullable Rejection ask(NodeInfo node) {
        for (int i = 0; i < filters.size(); i++) {
            Verdict verdict = filters.get(i).test(node);
            if (!verdict.fits()) {
                return new Rejection(plugins.get(i).name(), verdict);
            }
        }
        return null;
    }

    /** As if this other pod were on that node too. */
    PreparedFilters with(PodInfo other, NodeInfo node) {
        return each(filter -> filter.with(other, node));
    }

    /** As if this other pod were not on that node. */
    PreparedFilters without(PodInfo other, NodeInfo node) {
        return each(filter -> filter.without(other, node));
    }

    private PreparedFilters each(UnaryOperator<NodeFilter> change) {
        return new PreparedFilters(plugins, filters.stream().map(change).toList(), nominated);
    }
}
