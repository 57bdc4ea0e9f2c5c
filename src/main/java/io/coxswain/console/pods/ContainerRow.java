package io.coxswain.console.pods;

import io.coxswain.console.shell.Level;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A container of a pod.
 *
 * @param role {@code ""} for an ordinary one, {@code init}
 * @param state such as {@code Running} or the reason of waiting or ending
 * @param since API timestamp of the state, {@code ""} if it has none
 * @param detail the message of the state
 * @param last how the run before ended, {@code ""} if there was none
 */
public record ContainerRow(
        String name,
        String role,
        String image,
        String state,
        Level level,
        String since,
        String detail,
        boolean ready,
        long restarts,
        String last,
        String requests,
        String limits,
        String ports)
        implements Serializable {

    static List<ContainerRow> of(ObjectView pod) {
        List<ContainerRow> rows = new ArrayList<>();
        add(rows, pod, "init", "initContainers", "initContainerStatuses");
        add(rows, pod, "", "containers", "containerStatuses");
        return List.copyOf(rows);
    }

    private static void add(List<ContainerRow> rows, ObjectView pod, String role, String specs, String statuses) {
        for (ObjectView spec : pod.items("spec", specs)) {
            Optional<ObjectView> status = pod.items("status", statuses).stream()
                    .filter(each -> each.text("name").equals(spec.text("name")))
                    .findFirst();
            rows.add(row(spec, role, status.orElse(new ObjectView(JsonObject.EMPTY_JSON_OBJECT))));
        }
    }

    private static ContainerRow row(ObjectView spec, String role, ObjectView status) {
        boolean ready = status.flag("ready").orElse(false);
        String kind = status.object("state").keySet().stream().findFirst().orElse("waiting");
        long exit = status.number("state", "terminated", "exitCode").orElse(0L);
        String reason = status.text("state", kind, "reason");
        String state = switch (kind) {
            case "running" -> "Running";
            case "terminated" -> (reason.isEmpty() ? "Terminated" : reason) + " (" + exit + ")";
            default -> reason.isEmpty() ? "Waiting" : reason;
        };
        Level level = switch (kind) {
            case "running" -> ready || role.equals("init") ? Level.GOOD : Level.BUSY;
            case "terminated" -> exit == 0 ? Level.OFF : Level.BAD;
            default -> reason.startsWith("Err") || reason.contains("BackOff") ? Level.BAD : Level.BUSY;
        };
        return new ContainerRow(
                spec.text("name"),
                role,
                spec.text("image"),
                state,
                level,
                kind.equals("running")
                        ? status.text("state", kind, "startedAt")
                        : status.text("state", kind, "finishedAt"),
                status.text("state", kind, "message"),
                ready,
                status.number("restartCount").orElse(0L),
                last(status),
                resources(spec, "requests"),
                resources(spec, "limits"),
                spec.items("ports").stream()
                        .map(port -> port.number("containerPort").orElse(0L) + "/"
                                + (port.text("protocol").isEmpty() ? "TCP" : port.text("protocol")))
                        .collect(Collectors.joining(", ")));
    }

    private static String last(ObjectView status) {
        if (status.at("lastState", "terminated").isEmpty()) {
            return "";
        }
        return status.text("lastState", "terminated", "reason") + " ("
                + status.number("lastState", "terminated", "exitCode").orElse(0L) + ")";
    }

    private static String resources(ObjectView spec, String which) {
        return spec.texts("resources", which).entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
