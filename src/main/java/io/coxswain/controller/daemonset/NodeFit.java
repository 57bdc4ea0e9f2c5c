package io.coxswain.controller.daemonset;

import io.coxswain.controller.runtime.Nodes;
import io.coxswain.placement.NodeSelectors;
import io.coxswain.placement.Tolerations;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.List;
import java.util.Map;

/**
 * Whether a DaemonSet's pod belongs on a node: by name, selector, required affinity and taints. Resources do not matter: the
 * pod waits for them.
 *
 * @param starts a pod should be there
 * @param stays a pod that is there may go on
 */
record NodeFit(boolean starts, boolean stays) {
    static NodeFit of(DaemonSet set, Node node) {
        PodSpec spec = set.getSpec().getTemplate().getSpec();
        String name = node.getMetadata().getName();
        boolean named = spec.getNodeName() == null
                || spec.getNodeName().isEmpty()
                || spec.getNodeName().equals(name);
        Map<String, String> labels = node.getMetadata().getLabels();
        if (!named || !NodeSelectors.matches(spec, name, labels == null ? Map.of() : labels)) {
            return new NodeFit(false, false);
        }
        List<Toleration> tolerations = DaemonPods.tolerations(spec);
        List<Taint> taints = Nodes.taints(node);
        boolean fits = Tolerations.untolerated(taints, tolerations).isEmpty();
        boolean stays = taints.stream()
                .filter(taint -> "NoExecute".equals(taint.getEffect()))
                .allMatch(taint -> Tolerations.isTolerated(taint, tolerations));
        return new NodeFit(fits, stays);
    }
}
