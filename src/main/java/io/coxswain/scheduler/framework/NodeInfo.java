package io.coxswain.scheduler.framework;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A node and the pods on it, those included whose binding is still on its way. Immutable.
 *
 * @param choosy those of the pods that have pod affinity or anti-affinity of their own
 * @param images image name → size in bytes
 */
public record NodeInfo(
        Node node,
        List<PodInfo> pods,
        List<PodInfo> choosy,
        Resources allocatable,
        Resources requested,
        Resources scoredRequested,
        Map<String, Long> images) {

    public NodeInfo {
        pods = List.copyOf(pods);
        choosy = List.copyOf(choosy);
        images = Map.copyOf(images);
    }

    public static NodeInfo of(Node node, List<PodInfo> pods) {
        Resources requested = Resources.NONE;
        Resources scored = Resources.NONE;
        for (PodInfo pod : pods) {
            requested = requested.plus(pod.requests());
            scored = scored.plus(pod.scoredRequests());
        }
        Resources allocatable = node.getStatus() == null
                ? Resources.NONE
                : Resources.of(node.getStatus().getAllocatable());
        List<PodInfo> choosy = pods.stream().filter(PodInfo::isChoosy).toList();
        return new NodeInfo(node, pods, choosy, allocatable, requested, scored, images(node));
    }

    public NodeInfo with(PodInfo pod) {
        return new NodeInfo(
                node,
                plus(pods, pod),
                pod.isChoosy() ? plus(choosy, pod) : choosy,
                allocatable,
                requested.plus(pod.requests()),
                scoredRequested.plus(pod.scoredRequests()),
                images);
    }

    /** Without one of its pods; the same if it is not there. */
    public NodeInfo without(PodInfo pod) {
        List<PodInfo> others = minus(pods, pod);
        return others.size() == pods.size()
                ? this
                : new NodeInfo(
                        node,
                        others,
                        minus(choosy, pod),
                        allocatable,
                        requested.minus(pod.requests()),
                        scoredRequested.minus(pod.scoredRequests()),
                        images);
    }

    private static List<PodInfo> plus(List<PodInfo> pods, PodInfo pod) {
        List<PodInfo> more = new ArrayList<>(pods);
        more.add(pod);
        return more;
    }

    private static List<PodInfo> minus(List<PodInfo> pods, PodInfo pod) {
        return pods.stream().filter(other -> !other.uid().equals(pod.uid())).toList();
    }

    private static Map<String, Long> images(Node node) {
        Map<String, Long> images = new HashMap<>();
        if (node.getStatus() != null) {
            for (ContainerImage image : node.getStatus().getImages()) {
                long size = image.getSizeBytes() == null ? 0 : image.getSizeBytes();
                image.getNames().forEach(name -> images.put(name, size));
            }
        }
        return images;
    }

    public String name() {
        return node.getMetadata().getName();
    }

    public Map<String, String> labels() {
        Map<String, String> labels = node.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    public List<Taint> taints() {
        return node.getSpec() == null ? List.of() : node.getSpec().getTaints();
    }

    public boolean isUnschedulable() {
        return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }
}
