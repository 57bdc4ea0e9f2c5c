package io.coxswain.console.workloads;

import io.coxswain.console.shell.Level;
import io.coxswain.meta.ObjectView;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A deployment as lists show it.
 *
 * @param wanted {@code spec.replicas}
 * @param created an API timestamp
 */
public record DeploymentRow(
        String namespace,
        String name,
        String uid,
        long wanted,
        long ready,
        long updated,
        long available,
        boolean paused,
        String images,
        String created)
        implements Serializable {

    static DeploymentRow of(ObjectView deployment) {
        return new DeploymentRow(
                deployment.namespace(),
                deployment.name(),
                deployment.uid(),
                deployment.number("spec", "replicas").orElse(1L),
                deployment.number("status", "readyReplicas").orElse(0L),
                deployment.number("status", "updatedReplicas").orElse(0L),
                deployment.number("status", "availableReplicas").orElse(0L),
                deployment.flag("spec", "paused").orElse(false),
                images(deployment.items("spec", "template", "spec", "containers")),
                deployment.text("metadata", "creationTimestamp"));
    }

    static String images(List<ObjectView> containers) {
        return containers.stream().map(each -> each.text("image")).collect(Collectors.joining(", "));
    }

    public String readiness() {
        return ready + "/" + wanted;
    }

    /** Key of the word for its state. */
    public String state() {
        if (paused) {
            return "workloads.state.paused";
        }
        if (wanted == 0) {
            return "workloads.state.stopped";
        }
        if (available >= wanted && updated >= wanted) {
            return "workloads.state.ready";
        }
        return ready == 0 ? "workloads.state.notready" : "workloads.state.progressing";
    }

    public Level level() {
        return switch (state()) {
            case "workloads.state.ready" -> Level.GOOD;
            case "workloads.state.notready" -> Level.BAD;
            case "workloads.state.progressing" -> Level.BUSY;
            default -> Level.OFF;
        };
    }
}
