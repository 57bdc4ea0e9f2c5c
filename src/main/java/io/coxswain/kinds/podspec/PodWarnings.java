package io.coxswain.kinds.podspec;

import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is allowed in a pod or template but unwise: deprecated fields and values that hide one another. */
public final class PodWarnings {
    private static final Map<String, String> DEPRECATED_NODE_LABELS = Map.of(
            "beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
            "beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead",
            "failure-domain.beta.kubernetes.io/region",
                    "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
            "failure-domain.beta.kubernetes.io/zone",
                    "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
            "beta.kubernetes.io/instance-type",
                    "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead");
    private static final Map<String, String> DEPRECATED_VOLUMES = Map.of(
            "gitRepo", "deprecated in v1.11",
            "scaleIO", "deprecated in v1.16, non-functional in v1.22+",
            "flocker", "deprecated in v1.22, non-functional in v1.25+",
            "storageos", "deprecated in v1.22, non-functional in v1.25+",
            "quobyte", "deprecated in v1.22, non-functional in v1.25+",
            "glusterfs", "deprecated in v1.25, non-functional in v1.26+",
            "cephfs", "deprecated in v1.28, non-functional in v1.31+",
            "rbd", "deprecated in v1.28, non-functional in v1.31+");

    private final List<String> warnings = new ArrayList<>();

    private PodWarnings() {}

    /** @param path where in the object the pod's spec is, such as {@code spec.template.spec} */
    public static List<String> of(ObjectView object, String... path) {
        FieldPath at = FieldPath.of("");
        for (String step : path) {
            at = at.child(step);
        }
        PodWarnings all = new PodWarnings();
        all.spec(new ObjectView(object.object(path)), at);
        return all.warnings;
    }

    private void spec(ObjectView spec, FieldPath path) {
        spec.texts("nodeSelector").keySet().forEach(key -> {
            String why = DEPRECATED_NODE_LABELS.get(key);
            if (why != null) {
                warnings.add(path.child("nodeSelector").key(key) + ": " + why);
            }
        });
        List<ObjectView> volumes = spec.items("volumes");
        for (int i = 0; i < volumes.size(); i++) {
            for (String source : volumes.get(i).json().keySet()) {
                String why = DEPRECATED_VOLUMES.get(source);
                if (why != null) {
                    warnings.add(path.child("volumes").index(i).child(source) + ": " + why);
                }
            }
        }
        duplicates(spec.items("hostAliases"), "ip", path.child("hostAliases"), "ip");
        duplicates(spec.items("imagePullSecrets"), "name", path.child("imagePullSecrets"), "name");
        for (String list : new String[] {"initContainers", "containers"}) {
            List<ObjectView> containers = spec.items(list);
            for (int i = 0; i < containers.size(); i++) {
                container(containers.get(i), path.child(list).index(i));
            }
        }
        if (spec.number("terminationGracePeriodSeconds").orElse(0L) < 0) {
            warnings.add(path.child("terminationGracePeriodSeconds")
                    + ": must be >= 0; negative values are invalid and will be treated as 1");
        }
    }

    private void duplicates(List<ObjectView> items, String key, FieldPath path, String shown) {
        Set<String> known = new HashSet<>();
        for (int i = 0; i < items.size(); i++) {
            String value = items.get(i).text(key);
            if (!value.isEmpty() && !known.add(value)) {
                warnings.add(path.index(i).child(shown) + ": duplicate " + shown + " \"" + value + "\"");
            }
        }
    }

    private void container(ObjectView container, FieldPath path) {
        Map<String, String> values = new HashMap<>();
        List<ObjectView> environment = container.items("env");
        for (int i = 0; i < environment.size(); i++) {
            ObjectView variable = environment.get(i);
            String name = variable.text("name");
            String value = variable.text("value");
            // PATH=$(PATH):/more is how variables are built up
            if (values.containsKey(name) && !value.contains("$(" + name + ")")) {
                warnings.add(path.child("env").index(i) + ": hides previous definition of \"" + name
                        + "\", which may be dropped when using apply");
            }
            values.put(name, value);
        }
        ports(container, path);
        for (String list : new String[] {"limits", "requests"}) {
            ResourceRules.amounts(container, "resources", list).forEach((name, amount) -> {
                boolean bytes = name.equals("memory") || name.equals("ephemeral-storage");
                if (bytes && !amount.isWhole()) {
                    warnings.add(path.child("resources").child(list).key(name) + ": fractional byte value \""
                            + container.text("resources", list, name) + "\" is invalid, must be an integer");
                }
            });
        }
    }

    private void ports(ObjectView container, FieldPath path) {
        Map<String, Integer> known = new HashMap<>();
        List<ObjectView> ports = container.items("ports");
        for (int i = 0; i < ports.size(); i++) {
            ObjectView port = ports.get(i);
            String key = port.number("containerPort").orElse(0L) + "/" + port.text("protocol") + "/"
                    + port.number("hostPort").orElse(0L) + "/" + port.text("hostIP");
            Integer first = known.putIfAbsent(key, i);
            if (first != null) {
                FieldPath list = path.child("ports");
                warnings.add(list.index(i) + ": duplicate port definition with " + list.index(first));
            }
        }
    }
}
