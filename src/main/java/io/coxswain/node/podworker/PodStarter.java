package io.coxswain.node.podworker;

import io.coxswain.node.BackOff;
import io.coxswain.node.PodFacts;
import io.coxswain.node.Pods;
import io.coxswain.node.cri.ContainerRuntime.RegistryCredentials;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.cri.PodRuntime;
import io.coxswain.node.cri.PodRuntime.Instance;
import io.coxswain.node.cri.PodRuntime.Sandbox;
import io.coxswain.node.cri.v1.ContainerConfig;
import io.coxswain.node.cri.v1.Image;
import io.coxswain.node.cri.v1.PodSandboxConfig;
import io.coxswain.node.image.ImagePulls;
import io.coxswain.node.image.PullSecrets;
import io.coxswain.node.status.PodObservation.Waiting;
import io.coxswain.node.volume.PodVolumes.Mounted;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes one pod's sandboxes and containers. */
final class PodStarter {

    private static final System.Logger LOG = System.getLogger(PodStarter.class.getName());
    private static final Duration HOOK_LIMIT = Duration.ofMinutes(10);
    private static final Duration CONFIG_RETRY = Duration.ofSeconds(10);

    private final NodeRuntime node;
    private final PodMemory memory;
    private final ContainerKiller killer;
    private final Runnable kick;
    private final Consumer<Duration> kickIn;

    /** {@code kick} and {@code kickIn} make the worker look at the pod again, now or later. */
    PodStarter(NodeRuntime node, PodMemory memory, ContainerKiller killer, Runnable kick, Consumer<Duration> kickIn) {
        this.node = node;
        this.memory = memory;
        this.killer = killer;
        this.kick = kick;
        this.kickIn = kickIn;
    }

    /** Makes a sandbox; false (and an event, and a later try) if that fails. */
    boolean createSandbox(Pod pod, int attempt) {
        String key = Pods.uid(pod) + "/sandbox";
        PodSandboxConfig config = node.sandboxes.of(pod, attempt);
        try {
            Files.createDirectories(Path.of(config.getLogDirectory()));
            inSlot(() -> node.cri.runPodSandbox(config));
            node.retries.forget(key);
            return true;
        } catch (CriException e) {
            sandboxFailed(pod, key, e.rpcText());
        } catch (IOException e) {
            sandboxFailed(pod, key, String.valueOf(e));
        }
        return false;
    }

    private void sandboxFailed(Pod pod, String key, String why) {
        Instant now = node.clock.instant();
        node.retries.next(key, now);
        node.api.event(pod, "", "Warning", "FailedCreatePodSandBox", "Failed to create pod sandbox: " + why);
        kickIn.accept(node.retries.waiting(key, now).map(BackOff.Wait::left).orElse(Duration.ofSeconds(1)));
    }

    /** Starts a container, or notes why it must wait; whether the next one may be started. */
    boolean startContainer(Pod pod, PodRuntime runtime, Sandbox sandbox, Container container, PodFacts facts) {
        Optional<Instance> last = runtime.newest(container.getName());
        Optional<Instance> failed = last.filter(Instance::exited);
        if (failed.isPresent() && failed.filter(f -> killer.killing(f.id())).isEmpty()) {
            Optional<BackOff.Wait> wait = node.crashes.waiting(crashKey(pod, container), finished(failed.get()));
            if (wait.isPresent()) {
                crashLoop(pod, container, wait.get());
                return true;
            }
        }
        Optional<Image> image = image(pod, sandbox, container);
        if (image.isEmpty()) {
            return true;
        }
        int attempt = last.map(
                        i -> Math.max(i.restartCount(), i.status().getMetadata().getAttempt()) + 1)
                .orElse(0);
        try {
            prepareHosts(pod, facts);
            Map<String, Mounted> volumes = Objects.requireNonNullElse(memory.volumes, Map.of());
            ContainerConfig config = node.containers.of(pod, facts, container, image.get(), attempt, volumes);
            failed.ifPresent(f -> node.crashes.next(crashKey(pod, container), finished(f)));
            boolean started = inSlot(() -> createAndStart(pod, sandbox, container, config, facts));
            if (started) {
                memory.waiting.remove(container.getName());
                last.ifPresent(i -> memory.restart.remove(i.id()));
            }
            return started
                    && (container.getLifecycle() == null
                            || container.getLifecycle().getPostStart() == null);
        } catch (ContainerConfigException e) {
            waits(pod, container, "CreateContainerConfigError", String.valueOf(e.getMessage()), CONFIG_RETRY);
        } catch (IOException e) {
            waits(pod, container, "CreateContainerConfigError", String.valueOf(e), CONFIG_RETRY);
        }
        return true;
    }

    private boolean createAndStart(
            Pod pod, Sandbox sandbox, Container container, ContainerConfig config, PodFacts facts) {
        String path = Pods.fieldPath(pod, container.getName());
        String id;
        try {
            PodSandboxConfig sandboxConfig = node.sandboxes.of(pod, sandbox.attempt());
            id = node.cri.createContainer(sandbox.id(), config, sandboxConfig);
            node.api.event(pod, path, "Normal", "Created", "Created container: " + container.getName());
        } catch (CriException e) {
            waits(pod, container, "CreateContainerError", String.valueOf(e.getMessage()), CONFIG_RETRY);
            return false;
        }
        try {
            node.cri.startContainer(id);
        } catch (CriException e) {
            // Its record is kept, as a failed run: that is what the back-off counts.
            waits(pod, container, "RunContainerError", String.valueOf(e.getMessage()), Duration.ofSeconds(1));
            return false;
        }
        node.api.event(pod, path, "Normal", "Started", "Started container " + container.getName());
        LifecycleHandler postStart = container.getLifecycle() == null
                ? null
                : container.getLifecycle().getPostStart();
        if (postStart != null) {
            memory.hooking.add(id);
            node.executor.execute(() -> postStart(pod, container, id, postStart, facts));
        }
        return true;
    }

