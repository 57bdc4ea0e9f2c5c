package io.coxswain.node.status;

import io.coxswain.node.Pods;
import io.coxswain.node.cri.PodRuntime;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Computes the status of a pod from what was observed of it. Pure. */
public final class PodStatuses {

    private PodStatuses() {}

    /**
     * The parts of the status that belong to the node; the pod's own status supplies what is kept (start time, times of
     * unchanged conditions, what was reported of containers that the runtime has forgotten).
     */
    public static PodStatus of(Pod pod, PodObservation seen) {
        ContainerStatuses containers = new ContainerStatuses(pod, seen);
        boolean anyInit = pod.getSpec().getInitContainers().stream().anyMatch(c -> !Pods.sidecar(c));
        List<ContainerStatus> init = new ArrayList<>();
        for (Container each : pod.getSpec().getInitContainers()) {
            init.add(containers.of(each, true, anyInit ? "PodInitializing" : "ContainerCreating"));
        }
        boolean initialized = initialized(pod, init, seen.runtime());
        List<ContainerStatus> main = new ArrayList<>();
        for (Container each : pod.getSpec().getContainers()) {
            boolean waits = !pod.getSpec().getInitContainers().isEmpty() && !initialized;
            main.add(containers.of(each, false, waits ? "PodInitializing" : "ContainerCreating"));
        }
        PodStatus old = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        PodStatus status = new PodStatus();
        if (pod.getMetadata().getGeneration() != null) {
            status.setObservedGeneration(pod.getMetadata().getGeneration());
        }
        status.setInitContainerStatuses(init);
        status.setContainerStatuses(main);
        status.setEphemeralContainerStatuses(ephemeral(pod, seen, containers));
        status.setPhase(phase(pod, seen, init, main, initialized));
        seen.verdict().ifPresent(v -> {
            status.setReason(v.reason());
            status.setMessage(v.message());
        });
        String now = seen.now().truncatedTo(ChronoUnit.SECONDS).toString();
        status.setStartTime(old.getStartTime() == null ? now : old.getStartTime());
        status.setQosClass(Pods.qos(pod));
        if (!seen.hostIps().isEmpty()) {
            status.setHostIP(seen.hostIps().get(0));
            status.setHostIPs(seen.hostIps().stream().map(HostIP::new).collect(Collectors.toList()));
        }
        addresses(status, old, seen);
        status.setConditions(conditions(pod, seen, status, initialized));
        return status;
    }

    /**
     * Whether the control plane has written over what the node says of the pod's readiness, as it does when it has not heard of the
     * node for long: not ready, for no reason. A node that is there has to say again how it is.
     */
    public static boolean readinessTaken(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream().anyMatch(PodStatuses::takenReadiness);
    }

    private static boolean takenReadiness(PodCondition condition) {
        boolean unexplained =
                condition.getReason() == null || condition.getReason().isEmpty();
        return "Ready".equals(condition.getType()) && "False".equals(condition.getStatus()) && unexplained;
    }

    /**
     * The pod with the status that its node last reported (null: none yet), and the conditions that others own, or have written over,
     * as the cache shows them.
     */
    public static Pod asReported(Pod pod, @Nullable PodStatus ours) {
        boolean endedElsewhere = Pods.terminal(pod)
                && ours != null
                && !pod.getStatus().getPhase().equals(ours.getPhase());
        if (ours == null || endedElsewhere) {
            return pod;
        }
        List<PodCondition> conditions = new ArrayList<>(ours.getConditions());
        if (readinessTaken(pod)) {
            conditions.removeIf(condition -> "Ready".equals(condition.getType()));
        }
        if (pod.getStatus() != null) {
            for (PodCondition each : pod.getStatus().getConditions()) {
                boolean own = conditions.stream().anyMatch(c -> c.getType().equals(each.getType()));
                if (!own) {
                    conditions.add(each);
                }
            }
        }
        PodStatus merged = new PodStatus();
        merged.setObservedGeneration(ours.getObservedGeneration());
        merged.setPhase(ours.getPhase());
        merged.setReason(ours.getReason());
        merged.setMessage(ours.getMessage());
        merged.setStartTime(ours.getStartTime());
        merged.setQosClass(ours.getQosClass());
        merged.setHostIP(ours.getHostIP());
        merged.setHostIPs(ours.getHostIPs());
        merged.setPodIP(ours.getPodIP());
        merged.setPodIPs(ours.getPodIPs());
        merged.setInitContainerStatuses(ours.getInitContainerStatuses());
        merged.setContainerStatuses(ours.getContainerStatuses());
        merged.setEphemeralContainerStatuses(ours.getEphemeralContainerStatuses());
        merged.setConditions(conditions);
        return new Pod(pod.getApiVersion(), pod.getKind(), pod.getMetadata(), pod.getSpec(), merged);
    }

