package io.coxswain.console.nodes;

import io.coxswain.console.shell.Level;
import io.coxswain.meta.ObjectView;
import java.io.Serializable;
import java.util.stream.Collectors;

/** A node as lists show it. {@code created} is an API timestamp. */
public record NodeRow(
        String name,
        boolean ready,
        boolean cordoned,
        String roles,
        String address,
        String podCidr,
        String version,
        String runtime,
        String system,
        String taints,
        String created)
        implements Serializable {
    private static final String ROLE = "node-role.kubernetes.io/";

    static NodeRow of(ObjectView node) {
        return new NodeRow(
                node.name(),
                node.items("status", "conditions").stream()
                        .anyMatch(each -> each.text("type").equals("Ready")
                                && each.text("status").equals("True")),
                node.flag("spec", "unschedulable").orElse(false),
                node.labels().keySet().stream()
                        .filter(label -> label.startsWith(ROLE))
                        .map(label -> label.substring(ROLE.length()))
                        .collect(Collectors.joining(", ")),
                node.items("status", "addresses").stream()
                        .filter(each -> each.text("type").equals("InternalIP"))
                        .map(each -> each.text("address"))
                        .findFirst()
                        .orElse(""),
                node.text("spec", "podCIDR"),
                node.text("status", "nodeInfo", "kubeletVersion"),
                node.text("status", "nodeInfo", "containerRuntimeVersion"),
                node.text("status", "nodeInfo", "osImage"),
                node.items("spec", "taints").stream().map(NodeRow::taint).collect(Collectors.joining(", ")),
                node.text("metadata", "creationTimestamp"));
    }

    private static String taint(ObjectView taint) {
        String value = taint.text("value");
        return taint.text("key") + (value.isEmpty() ? "" : "=" + value) + ":" + taint.text("effect");
    }

    /** Key of the word for its state. */
    public String state() {
        return ready ? "nodes.ready" : "nodes.notready";
    }

    public Level level() {
        return ready ? Level.GOOD : Level.BAD;
    }
}
