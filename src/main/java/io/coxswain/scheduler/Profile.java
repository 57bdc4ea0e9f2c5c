package io.coxswain.scheduler;

import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.ScorePlugin;
import io.coxswain.scheduler.framework.VolumeObjects;
import io.coxswain.scheduler.plugin.imagelocality.ImageLocality;
import io.coxswain.scheduler.plugin.interpodaffinity.InterPodAffinity;
import io.coxswain.scheduler.plugin.nodeaffinity.NodeAffinityPlugin;
import io.coxswain.scheduler.plugin.nodename.NodeName;
import io.coxswain.scheduler.plugin.nodeports.NodePorts;
import io.coxswain.scheduler.plugin.noderesources.BalancedAllocation;
import io.coxswain.scheduler.plugin.noderesources.NodeResourcesFit;
import io.coxswain.scheduler.plugin.nodeunschedulable.NodeUnschedulable;
import io.coxswain.scheduler.plugin.nodevolumelimits.NodeVolumeLimits;
import io.coxswain.scheduler.plugin.podtopologyspread.PodTopologySpread;
import io.coxswain.scheduler.plugin.tainttoleration.TaintToleration;
import io.coxswain.scheduler.plugin.volumebinding.VolumeBinding;
import io.coxswain.scheduler.plugin.volumerestrictions.VolumeRestrictions;
import io.coxswain.scheduler.plugin.volumezone.VolumeZone;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The plugins by which pods of one {@code spec.schedulerName} are placed: filters in the order they are asked, scores with
 * upstream's weights. A new plugin is one class and one line here.
 */
record Profile(String name, List<FilterPlugin> filters, List<Weighted> scores) {
    static final String DEFAULT = "default-scheduler";

    /** The names of all score plugins. */
    static final Set<String> SCORES = Set.of(
            "TaintToleration",
            "NodeAffinity",
            "PodTopologySpread",
            "InterPodAffinity",
            "NodeResourcesFit",
            "NodeResourcesBalancedAllocation",
            "ImageLocality");

    /** A plugin and how much its scores count. */
    record Weighted(ScorePlugin plugin, int weight) {
        Weighted by(ProfileSpec spec) {
            return new Weighted(plugin, spec.weights().getOrDefault(plugin.name(), weight));
        }
    }

    /** @param defaultSelector the selector of a pod's services and owner, for spreading by default */
    static Profile create(
            ProfileSpec spec, Function<PodInfo, Optional<LabelSelector>> defaultSelector, VolumeObjects volumes) {
        TaintToleration taints = new TaintToleration();
        NodeAffinityPlugin nodeAffinity = new NodeAffinityPlugin();
        NodeResourcesFit resources = new NodeResourcesFit(spec.mostAllocated());
        PodTopologySpread spread = new PodTopologySpread(defaultSelector);
        InterPodAffinity podAffinity = new InterPodAffinity();
        return new Profile(
                spec.name(),
                List.of(
                        new NodeUnschedulable(),
                        new NodeName(),
                        taints,
                        nodeAffinity,
                        new NodePorts(),
                        resources,
                        new VolumeRestrictions(volumes),
                        new NodeVolumeLimits(volumes),
                        new VolumeBinding(volumes),
                        new VolumeZone(volumes),
                        spread,
                        podAffinity),
                Stream.of(
                                new Weighted(taints, 3),
                                new Weighted(nodeAffinity, 2),
                                new Weighted(spread, 2),
                                new Weighted(podAffinity, 2),
                                new Weighted(resources, 1),
                                new Weighted(new BalancedAllocation(), 1),
                                new Weighted(new ImageLocality(), 1))
                        .map(score -> score.by(spec))
                        .filter(score -> score.weight() > 0)
                        .toList());
    }
}
