package io.coxswain.console.shell;

import io.coxswain.meta.ObjectView;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * A pod as lists show it.
 *
 * @param status one word, chosen as kubectl's STATUS column does
 * @param created an API timestamp
 * @param lastRestart an API timestamp, {@code ""} if there was none
 */
public record PodRow(
        String namespace,
        String name,
        String uid,
        String status,
        Level level,
        int ready,
        int containers,
        long restarts,
        String lastRestart,
        String node,
        String ip,
        String created)
        implements Serializable {
    private static final Set<String> WORKING =
            Set.of("Pending", "ContainerCreating", "PodInitializing", "Terminating", "NotReady", "SchedulingGated");

    public static PodRow of(ObjectView pod) {
        List<ObjectView> containers = pod.items("status", "containerStatuses");
        List<ObjectView> initial = pod.items("status", "initContainerStatuses");
        String status = status(pod, initial, containers);
        int ready = (int) containers.stream()
                .filter(each -> each.flag("ready").orElse(false))
                .count();
        return new PodRow(
                pod.namespace(),
                pod.name(),
                pod.uid(),
                status,
                level(status, ready, pod.items("spec", "containers").size()),
                ready,
                pod.items("spec", "containers").size(),
                restarts(initial) + restarts(containers),
                lastRestart(containers),
                pod.text("spec", "nodeName"),
                pod.text("status", "podIP"),
                pod.text("metadata", "creationTimestamp"));
    }

    public String readiness() {
        return ready + "/" + containers;
    }

    private static String status(ObjectView pod, List<ObjectView> initial, List<ObjectView> containers) {
        String phase = pod.text("status", "phase");
        if (pod.isBeingDeleted() && !phase.equals("Succeeded") && !phase.equals("Failed")) {
            return "Terminating";
        }
        for (int i = 0; i < initial.size(); i++) {
            String blocked = initialReason(initial.get(i), i, initial.size());
            if (!blocked.isEmpty()) {
                return blocked;
            }
        }
        String reason = pod.text("status", "reason").isEmpty() ? phase : pod.text("status", "reason");
        boolean running = false;
        for (int i = containers.size() - 1; i >= 0; i--) {
            ObjectView state = containers.get(i);
            String given = stateReason(state);
            running |= state.at("state", "running").isPresent()
                    && state.flag("ready").orElse(false);
            reason = given.isEmpty() ? reason : given;
        }
        return reason.equals("Completed") && running ? "Running" : reason;
    }

    /** Why an init container keeps the others waiting; {@code ""} if it does not. */
    private static String initialReason(ObjectView state, int index, int count) {
        boolean done = state.at("state", "terminated").isPresent()
                && state.number("state", "terminated", "exitCode").orElse(0L) == 0;
        boolean sidecar = state.at("state", "running").isPresent()
                && state.flag("started").orElse(false)
                && state.flag("ready").orElse(false);
        if (done || sidecar) {
            return "";
        }
        String given = stateReason(state);
        return given.isEmpty() || given.equals("PodInitializing") ? "Init:" + index + "/" + count : "Init:" + given;
    }

    private static String stateReason(ObjectView state) {
        String waiting = state.text("state", "waiting", "reason");
        if (!waiting.isEmpty() || state.at("state", "terminated").isEmpty()) {
            return waiting;
        }
        String given = state.text("state", "terminated", "reason");
        return given.isEmpty()
                ? "ExitCode:" + state.number("state", "terminated", "exitCode").orElse(0L)
                : given;
    }

    private static Level level(String status, int ready, int containers) {
        if (status.equals("Running")) {
            return ready == containers ? Level.GOOD : Level.BUSY;
        }
        if (status.equals("Completed") || status.equals("Succeeded")) {
            return Level.OFF;
        }
        return WORKING.contains(status) || status.matches("Init:\\d+/\\d+") ? Level.BUSY : Level.BAD;
    }

    private static long restarts(List<ObjectView> states) {
        return states.stream()
                .mapToLong(each -> each.number("restartCount").orElse(0L))
                .sum();
    }

    private static String lastRestart(List<ObjectView> states) {
        return states.stream()
                .map(each -> each.text("lastState", "terminated", "finishedAt"))
                .max(String::compareTo)
                .orElse("");
    }
}
