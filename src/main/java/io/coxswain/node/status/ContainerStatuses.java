package io.coxswain.node.status;

import io.coxswain.node.Pods;
import io.coxswain.node.cri.PodRuntime.Instance;
import io.coxswain.node.probe.ProbeResults.Result;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateRunning;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Status of single containers. Pure. */
final class ContainerStatuses {

    private final Pod pod;
    private final PodObservation seen;
    private final @Nullable String sandbox;

    ContainerStatuses(Pod pod, PodObservation seen) {
        this.pod = pod;
        this.seen = seen;
        this.sandbox = seen.runtime().newestSandbox().map(s -> s.id()).orElse(null);
    }

    /**
     * Status of one container.
     *
     * @param idle the reason to give while nothing has happened to it: ContainerCreating or PodInitializing
     */
    ContainerStatus of(Container container, boolean init, String idle) {
        ContainerStatus status = new ContainerStatus();
        status.setName(container.getName());
        status.setImage(container.getImage());
        status.setImageID("");
        status.setRestartCount(0);
        status.setReady(false);
        status.setStarted(false);
        status.setState(new ContainerState());
        status.setLastState(new ContainerState());
        Optional<Instance> newest = seen.runtime().newest(container.getName());
        PodObservation.Waiting waiting = seen.waiting().get(container.getName());
        if (newest.isEmpty()) {
            before(status, container, waiting, idle);
            return status;
        }
        Instance now = newest.get();
        status.setRestartCount(now.restartCount());
        status.setContainerID(containerId(now));
        status.setImageID(imageId(now));
        seen.runtime()
                .previous(container.getName())
                .filter(Instance::exited)
                .ifPresent(p -> status.getLastState().setTerminated(terminated(p)));
        if (now.running()) {
            status.getState()
                    .setRunning(new ContainerStateRunning(time(now.status().getStartedAt())));
            readiness(status, container, init, now);
        } else if (now.exited()) {
            ContainerStateTerminated end = terminated(now);
            if (waiting != null && !seen.terminal()) {
                status.getState().setWaiting(new ContainerStateWaiting(waiting.message(), waiting.reason()));
                status.getLastState().setTerminated(end);
            } else {
                status.getState().setTerminated(end);
                // A run-to-completion init container is ready when it has done its work.
                status.setReady(init && !Pods.sidecar(container) && end.getExitCode() == 0);
            }
        } else {
            PodObservation.Waiting why =
                    waiting == null ? new PodObservation.Waiting("ContainerCreating", "") : waiting;
            status.getState().setWaiting(new ContainerStateWaiting(orNull(why.message()), why.reason()));
        }
        return status;
    }

    private void before(
            ContainerStatus status, Container container, PodObservation.@Nullable Waiting waiting, String idle) {
        ContainerStatus old = reported(container.getName());
        if (old != null && seen.terminal()) {
            // Its record is gone from the runtime: what was reported of it stays true, if it had ended.
            if (old.getState() != null && old.getState().getTerminated() != null) {
                status.setState(old.getState());
                status.setLastState(old.getLastState());
                status.setRestartCount(old.getRestartCount());
                status.setContainerID(old.getContainerID());
                status.setImageID(old.getImageID());
                return;
            }
            if (old.getState() != null && old.getState().getRunning() != null) {
                ContainerStateTerminated lost = new ContainerStateTerminated();
                lost.setReason("ContainerStatusUnknown");
                lost.setMessage("The container could not be located when the pod was terminated");
                lost.setExitCode(137);
                status.getState().setTerminated(lost);
                status.setRestartCount(old.getRestartCount());
                return;
            }
        }
        if (old != null && old.getRestartCount() != null) {
            status.setRestartCount(old.getRestartCount());
        }
        PodObservation.Waiting why = waiting == null ? new PodObservation.Waiting(idle, "") : waiting;
        status.getState().setWaiting(new ContainerStateWaiting(orNull(why.message()), why.reason()));
    }

    private void readiness(ContainerStatus status, Container container, boolean init, Instance now) {
        boolean hooked = !seen.notStarted().contains(now.id());
        boolean started =
                hooked && (container.getStartupProbe() == null || seen.probes().startup(now.id()) == Result.SUCCESS);
        boolean inSandbox = now.sandboxId().equals(sandbox);
        status.setStarted(started);
        if (init && !Pods.sidecar(container)) {
            status.setReady(false);
            return;
        }
        status.setReady(started && inSandbox && seen.probes().ready(container, now.id()));
    }

    private @Nullable ContainerStatus reported(String name) {
        if (pod.getStatus() == null) {
            return null;
        }
        for (List<ContainerStatus> list : List.of(
                pod.getStatus().getContainerStatuses(),
                pod.getStatus().getInitContainerStatuses(),
                pod.getStatus().getEphemeralContainerStatuses())) {
            for (ContainerStatus each : list) {
                if (name.equals(each.getName())) {
                    return each;
                }
            }
        }
        return null;
    }

    private ContainerStateTerminated terminated(Instance one) {
        var status = one.status();
        ContainerStateTerminated end = new ContainerStateTerminated();
        end.setContainerID(containerId(one));
        end.setExitCode(status.getExitCode());
        end.setReason(
                status.getReason().isEmpty() ? status.getExitCode() == 0 ? "Completed" : "Error" : status.getReason());
        String message = seen.messages().getOrDefault(one.id(), status.getMessage());
        end.setMessage(orNull(message));
        end.setStartedAt(time(status.getStartedAt() == 0 ? status.getCreatedAt() : status.getStartedAt()));
        end.setFinishedAt(time(status.getFinishedAt()));
        return end;
    }

    /** Real ones come from containerd; others say themselves what they come from. */
    private static String containerId(Instance one) {
        return one.id().contains("://") ? one.id() : "containerd://" + one.id();
    }

    private static String imageId(Instance one) {
        return one.status().getImageRef();
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** Nanoseconds since 1970 as Kubernetes writes times. */
    static String time(long nanos) {
        return Instant.ofEpochSecond(0, nanos).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
