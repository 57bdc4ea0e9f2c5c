package io.coxswain.controller.daemonset;

import io.coxswain.controller.runtime.PodWrites;
import io.coxswain.controller.runtime.Pods;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The pods of a DaemonSet: bound to their node by affinity, so that the scheduler places them, and hard to drive away. */
final class DaemonPods {
    static final String HASH = "controller-revision-hash";
    private static final String GENERATION = "pod-template-generation";
    private static final String NAME_FIELD = "metadata.name";
    private static final Map<String, String> TOLERATED = Map.of(
            "node.kubernetes.io/not-ready", "NoExecute",
            "node.kubernetes.io/unreachable", "NoExecute",
            "node.kubernetes.io/disk-pressure", "NoSchedule",
            "node.kubernetes.io/memory-pressure", "NoSchedule",
            "node.kubernetes.io/pid-pressure", "NoSchedule",
            "node.kubernetes.io/unschedulable", "NoSchedule");

    private DaemonPods() {}

    static Pod pod(DaemonSet set, String node, String hash) {
        Pod pod = new PodBuilder(PodWrites.podOf(set, set.getSpec().getTemplate()))
                .editMetadata()
                .addToLabels(HASH, hash)
                .endMetadata()
                .editSpec()
                .withTolerations(tolerations(set.getSpec().getTemplate().getSpec()))
                .editOrNewAffinity()
                .editOrNewNodeAffinity()
                .withRequiredDuringSchedulingIgnoredDuringExecution(
                        onlyOn(node, set.getSpec().getTemplate().getSpec()))
                .endNodeAffinity()
                .endAffinity()
                .endSpec()
                .build();
        Map<String, String> annotations = set.getMetadata().getAnnotations();
        String generation = annotations == null ? null : annotations.get("deprecated.daemonset.template.generation");
        if (generation != null) {
            pod.getMetadata().getLabels().put(GENERATION, generation);
        }
        return pod;
    }

    /** The template's own and those that keep the pod where it is when the node is unwell. */
    static List<Toleration> tolerations(PodSpec spec) {
        List<Toleration> all = new ArrayList<>(spec.getTolerations());
        TOLERATED.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> add(all, entry.getKey(), entry.getValue()));
        if (Boolean.TRUE.equals(spec.getHostNetwork())) {
            add(all, "node.kubernetes.io/network-unavailable", "NoSchedule");
        }
        return all;
    }

    private static void add(List<Toleration> all, String key, String effect) {
        Toleration added = new Toleration(effect, key, "Exists", null, null);
        if (!all.contains(added)) {
            all.add(added);
        }
    }

    /** Every term of the template's affinity, limited to the one node. */
    private static NodeSelector onlyOn(String node, PodSpec spec) {
        NodeSelectorRequirement name = new NodeSelectorRequirement(NAME_FIELD, "In", List.of(node));
        NodeSelector required = spec.getAffinity() == null || spec.getAffinity().getNodeAffinity() == null
                ? null
                : spec.getAffinity().getNodeAffinity().getRequiredDuringSchedulingIgnoredDuringExecution();
        List<NodeSelectorTerm> terms =
                required == null || required.getNodeSelectorTerms().isEmpty()
                        ? List.of(new NodeSelectorTerm())
                        : required.getNodeSelectorTerms();
        return new NodeSelector(terms.stream()
                .map(term ->
                        new NodeSelectorTermBuilder(term).withMatchFields(name).build())
                .toList());
    }

    /** The node the pod runs on or was made for; {@code ""} if it was made for none. */
    static String node(Pod pod) {
        if (!Pods.nodeName(pod).isEmpty()) {
            return Pods.nodeName(pod);
        }
        return Stream.ofNullable(pod.getSpec().getAffinity())
                .flatMap(affinity -> Stream.ofNullable(affinity.getNodeAffinity()))
                .flatMap(affinity -> Stream.ofNullable(affinity.getRequiredDuringSchedulingIgnoredDuringExecution()))
                .flatMap(required -> required.getNodeSelectorTerms().stream())
                .flatMap(term -> term.getMatchFields().stream())
                .filter(field -> NAME_FIELD.equals(field.getKey())
                        && "In".equals(field.getOperator())
                        && field.getValues().size() == 1)
                .map(field -> field.getValues().get(0))
                .findFirst()
                .orElse("");
    }

    static boolean isOf(Pod pod, String hash) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels != null && hash.equals(labels.get(HASH));
    }
}
