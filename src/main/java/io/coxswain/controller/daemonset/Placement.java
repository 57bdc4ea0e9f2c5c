package io.coxswain.controller.daemonset;

import io.coxswain.controller.runtime.Pods;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDaemonSet;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a DaemonSet's pods are and should be at one moment.
 *
 * @param fits what the set makes of each node, by node name
 * @param pods the set's pods by node, the oldest first; {@code ""} for pods without one
 * @param hash of the current template
 */
record Placement(DaemonSet set, Map<String, NodeFit> fits, Map<String, List<Pod>> pods, String hash, Instant now) {
    private static final Comparator<Pod> OLDEST_FIRST = Comparator.comparing(
                    (Pod pod) -> Pods.nodeName(pod).isEmpty())
            .thenComparing(pod -> Pods.created(pod.getMetadata()))
            .thenComparing(pod -> pod.getMetadata().getName());

    static Placement of(DaemonSet set, List<Node> nodes, List<Pod> owned, String hash, Instant now) {
        Map<String, NodeFit> fits = new TreeMap<>();
        nodes.forEach(node -> fits.put(node.getMetadata().getName(), NodeFit.of(set, node)));
        Map<String, List<Pod>> pods = owned.stream()
                .sorted(OLDEST_FIRST)
                .collect(Collectors.groupingBy(DaemonPods::node, TreeMap::new, Collectors.toList()));
        return new Placement(set, fits, pods, hash, now);
    }

    List<Pod> on(String node) {
        return pods.getOrDefault(node, List.of());
    }

    int desired() {
        return (int) fits.values().stream().filter(NodeFit::starts).count();
    }

    int minReadySeconds() {
        Integer seconds = set.getSpec().getMinReadySeconds();
        return seconds == null ? 0 : seconds;
    }

    boolean isAvailable(Pod pod) {
        return Pods.isAvailable(pod, minReadySeconds(), now);
    }

    boolean isCurrent(Pod pod) {
        return DaemonPods.isOf(pod, hash);
    }

    boolean isRolling() {
        return set.getSpec().getUpdateStrategy() == null
                || !"OnDelete".equals(set.getSpec().getUpdateStrategy().getType());
    }

    private @Nullable RollingUpdateDaemonSet rolling() {
        return set.getSpec().getUpdateStrategy() == null
                ? null
                : set.getSpec().getUpdateStrategy().getRollingUpdate();
    }

    /** How many nodes may have an old and a new pod at once; percentages are rounded up. */
    int maxSurge() {
        RollingUpdateDaemonSet rolling = rolling();
        return isRolling() && rolling != null ? scaled(rolling.getMaxSurge(), 0) : 0;
    }

    /** On how many nodes the pod may be missing; percentages are rounded up. At least one if nothing else may move. */
    int maxUnavailable() {
        RollingUpdateDaemonSet rolling = rolling();
        int most = scaled(rolling == null ? null : rolling.getMaxUnavailable(), 1);
        return most == 0 && maxSurge() == 0 ? 1 : most;
    }

    private int scaled(@Nullable IntOrString value, int otherwise) {
        if (value == null) {
            return otherwise;
        }
        if (value.getIntVal() != null) {
            return value.getIntVal();
        }
        String text = value.getStrVal();
        if (text == null || !text.matches("\\d{1,9}%")) {
            return otherwise;
        }
        return (int) Math.ceil(Long.parseLong(text.substring(0, text.length() - 1)) * (double) desired() / 100);
    }
}
