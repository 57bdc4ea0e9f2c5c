package io.coxswain.node;

import static java.util.Objects.requireNonNull;

import io.coxswain.node.cri.ContainerRuntime;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.cri.TaskEvent;
import io.coxswain.node.cri.v1.Container;
import io.coxswain.node.cri.v1.ContainerConfig;
import io.coxswain.node.cri.v1.ContainerState;
import io.coxswain.node.cri.v1.ContainerStats;
import io.coxswain.node.cri.v1.ContainerStatus;
import io.coxswain.node.cri.v1.FilesystemUsage;
import io.coxswain.node.cri.v1.Image;
import io.coxswain.node.cri.v1.PodSandbox;
import io.coxswain.node.cri.v1.PodSandboxConfig;
import io.coxswain.node.cri.v1.PodSandboxNetworkStatus;
import io.coxswain.node.cri.v1.PodSandboxState;
import io.coxswain.node.cri.v1.PodSandboxStatus;
import io.coxswain.node.cri.v1.RuntimeStatus;
import io.coxswain.node.cri.v1.VersionResponse;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A container runtime of maps, which does what it is told and fails on request. */
public final class FakeRuntime implements ContainerRuntime {

    /** What {@link #listImages} answers, besides {@link #images}, which are here by name only. */
    public final List<Image> imageList = new CopyOnWriteArrayList<>();

    public final Set<String> images = ConcurrentHashMap.newKeySet();
    public final List<String> calls = new CopyOnWriteArrayList<>();
    public final AtomicInteger execs = new AtomicInteger();
    public volatile int execExit;
    public volatile boolean down;
    public volatile Optional<CriException> sandboxFailure = Optional.empty();
    public volatile Optional<CriException> pullFailure = Optional.empty();
    private final Map<String, PodSandboxStatus> sandboxes = new LinkedHashMap<>();
    private final Map<String, Container> containers = new LinkedHashMap<>();
    private final Map<String, ContainerStatus> statuses = new LinkedHashMap<>();
    private final List<Consumer<TaskEvent>> listeners = new CopyOnWriteArrayList<>();
    private int next;

    private void called(String call) {
        if (down) {
            throw new CriException(CriException.Kind.UNAVAILABLE, "connection refused");
        }
        calls.add(call);
    }

    private long tick() {
        next++;
        return java.util.concurrent.TimeUnit.SECONDS.toNanos(1_767_000_000L) + next;
    }

    /** The container's process ends. */
    public void exit(String id, int code, String reason) {
        synchronized (this) {
            set(id, ContainerState.CONTAINER_EXITED, code, reason);
        }
        listeners.forEach(l -> l.accept(new TaskEvent("/tasks/exit", id)));
    }

    private void set(String id, ContainerState state, int code, String reason) {
        ContainerStatus.Builder status = requireNonNull(statuses.get(id)).toBuilder()
                .setState(state)
                .setExitCode(code)
                .setReason(reason);
        if (state == ContainerState.CONTAINER_RUNNING) {
            status.setStartedAt(tick());
        } else {
            status.setFinishedAt(System.currentTimeMillis() * 1_000_000);
        }
        statuses.put(id, status.build());
        containers.put(
                id,
                requireNonNull(containers.get(id)).toBuilder().setState(state).build());
    }

    @Override
    public VersionResponse version() {
        called("version");
        return VersionResponse.newBuilder()
                .setRuntimeName("fake")
                .setRuntimeVersion("1")
                .build();
    }

    @Override
    public RuntimeStatus status() {
        called("status");
        return RuntimeStatus.getDefaultInstance();
    }

    @Override
    public synchronized String runPodSandbox(PodSandboxConfig config) {
        called("runPodSandbox");
        sandboxFailure.ifPresent(e -> {
            throw e;
        });
        String id = "sandbox-" + next;
        sandboxes.put(
                id,
                PodSandboxStatus.newBuilder()
                        .setId(id)
                        .setMetadata(config.getMetadata())
                        .setState(PodSandboxState.SANDBOX_READY)
                        .setCreatedAt(tick())
                        .setNetwork(PodSandboxNetworkStatus.newBuilder().setIp("10.244.0." + next))
                        .putAllLabels(config.getLabelsMap())
                        .build());
        return id;
    }

    @Override
    public void stopPodSandbox(String id) {
        called("stopPodSandbox");
        List<String> inside = new ArrayList<>();
        synchronized (this) {
            sandboxes.computeIfPresent(
                    id,
                    (k, s) -> s.toBuilder()
                            .setState(PodSandboxState.SANDBOX_NOTREADY)
                            .build());
            containers.values().stream()
                    .filter(c -> c.getPodSandboxId().equals(id) && c.getState() == ContainerState.CONTAINER_RUNNING)
                    .forEach(c -> inside.add(c.getId()));
        }
        inside.forEach(c -> exit(c, 137, "Error"));
    }

