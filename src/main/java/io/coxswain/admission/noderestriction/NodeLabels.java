package io.coxswain.admission.noderestriction;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Which labels a kubelet may not add, change or remove on its Node, since workloads are steered by them. */
final class NodeLabels {
    private static final String RESTRICTED = "node-restriction.kubernetes.io";
    private static final Set<String> KUBELET = Set.of(
            "kubernetes.io/hostname",
            "kubernetes.io/os",
            "kubernetes.io/arch",
            "beta.kubernetes.io/os",
            "beta.kubernetes.io/arch",
            "beta.kubernetes.io/instance-type",
            "node.kubernetes.io/instance-type",
            "failure-domain.beta.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region",
            "topology.kubernetes.io/zone",
            "topology.kubernetes.io/region");
    private static final Set<String> KUBELET_DOMAINS = Set.of("kubelet.kubernetes.io", "node.kubernetes.io");

    private NodeLabels() {}

    /** The changed labels that are not the kubelet's to change, in order. */
    static Set<String> forbidden(Map<String, String> now, Map<String, String> old) {
        Set<String> changed = new TreeSet<>(now.keySet());
        changed.addAll(old.keySet());
        changed.removeIf(label -> Objects.equals(now.get(label), old.get(label)));
        changed.removeIf(label -> !isForbidden(label));
        return changed;
    }

    private static boolean isForbidden(String label) {
        int slash = label.indexOf('/');
        String domain = slash < 0 ? "" : label.substring(0, slash);
        if (isIn(domain, RESTRICTED)) {
            return true;
        }
        boolean kubelet =
                KUBELET.contains(label) || KUBELET_DOMAINS.stream().anyMatch(allowed -> isIn(domain, allowed));
        return (isIn(domain, "kubernetes.io") || isIn(domain, "k8s.io")) && !kubelet;
    }

    private static boolean isIn(String domain, String parent) {
        return domain.equals(parent) || domain.endsWith("." + parent);
    }
}
