package io.coxswain.node.cri;

import io.coxswain.node.cri.v1.Container;
import io.coxswain.node.cri.v1.ContainerConfig;
import io.coxswain.node.cri.v1.ContainerStats;
import io.coxswain.node.cri.v1.ContainerStatus;
import io.coxswain.node.cri.v1.FilesystemUsage;
import io.coxswain.node.cri.v1.Image;
import io.coxswain.node.cri.v1.PodSandbox;
import io.coxswain.node.cri.v1.PodSandboxConfig;
import io.coxswain.node.cri.v1.PodSandboxStatus;
import io.coxswain.node.cri.v1.RuntimeStatus;
import io.coxswain.node.cri.v1.VersionResponse;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One node's container runtime over CRI v1.
 *
 * <p>Thread-safe. Every call blocks until the runtime answers or the call's own time limit passes, and throws
 * {@link CriException} otherwise. Stopping and removing what is already gone succeeds.
 */
public interface ContainerRuntime extends AutoCloseable {

    VersionResponse version();

    /** The conditions RuntimeReady and NetworkReady with the runtime's reasons. */
    RuntimeStatus status();

    /** Creates and starts a sandbox, its network included; returns its id. */
    String runPodSandbox(PodSandboxConfig config);

    void stopPodSandbox(String id);

    void removePodSandbox(String id);

    Optional<PodSandboxStatus> podSandboxStatus(String id);

    /** Sandboxes that carry all the given labels, in no particular order. */
    List<PodSandbox> listPodSandboxes(Map<String, String> labels);

    String createContainer(String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig);

    void startContainer(String id);

    /** Sends the stop signal and, after {@code grace}, SIGKILL; returns when the container is dead. */
    void stopContainer(String id, Duration grace);

    void removeContainer(String id);

    List<Container> listContainers(Map<String, String> labels);

    Optional<ContainerStatus> containerStatus(String id);

    /** Makes the runtime open its log file again after the agent renamed it. */
    void reopenContainerLog(String id);

    /** Runs a command in a container; output is bounded by the runtime (16 MiB). */
    ExecResult execSync(String id, List<String> command, Duration timeout);

    /** One-time address of the runtime's streaming server for this command. */
    URI exec(String id, List<String> command, boolean tty, boolean stdin, boolean stdout, boolean stderr);

    URI attach(String id, boolean tty, boolean stdin, boolean stdout, boolean stderr);

    URI portForward(String sandboxId, List<Integer> ports);

    List<ContainerStats> listContainerStats(Map<String, String> labels);

    Optional<Image> imageStatus(String image);

    /** Pulls an image without credentials and returns its reference (the id that containers will report). */
    default String pullImage(String image, PodSandboxConfig sandbox) {
        return pullImage(image, Optional.empty(), sandbox);
    }

    String pullImage(String image, Optional<RegistryCredentials> credentials, PodSandboxConfig sandbox);

    List<Image> listImages();

    void removeImage(String image);

    List<FilesystemUsage> imageFsInfo();

    /**
     * Opens containerd's event stream. Events arrive on a thread of the channel, so the listener must only take notes.
     *
     * @param onEnd called once when the stream breaks (runtime stopped) or is refused; the caller subscribes again
     */
    AutoCloseable subscribe(Consumer<TaskEvent> listener, Consumer<Throwable> onEnd);

    /** Closes the channel; never throws. */
    @Override
    void close();

    /** Output of {@link #execSync}. */
    record ExecResult(int exitCode, String stdout, String stderr) {}

    /** What a registry wants to know before it gives an image away. */
    record RegistryCredentials(
            String username, String password, String auth, String identityToken, String registryToken) {}
}