    @Override
    public synchronized void removePodSandbox(String id) {
        called("removePodSandbox");
        sandboxes.remove(id);
        containers.values().removeIf(c -> c.getPodSandboxId().equals(id));
        statuses.keySet().retainAll(containers.keySet());
    }

    @Override
    public synchronized Optional<PodSandboxStatus> podSandboxStatus(String id) {
        return Optional.ofNullable(sandboxes.get(id));
    }

    @Override
    public synchronized List<PodSandbox> listPodSandboxes(Map<String, String> labels) {
        if (down) {
            throw new CriException(CriException.Kind.UNAVAILABLE, "connection refused");
        }
        return sandboxes.values().stream()
                .filter(s -> s.getLabelsMap().entrySet().containsAll(labels.entrySet()))
                .map(s -> PodSandbox.newBuilder()
                        .setId(s.getId())
                        .setMetadata(s.getMetadata())
                        .setState(s.getState())
                        .setCreatedAt(s.getCreatedAt())
                        .putAllLabels(s.getLabelsMap())
                        .build())
                .toList();
    }

    @Override
    public synchronized String createContainer(
            String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig) {
        called("createContainer " + config.getMetadata().getName() + " "
                + config.getMetadata().getAttempt());
        String id = config.getMetadata().getName() + "-" + next;
        long created = tick();
        containers.put(
                id,
                Container.newBuilder()
                        .setId(id)
                        .setPodSandboxId(sandboxId)
                        .setMetadata(config.getMetadata())
                        .setImageRef(config.getImage().getImage())
                        .setState(ContainerState.CONTAINER_CREATED)
                        .setCreatedAt(created)
                        .putAllLabels(config.getLabelsMap())
                        .build());
        statuses.put(
                id,
                ContainerStatus.newBuilder()
                        .setId(id)
                        .setMetadata(config.getMetadata())
                        .setState(ContainerState.CONTAINER_CREATED)
                        .setCreatedAt(created)
                        .putAllLabels(config.getLabelsMap())
                        .putAllAnnotations(config.getAnnotationsMap())
                        .setLogPath(sandboxConfig.getLogDirectory() + "/" + config.getLogPath())
                        .build());
        return id;
    }

    @Override
    public synchronized void startContainer(String id) {
        called("startContainer");
        set(id, ContainerState.CONTAINER_RUNNING, 0, "");
    }

    @Override
    public void stopContainer(String id, Duration grace) {
        called("stopContainer " + id + " " + grace.toSeconds());
        synchronized (this) {
            if (!statuses.containsKey(id)
                    || requireNonNull(statuses.get(id)).getState() != ContainerState.CONTAINER_RUNNING) {
                return;
            }
        }
        exit(id, 143, "Error");
    }

    @Override
    public synchronized void removeContainer(String id) {
        called("removeContainer");
        containers.remove(id);
        statuses.remove(id);
    }

    @Override
    public synchronized List<Container> listContainers(Map<String, String> labels) {
        return containers.values().stream()
                .filter(c -> c.getLabelsMap().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    @Override
    public synchronized Optional<ContainerStatus> containerStatus(String id) {
        return Optional.ofNullable(statuses.get(id));
    }

    @Override
    public void reopenContainerLog(String id) {
        called("reopenContainerLog");
    }

    @Override
    public ExecResult execSync(String id, List<String> command, Duration timeout) {
        execs.incrementAndGet();
        return new ExecResult(execExit, "out", "");
    }

    @Override
    public URI exec(String id, List<String> command, boolean tty, boolean stdin, boolean stdout, boolean stderr) {
        return URI.create("http://fake/exec/" + id);
    }

    @Override
    public URI attach(String id, boolean tty, boolean stdin, boolean stdout, boolean stderr) {
        return URI.create("http://fake/attach/" + id);
    }

    @Override
    public URI portForward(String sandboxId, List<Integer> ports) {
        return URI.create("http://fake/portforward/" + sandboxId);
    }

    @Override
    public List<ContainerStats> listContainerStats(Map<String, String> labels) {
        return List.of();
    }

    @Override
    public Optional<Image> imageStatus(String image) {
        called("imageStatus");
        return images.contains(image)
                ? Optional.of(
                        Image.newBuilder().setId("sha256:" + image).setSize(42).build())
                : Optional.empty();
    }

    @Override
    public String pullImage(String image, Optional<RegistryCredentials> credentials, PodSandboxConfig sandbox) {
        called("pullImage " + credentials.map(RegistryCredentials::username).orElse(""));
        pullFailure.ifPresent(e -> {
            throw e;
        });
        images.add(image);
        return "sha256:" + image;
    }

    @Override
    public List<Image> listImages() {
        return List.copyOf(imageList);
    }

    @Override
    public void removeImage(String image) {
        called("removeImage " + image);
        images.remove(image);
        imageList.removeIf(i -> i.getId().equals(image));
    }

    @Override
    public List<FilesystemUsage> imageFsInfo() {
        return List.of();
    }

    @Override
    public AutoCloseable subscribe(Consumer<TaskEvent> listener, Consumer<Throwable> onEnd) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {}
}
