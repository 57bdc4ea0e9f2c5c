package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.HumanDuration;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The row of a pod: the STATUS of {@code kubectl get pods} is worked out from phase, conditions and container states. */
final class PodTable {
    static final List<TableColumn> COLUMNS = List.of(
            TableColumn.nameColumn(),
            TableColumn.text("Ready"),
            TableColumn.text("Status"),
            TableColumn.text("Restarts"),
            TableColumn.text("Age"),
            TableColumn.text("IP").wide(),
            TableColumn.text("Node").wide(),
            TableColumn.text("Nominated Node").wide(),
            TableColumn.text("Readiness Gates").wide());

    private final ObjectView pod;
    private final Set<String> sidecars = new HashSet<>();
    private long restarts;
    private String lastRestart = "";
    private long sidecarRestarts;
    private String lastSidecarRestart = "";
    private int ready;
    private String reason;

    private PodTable(ObjectView pod) {
        this.pod = pod;
        String statusReason = pod.text("status", "reason");
        this.reason = statusReason.isEmpty() ? pod.text("status", "phase") : statusReason;
    }

    static List<JsonValue> cells(ObjectView pod, Instant now) {
        PodTable row = new PodTable(pod);
        row.workOut();
        int total = pod.items("spec", "containers").size() + row.sidecars.size();
        return Cells.named(pod, now)
                .text(row.ready + "/" + total)
                .text(row.reason)
                .text(
                        row.restarts != 0 && !row.lastRestart.isEmpty()
                                ? row.restarts + " (" + HumanDuration.since(row.lastRestart, now) + " ago)"
                                : Long.toString(row.restarts))
                .age()
                .textOrNone(ip(pod))
                .textOrNone(pod.text("spec", "nodeName"))
                .textOrNone(pod.text("status", "nominatedNodeName"))
                .text(readinessGates(pod))
                .list();
    }

    private static String ip(ObjectView pod) {
        List<ObjectView> addresses = pod.items("status", "podIPs");
        return addresses.isEmpty() ? "" : addresses.get(0).text("ip");
    }

    private static String readinessGates(ObjectView pod) {
        List<ObjectView> gates = pod.items("spec", "readinessGates");
        if (gates.isEmpty()) {
            return Cells.NONE;
        }
        long met = gates.stream()
                .filter(gate -> hasCondition(pod, gate.text("conditionType")))
                .count();
        return met + "/" + gates.size();
    }

    private static boolean hasCondition(ObjectView pod, String type) {
        return pod.items("status", "conditions").stream()
                .anyMatch(each ->
                        each.text("type").equals(type) && each.text("status").equals("True"));
    }

    private void workOut() {
        for (ObjectView condition : pod.items("status", "conditions")) {
            if (condition.text("type").equals("PodScheduled")
                    && condition.text("reason").equals("SchedulingGated")) {
                reason = "SchedulingGated";
            }
        }
        for (ObjectView container : pod.items("spec", "initContainers")) {
            if (container.text("restartPolicy").equals("Always")) {
                sidecars.add(container.text("name"));
            }
        }
        boolean initializing = initContainers();
        if (!initializing || hasCondition(pod, "Initialized")) {
            containers();
        }
        if (pod.isBeingDeleted()) {
            String phase = pod.text("status", "phase");
            if (pod.text("status", "reason").equals("NodeLost")) {
                reason = "Unknown";
            } else if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
                reason = "Terminating";
            }
        }
    }

    /** Whether the pod is still at its init containers; then {@link #reason} says at which. */
    private boolean initContainers() {
        List<ObjectView> statuses = pod.items("status", "initContainerStatuses");
        for (int i = 0; i < statuses.size(); i++) {
            ObjectView status = statuses.get(i);
            boolean sidecar = sidecars.contains(status.text("name"));
            long count = status.number("restartCount").orElse(0L);
            String finished = lastFinished(status);
            restarts += count;
            lastRestart = later(lastRestart, finished);
            if (sidecar) {
                sidecarRestarts += count;
                lastSidecarRestart = later(lastSidecarRestart, finished);
            }
            boolean terminated = status.at("state", "terminated").isPresent();
            if (terminated && status.number("state", "terminated", "exitCode").orElse(0L) == 0) {
                continue;
            }
            if (sidecar && status.flag("started").orElse(false)) {
                ready += status.flag("ready").orElse(false) ? 1 : 0;
                continue;
            }
            reason = initReason(status, i, terminated);
            return true;
        }
        return false;
    }

    private String initReason(ObjectView status, int index, boolean terminated) {
        if (terminated) {
            return "Init:" + terminationReason(status);
        }
        String waiting = status.text("state", "waiting", "reason");
        if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
            return "Init:" + waiting;
        }
        return "Init:" + index + "/" + pod.items("spec", "initContainers").size();
    }

    private void containers() {
        restarts = sidecarRestarts;
        lastRestart = lastSidecarRestart;
        boolean running = false;
        List<ObjectView> statuses = pod.items("status", "containerStatuses");
        for (int i = statuses.size() - 1; i >= 0; i--) {
            ObjectView status = statuses.get(i);
            restarts += status.number("restartCount").orElse(0L);
            lastRestart = later(lastRestart, lastFinished(status));
            String waiting = status.text("state", "waiting", "reason");
            if (!waiting.isEmpty()) {
                reason = waiting;
            } else if (status.at("state", "terminated").isPresent()) {
                reason = terminationReason(status);
            } else if (status.flag("ready").orElse(false)
                    && status.at("state", "running").isPresent()) {
                running = true;
                ready++;
            }
        }
        if (reason.equals("Completed") && running) {
            reason = hasCondition(pod, "Ready") ? "Running" : "NotReady";
        }
    }

    private static String terminationReason(ObjectView status) {
        String given = status.text("state", "terminated", "reason");
        if (!given.isEmpty()) {
            return given;
        }
        long signal = status.number("state", "terminated", "signal").orElse(0L);
        return signal != 0
                ? "Signal:" + signal
                : "ExitCode:" + status.number("state", "terminated", "exitCode").orElse(0L);
    }

    private static String lastFinished(ObjectView status) {
        return status.text("lastState", "terminated", "finishedAt");
    }

    /** Timestamps of the API all have the same form, so that text order is time order. */
    private static String later(String one, String other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
