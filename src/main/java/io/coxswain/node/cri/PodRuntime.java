package io.coxswain.node.cri;

import io.coxswain.node.cri.v1.Container;
import io.coxswain.node.cri.v1.ContainerState;
import io.coxswain.node.cri.v1.ContainerStatus;
import io.coxswain.node.cri.v1.PodSandbox;
import io.coxswain.node.cri.v1.PodSandboxState;
import io.coxswain.node.cri.v1.PodSandboxStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the runtime holds of one pod at one moment.
 *
 * @param sandboxes newest first
 * @param containers newest first
 */
public record PodRuntime(String uid, List<Sandbox> sandboxes, List<Instance> containers) {

    public PodRuntime {
        sandboxes = List.copyOf(sandboxes);
        containers = List.copyOf(containers);
    }

    /** Nothing at all. */
    public static PodRuntime none(String uid) {
        return new PodRuntime(uid, List.of(), List.of());
    }

    /** One attempt at the pod's sandbox. {@code ip} is empty on the host network. */
    public record Sandbox(
            String id, String name, String namespace, int attempt, boolean ready, long createdAt, String ip) {}

    /** One attempt at one container. */
    public record Instance(String sandboxId, String name, ContainerStatus status) {
        public String id() {
            return status.getId();
        }

        public boolean running() {
            return status.getState() == ContainerState.CONTAINER_RUNNING;
        }

        public boolean exited() {
            return status.getState() == ContainerState.CONTAINER_EXITED;
        }

        public int restartCount() {
            return number(status.getAnnotationsMap().get(CriLabels.RESTART_COUNT));
        }

        private static int number(@org.jspecify.annotations.Nullable String text) {
            try {
                return text == null ? 0 : Integer.parseInt(text);
            } catch (NumberFormatException e) {
                return 0;
            }
        }
    }

    public boolean empty() {
        return sandboxes.isEmpty() && containers.isEmpty();
    }

    public Optional<Sandbox> newestSandbox() {
        return sandboxes.stream().findFirst();
    }

    /** The newest attempt at this container in any sandbox. */
    public Optional<Instance> newest(String container) {
        return all(container).findFirst();
    }

    /** The attempt before the newest one. */
    public Optional<Instance> previous(String container) {
        return all(container).skip(1).findFirst();
    }

    public Stream<Instance> all(String container) {
        return containers.stream().filter(c -> c.name().equals(container));
    }

    /** Asks the runtime; a container that vanishes meanwhile is left out. */
    public static PodRuntime read(ContainerRuntime runtime, String uid) {
        Map<String, String> label = Map.of(CriLabels.POD_UID, uid);
        List<Sandbox> sandboxes = new ArrayList<>();
        for (PodSandbox each : runtime.listPodSandboxes(label)) {
            boolean ready = each.getState() == PodSandboxState.SANDBOX_READY;
            // Only a ready sandbox has an address worth asking for.
            String ip = ready
                    ? runtime.podSandboxStatus(each.getId())
                            .map(PodSandboxStatus::getNetwork)
                            .map(n -> n.getIp())
                            .orElse("")
                    : "";
            sandboxes.add(new Sandbox(
                    each.getId(),
                    each.getMetadata().getName(),
                    each.getMetadata().getNamespace(),
                    each.getMetadata().getAttempt(),
                    ready,
                    each.getCreatedAt(),
                    ip));
        }
        sandboxes.sort(Comparator.comparingLong(Sandbox::createdAt).reversed());
        List<Instance> containers = new ArrayList<>();
        for (Container each : runtime.listContainers(label)) {
            runtime.containerStatus(each.getId())
                    .ifPresent(s -> containers.add(new Instance(
                            each.getPodSandboxId(), each.getMetadata().getName(), s)));
        }
        containers.sort(Comparator.comparingLong((Instance c) -> c.status().getCreatedAt())
                .reversed());
        return new PodRuntime(uid, sandboxes, containers);
    }
}