    /** Containers added for debugging, as far as anything has come of them. They are never ready. */
    private static List<ContainerStatus> ephemeral(Pod pod, PodObservation seen, ContainerStatuses containers) {
        List<ContainerStatus> out = new ArrayList<>();
        for (EphemeralContainer each : pod.getSpec().getEphemeralContainers()) {
            if (seen.runtime().newest(each.getName()).isPresent()
                    || seen.waiting().containsKey(each.getName())) {
                Container plain = new Container();
                plain.setName(each.getName());
                plain.setImage(each.getImage());
                ContainerStatus status = containers.of(plain, true, "ContainerCreating");
                status.setReady(false);
                out.add(status);
            }
        }
        return out;
    }

    private static void addresses(PodStatus status, PodStatus old, PodObservation seen) {
        List<String> ips = seen.podIps();
        if (ips.isEmpty() && (seen.terminal() || terminal(status)) && old.getPodIPs() != null) {
            // The addresses a finished pod had are still of interest.
            ips = old.getPodIPs().stream().map(PodIP::getIp).toList();
        }
        if (!ips.isEmpty()) {
            status.setPodIP(ips.get(0));
            status.setPodIPs(ips.stream().map(PodIP::new).collect(Collectors.toList()));
        }
    }

    private static boolean terminal(PodStatus status) {
        return "Succeeded".equals(status.getPhase()) || "Failed".equals(status.getPhase());
    }

    /** All init containers have done their part: ended well, or started in the case of sidecars. */
    private static boolean initialized(Pod pod, List<ContainerStatus> init, PodRuntime runtime) {
        boolean mainBegan = pod.getSpec().getContainers().stream()
                .anyMatch(c -> runtime.newest(c.getName()).isPresent());
        if (mainBegan) {
            return true;
        }
        for (int i = 0; i < init.size(); i++) {
            ContainerStatus each = init.get(i);
            boolean done = Pods.sidecar(pod.getSpec().getInitContainers().get(i))
                    ? Boolean.TRUE.equals(each.getStarted())
                    : Boolean.TRUE.equals(each.getReady());
            if (!done) {
                return false;
            }
        }
        return true;
    }

    private static String phase(
            Pod pod, PodObservation seen, List<ContainerStatus> init, List<ContainerStatus> main, boolean initialized) {
        if (seen.verdict().isPresent()) {
            return "Failed";
        }
        if (Pods.terminal(pod)) {
            return pod.getStatus().getPhase();
        }
        String policy = Pods.restartPolicy(pod);
        boolean initFailed = false;
        for (int i = 0; i < init.size(); i++) {
            var end = init.get(i).getState().getTerminated();
            initFailed |=
                    !Pods.sidecar(pod.getSpec().getInitContainers().get(i)) && end != null && end.getExitCode() != 0;
        }
        int running = 0;
        int waiting = 0;
        int stopped = 0;
        int succeeded = 0;
        for (ContainerStatus each : main) {
            if (each.getState().getRunning() != null) {
                running++;
            } else if (each.getState().getTerminated() != null) {
                stopped++;
                succeeded += each.getState().getTerminated().getExitCode() == 0 ? 1 : 0;
            } else if (each.getLastState().getTerminated() != null) {
                stopped++;
            } else {
                waiting++;
            }
        }
        if (seen.terminal()) {
            return stopped > 0 && stopped == succeeded && stopped == main.size() && !initFailed
                    ? "Succeeded"
                    : "Failed";
        }
        if (initFailed && policy.equals("Never")) {
            return "Failed";
        }
        if (!initialized || waiting > 0) {
            return "Pending";
        }
        if (running > 0) {
            return "Running";
        }
        if (stopped > 0) {
            if (policy.equals("Always")) {
                return "Running";
            }
            if (stopped == succeeded) {
                return "Succeeded";
            }
            return policy.equals("Never") ? "Failed" : "Running";
        }
        return "Pending";
    }