    private void postStart(Pod pod, Container container, String id, LifecycleHandler hook, PodFacts facts) {
        String ip = facts.podIps().stream().findFirst().orElse("");
        Optional<String> failure = node.hooks.run(hook, container, id, ip, HOOK_LIMIT);
        memory.hooking.remove(id);
        if (failure.isPresent() && !node.isClosed()) {
            LOG.log(System.Logger.Level.DEBUG, "postStart failed container={0}: {1}", id, failure.get());
            node.api.event(
                    pod,
                    Pods.fieldPath(pod, container.getName()),
                    "Warning",
                    "FailedPostStartHook",
                    "PostStartHook failed");
            PodRuntime.read(node.cri, Pods.uid(pod)).containers().stream()
                    .filter(i -> i.id().equals(id) && i.running())
                    .forEach(i -> {
                        memory.restart.add(id);
                        killer.kill(pod, container, i, Pods.grace(pod), ip, "FailedPostStartHook");
                    });
        }
        kick.run();
    }

    private void crashLoop(Pod pod, Container container, BackOff.Wait wait) {
        Waiting now = new Waiting(
                "CrashLoopBackOff",
                "back-off " + wait.text() + " restarting failed container=" + container.getName() + " pod="
                        + Pods.text(pod));
        if (!now.equals(memory.waiting.put(container.getName(), now))) {
            node.api.event(
                    pod,
                    Pods.fieldPath(pod, container.getName()),
                    "Warning",
                    "BackOff",
                    "Back-off restarting failed container " + container.getName() + " in pod " + Pods.text(pod));
        }
        kickIn.accept(wait.left());
    }

    private void waits(Pod pod, Container container, String reason, String message, Duration retry) {
        memory.waiting.put(container.getName(), new Waiting(reason, message));
        node.api.event(pod, Pods.fieldPath(pod, container.getName()), "Warning", "Failed", "Error: " + message);
        kickIn.accept(retry);
    }

    private Optional<Image> image(Pod pod, Sandbox sandbox, Container container) {
        String path = Pods.fieldPath(pod, container.getName());
        ImagePulls.Request request = new ImagePulls.Request(
                Pods.uid(pod) + "/" + container.getName(),
                container.getImage(),
                container.getImagePullPolicy() == null ? "" : container.getImagePullPolicy(),
                credentials(pod, container),
                node.sandboxes.of(pod, sandbox.attempt()));
        ImagePulls.Outcome outcome = node.images.ensure(request, new ImagePulls.Listener() {
            @Override
            public void event(String type, String reason, String message) {
                node.api.event(pod, path, type, reason, message);
            }

            @Override
            public void done() {
                kick.run();
            }
        });
        if (outcome instanceof ImagePulls.Present present) {
            return Optional.of(present.image());
        }
        if (outcome instanceof ImagePulls.Waiting waiting) {
            Waiting now = new Waiting(waiting.reason(), waiting.message());
            if (!now.equals(memory.waiting.put(container.getName(), now))) {
                node.api.event(pod, path, "Warning", "Failed", "Error: " + waiting.reason());
            }
            kickIn.accept(waiting.retry());
        }
        return Optional.empty();
    }

    private List<RegistryCredentials> credentials(Pod pod, Container container) {
        List<Secret> secrets = new ArrayList<>();
        for (LocalObjectReference each : pod.getSpec().getImagePullSecrets()) {
            Optional<Secret> found = node.api.secret(pod.getMetadata().getNamespace(), each.getName());
            found.ifPresentOrElse(
                    secrets::add,
                    () -> node.api.event(
                            pod,
                            "",
                            "Warning",
                            "FailedToRetrieveImagePullSecret",
                            "Unable to retrieve some image pull secrets (" + each.getName()
                                    + "); attempting to pull the image may not succeed."));
        }
        return PullSecrets.forImage(container.getImage(), secrets);
    }

    private void prepareHosts(Pod pod, PodFacts facts) throws IOException {
        Path file = ContainerConfigs.hostsFile(node.node, Pods.uid(pod));
        String text = HostsFile.of(
                pod, facts.podIps(), node.sandboxes.hostname(pod), node.sandboxes.domain(pod), node.machineHosts);
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            // Written in place: running containers have this very file mounted.
            Files.writeString(file, text);
            Files.setAttribute(file, "unix:mode", 0644);
        }
    }

    private <T> T inSlot(java.util.function.Supplier<T> work) {
        node.startSlots.acquireUninterruptibly();
        try {
            return work.get();
        } finally {
            node.startSlots.release();
        }
    }

    private static String crashKey(Pod pod, Container container) {
        return Pods.uid(pod) + "/" + container.getName() + "/" + Pods.hash(container);
    }

    private static Instant finished(Instance one) {
        return Instant.ofEpochSecond(0, one.status().getFinishedAt());
    }
}