    private static List<PodCondition> conditions(Pod pod, PodObservation seen, PodStatus status, boolean initialized) {
        List<PodCondition> out = new ArrayList<>();
        boolean sandbox = seen.runtime()
                .newestSandbox()
                .filter(s -> s.ready() && (Pods.hostNetwork(pod) || !s.ip().isEmpty()))
                .isPresent();
        boolean succeeded = "Succeeded".equals(status.getPhase());
        boolean failed = "Failed".equals(status.getPhase());
        out.add(condition("PodReadyToStartContainers", sandbox && !succeeded && !failed, null, null));
        out.add(initializedCondition(pod, status, initialized, succeeded));
        PodCondition containers = containersReady(pod, status, succeeded, failed);
        out.add(containers);
        out.add(ready(pod, containers));
        for (PodCondition each : out) {
            keepTime(each, pod, seen.now());
            each.setObservedGeneration(pod.getMetadata().getGeneration());
        }
        return out;
    }

    private static PodCondition initializedCondition(
            Pod pod, PodStatus status, boolean initialized, boolean succeeded) {
        if (succeeded) {
            return condition("Initialized", true, "PodCompleted", null);
        }
        if (initialized) {
            return condition("Initialized", true, null, null);
        }
        List<String> incomplete = new ArrayList<>();
        for (int i = 0; i < status.getInitContainerStatuses().size(); i++) {
            ContainerStatus each = status.getInitContainerStatuses().get(i);
            boolean done = Pods.sidecar(pod.getSpec().getInitContainers().get(i))
                    ? Boolean.TRUE.equals(each.getStarted())
                    : Boolean.TRUE.equals(each.getReady());
            if (!done) {
                incomplete.add(each.getName());
            }
        }
        return condition(
                "Initialized",
                false,
                "ContainersNotInitialized",
                "containers with incomplete status: [" + String.join(" ", incomplete) + "]");
    }

    private static PodCondition containersReady(Pod pod, PodStatus status, boolean succeeded, boolean failed) {
        if (succeeded || failed) {
            return condition("ContainersReady", false, succeeded ? "PodCompleted" : "PodFailed", null);
        }
        List<String> unready = new ArrayList<>();
        for (int i = 0; i < status.getInitContainerStatuses().size(); i++) {
            boolean sidecar = Pods.sidecar(pod.getSpec().getInitContainers().get(i));
            ContainerStatus each = status.getInitContainerStatuses().get(i);
            if (sidecar && !Boolean.TRUE.equals(each.getReady())) {
                unready.add(each.getName());
            }
        }
        for (ContainerStatus each : status.getContainerStatuses()) {
            if (!Boolean.TRUE.equals(each.getReady())) {
                unready.add(each.getName());
            }
        }
        return unready.isEmpty()
                ? condition("ContainersReady", true, null, null)
                : condition(
                        "ContainersReady",
                        false,
                        "ContainersNotReady",
                        "containers with unready status: [" + String.join(" ", unready) + "]");
    }

    private static PodCondition ready(Pod pod, PodCondition containers) {
        if (!containers.getStatus().equals("True")) {
            return condition("Ready", false, containers.getReason(), containers.getMessage());
        }
        List<String> messages = new ArrayList<>();
        for (PodReadinessGate gate : pod.getSpec().getReadinessGates()) {
            PodCondition have = reported(pod, gate.getConditionType());
            if (have == null) {
                messages.add("corresponding condition of pod readiness gate \"" + gate.getConditionType()
                        + "\" does not exist.");
            } else if (!"True".equals(have.getStatus())) {
                messages.add("the status of pod readiness gate \"" + gate.getConditionType()
                        + "\" is not \"True\", but " + have.getStatus());
            }
        }
        return messages.isEmpty()
                ? condition("Ready", true, null, null)
                : condition("Ready", false, "ReadinessGatesNotReady", String.join(", ", messages));
    }

    private static PodCondition condition(
            String type, boolean status, @Nullable String reason, @Nullable String message) {
        PodCondition out = new PodCondition();
        out.setType(type);
        out.setStatus(status ? "True" : "False");
        out.setReason(reason);
        out.setMessage(message);
        return out;
    }

    private static void keepTime(PodCondition condition, Pod pod, Instant now) {
        PodCondition old = reported(pod, condition.getType());
        condition.setLastTransitionTime(
                old != null && condition.getStatus().equals(old.getStatus()) && old.getLastTransitionTime() != null
                        ? old.getLastTransitionTime()
                        : now.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static @Nullable PodCondition reported(Pod pod, String type) {
        if (pod.getStatus() == null) {
            return null;
        }
        return pod.getStatus().getConditions().stream()
                .filter(c -> type.equals(c.getType()))
                .findFirst()
                .orElse(null);
    }
}
