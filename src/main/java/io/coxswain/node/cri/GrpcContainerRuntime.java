package io.coxswain.node.cri;

import com.google.protobuf.InvalidProtocolBufferException;
import io.coxswain.node.cri.events.Envelope;
import io.coxswain.node.cri.events.EventsGrpc;
import io.coxswain.node.cri.events.SubscribeRequest;
import io.coxswain.node.cri.events.TaskExit;
import io.coxswain.node.cri.v1.AttachRequest;
import io.coxswain.node.cri.v1.AuthConfig;
import io.coxswain.node.cri.v1.Container;
import io.coxswain.node.cri.v1.ContainerConfig;
import io.coxswain.node.cri.v1.ContainerFilter;
import io.coxswain.node.cri.v1.ContainerIdRequest;
import io.coxswain.node.cri.v1.ContainerStats;
import io.coxswain.node.cri.v1.ContainerStatsFilter;
import io.coxswain.node.cri.v1.ContainerStatus;
import io.coxswain.node.cri.v1.ContainerStatusRequest;
import io.coxswain.node.cri.v1.CreateContainerRequest;
import io.coxswain.node.cri.v1.Empty;
import io.coxswain.node.cri.v1.ExecRequest;
import io.coxswain.node.cri.v1.ExecSyncRequest;
import io.coxswain.node.cri.v1.FilesystemUsage;
import io.coxswain.node.cri.v1.Image;
import io.coxswain.node.cri.v1.ImageServiceGrpc;
import io.coxswain.node.cri.v1.ImageSpec;
import io.coxswain.node.cri.v1.ImageStatusRequest;
import io.coxswain.node.cri.v1.ListContainerStatsRequest;
import io.coxswain.node.cri.v1.ListContainersRequest;
import io.coxswain.node.cri.v1.ListImagesRequest;
import io.coxswain.node.cri.v1.ListPodSandboxRequest;
import io.coxswain.node.cri.v1.PodSandbox;
import io.coxswain.node.cri.v1.PodSandboxConfig;
import io.coxswain.node.cri.v1.PodSandboxFilter;
import io.coxswain.node.cri.v1.PodSandboxIdRequest;
import io.coxswain.node.cri.v1.PodSandboxStatus;
import io.coxswain.node.cri.v1.PodSandboxStatusRequest;
import io.coxswain.node.cri.v1.PortForwardRequest;
import io.coxswain.node.cri.v1.PullImageRequest;
import io.coxswain.node.cri.v1.RemoveImageRequest;
import io.coxswain.node.cri.v1.RunPodSandboxRequest;
import io.coxswain.node.cri.v1.RuntimeServiceGrpc;
import io.coxswain.node.cri.v1.RuntimeStatus;
import io.coxswain.node.cri.v1.StatusRequest;
import io.coxswain.node.cri.v1.StopContainerRequest;
import io.coxswain.node.cri.v1.VersionRequest;
import io.coxswain.node.cri.v1.VersionResponse;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** {@link ContainerRuntime} by grpc-java on plain NIO unix sockets: no native library. The channel reconnects by itself. */
public final class GrpcContainerRuntime implements ContainerRuntime {

    private static final System.Logger LOG = System.getLogger(GrpcContainerRuntime.class.getName());

    private static final Duration READ = Duration.ofSeconds(20);
    private static final Duration WRITE = Duration.ofMinutes(2);
    private static final Duration PULL = Duration.ofMinutes(10);
    private static final int MAX_MESSAGE = 64 << 20;

    private final MultiThreadIoEventLoopGroup loop;
    private final ManagedChannel channel;
    private final RuntimeServiceGrpc.RuntimeServiceBlockingStub runtime;
    private final ImageServiceGrpc.ImageServiceBlockingStub images;

    /**
     * Opens the channel; the runtime need not be there yet.
     *
     * @param socket containerd's unix socket; at most 107 bytes long, as the kernel demands
     * @param executor runs callbacks of asynchronous calls
     * @param threads makes the one network thread
     */
    public GrpcContainerRuntime(Path socket, Executor executor, ThreadFactory threads) {
        loop = new MultiThreadIoEventLoopGroup(1, threads, NioIoHandler.newFactory());
        channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelFactory(NioDomainSocketChannel::new)
                .eventLoopGroup(loop)
                // TCP's keep-alive option, which gRPC sets by default, does not exist on unix sockets.
                .withOption(ChannelOption.SO_KEEPALIVE, null)
                .overrideAuthority("localhost")
                .usePlaintext()
                .executor(executor)
                .offloadExecutor(executor)
                .maxInboundMessageSize(MAX_MESSAGE)
                .build();
        runtime = RuntimeServiceGrpc.newBlockingStub(channel);
        images = ImageServiceGrpc.newBlockingStub(channel);
    }

    @Override
    public VersionResponse version() {
        return call(() ->
                read().version(VersionRequest.newBuilder().setVersion("v1").build()));
    }

    @Override
    public RuntimeStatus status() {
        return call(() -> read().status(StatusRequest.getDefaultInstance()).getStatus());
    }

    @Override
    public String runPodSandbox(PodSandboxConfig config) {
        return call(() -> write(WRITE)
                .runPodSandbox(
                        RunPodSandboxRequest.newBuilder().setConfig(config).build())
                .getPodSandboxId());
    }

    @Override
    public void stopPodSandbox(String id) {
        gone(() -> write(WRITE).stopPodSandbox(sandbox(id)));
    }

    @Override
    public void removePodSandbox(String id) {
        gone(() -> write(WRITE).removePodSandbox(sandbox(id)));
    }

    @Override
    public Optional<PodSandboxStatus> podSandboxStatus(String id) {
        return found(() -> read().podSandboxStatus(
                        PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).build())
                .getStatus());
    }

    @Override
    public List<PodSandbox> listPodSandboxes(Map<String, String> labels) {
        PodSandboxFilter filter =
                PodSandboxFilter.newBuilder().putAllLabelSelector(labels).build();
        return call(() -> read().listPodSandbox(
                        ListPodSandboxRequest.newBuilder().setFilter(filter).build())
                .getItemsList());
    }

    @Override
    public String createContainer(String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig) {
        return call(() -> write(WRITE)
                .createContainer(CreateContainerRequest.newBuilder()
                        .setPodSandboxId(sandboxId)
                        .setConfig(config)
                        .setSandboxConfig(sandboxConfig)
                        .build())
                .getContainerId());
    }

    @Override
    public void startContainer(String id) {
        call(() -> write(WRITE).startContainer(container(id)));
    }

    @Override
    public void stopContainer(String id, Duration grace) {
        gone(() -> write(grace.plus(WRITE))
                .stopContainer(StopContainerRequest.newBuilder()
                        .setContainerId(id)
                        .setTimeout(grace.toSeconds())
                        .build()));
    }

    @Override
    public void removeContainer(String id) {
        gone(() -> write(WRITE).removeContainer(container(id)));
    }

    @Override
    public List<Container> listContainers(Map<String, String> labels) {
        ContainerFilter filter =
                ContainerFilter.newBuilder().putAllLabelSelector(labels).build();
        return call(() -> read().listContainers(
                        ListContainersRequest.newBuilder().setFilter(filter).build())
                .getContainersList());
    }

    @Override
    public Optional<ContainerStatus> containerStatus(String id) {
        return found(() -> read().containerStatus(
                        ContainerStatusRequest.newBuilder().setContainerId(id).build())
                .getStatus());
    }

    @Override
    public void reopenContainerLog(String id) {
        call(() -> write(READ).reopenContainerLog(container(id)));
    }

    @Override
    public ExecResult execSync(String id, List<String> command, Duration timeout) {
        long seconds = Math.max(1, timeout.toSeconds());
        // The runtime kills the process at its own time limit; the deadline is only for a runtime that hangs.
        var answer = call(() -> runtime.withDeadlineAfter(seconds + 5, TimeUnit.SECONDS)
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(id)
                        .addAllCmd(command)
                        .setTimeout(seconds)
                        .build()));
        return new ExecResult(
                answer.getExitCode(),
                answer.getStdout().toString(StandardCharsets.UTF_8),
                answer.getStderr().toString(StandardCharsets.UTF_8));
    }

    @Override
    public URI exec(String id, List<String> command, boolean tty, boolean stdin, boolean stdout, boolean stderr) {
        ExecRequest request = ExecRequest.newBuilder()
                .setContainerId(id)
                .addAllCmd(command)
                .setTty(tty)
                .setStdin(stdin)
                .setStdout(stdout)
                .setStderr(stderr)
                .build();
        return URI.create(call(() -> write(READ).exec(request).getUrl()));
    }

    @Override
    public URI attach(String id, boolean tty, boolean stdin, boolean stdout, boolean stderr) {
        AttachRequest request = AttachRequest.newBuilder()
                .setContainerId(id)
                .setTty(tty)
                .setStdin(stdin)
                .setStdout(stdout)
                .setStderr(stderr)
                .build();
        return URI.create(call(() -> write(READ).attach(request).getUrl()));
    }

    @Override
    public URI portForward(String sandboxId, List<Integer> ports) {
        PortForwardRequest request = PortForwardRequest.newBuilder()
                .setPodSandboxId(sandboxId)
                .addAllPort(ports)
                .build();
        return URI.create(call(() -> write(READ).portForward(request).getUrl()));
    }

    @Override
    public List<ContainerStats> listContainerStats(Map<String, String> labels) {
        ContainerStatsFilter filter =
                ContainerStatsFilter.newBuilder().putAllLabelSelector(labels).build();
        return call(() -> read().listContainerStats(
                        ListContainerStatsRequest.newBuilder().setFilter(filter).build())
                .getStatsList());
    }

    @Override
    public Optional<Image> imageStatus(String image) {
        var answer = call(() -> images.withDeadlineAfter(READ.toMillis(), TimeUnit.MILLISECONDS)
                .imageStatus(
                        ImageStatusRequest.newBuilder().setImage(spec(image)).build()));
        return answer.hasImage() ? Optional.of(answer.getImage()) : Optional.empty();
    }

    @Override
    public String pullImage(String image, Optional<RegistryCredentials> credentials, PodSandboxConfig sandbox) {
        PullImageRequest.Builder request =
                PullImageRequest.newBuilder().setImage(spec(image)).setSandboxConfig(sandbox);
        credentials.ifPresent(c -> request.setAuth(AuthConfig.newBuilder()
                .setUsername(c.username())
                .setPassword(c.password())
                .setAuth(c.auth())
                .setIdentityToken(c.identityToken())
                .setRegistryToken(c.registryToken())));
        return call(() -> images.withDeadlineAfter(PULL.toMillis(), TimeUnit.MILLISECONDS)
                .pullImage(request.build())
                .getImageRef());
    }

    @Override
    public List<Image> listImages() {
        return call(() -> images.withDeadlineAfter(READ.toMillis(), TimeUnit.MILLISECONDS)
                .listImages(ListImagesRequest.getDefaultInstance())
                .getImagesList());
    }

    @Override
    public void removeImage(String image) {
        gone(() -> images.withDeadlineAfter(WRITE.toMillis(), TimeUnit.MILLISECONDS)
                .removeImage(
                        RemoveImageRequest.newBuilder().setImage(spec(image)).build()));
    }

    @Override
    public List<FilesystemUsage> imageFsInfo() {
        return call(() -> images.withDeadlineAfter(READ.toMillis(), TimeUnit.MILLISECONDS)
                .imageFsInfo(Empty.getDefaultInstance())
                .getImageFilesystemsList());
    }

    @Override
    public AutoCloseable subscribe(Consumer<TaskEvent> listener, Consumer<Throwable> onEnd) {
        Context.CancellableContext context = Context.ROOT.withCancellation();
        AtomicBoolean ended = new AtomicBoolean();
        StreamObserver<Envelope> observer = new StreamObserver<>() {
            @Override
            public void onNext(Envelope event) {
                try {
                    // All task events carry the container id as field 1; only that field is of interest here.
                    String id = TaskExit.parseFrom(event.getEvent().getValue()).getContainerId();
                    listener.accept(new TaskEvent(event.getTopic(), id));
                } catch (InvalidProtocolBufferException e) {
                    LOG.log(System.Logger.Level.WARNING, "undecodable containerd event topic=" + event.getTopic(), e);
                }
            }

            @Override
            public void onError(Throwable failure) {
                if (ended.compareAndSet(false, true)) {
                    onEnd.accept(failure);
                }
            }

            @Override
            public void onCompleted() {
                onError(Status.UNAVAILABLE.withDescription("event stream ended").asRuntimeException());
            }
        };
        SubscribeRequest request = SubscribeRequest.newBuilder()
                .addFilters("namespace==k8s.io,topic~=\"^/tasks/(exit|oom|start)\"")
                .build();
        context.run(() -> EventsGrpc.newStub(channel).subscribe(request, observer));
        return () -> {
            ended.set(true);
            context.cancel(null);
        };
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private RuntimeServiceGrpc.RuntimeServiceBlockingStub read() {
        return runtime.withDeadlineAfter(READ.toMillis(), TimeUnit.MILLISECONDS);
    }

    private RuntimeServiceGrpc.RuntimeServiceBlockingStub write(Duration limit) {
        return runtime.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static PodSandboxIdRequest sandbox(String id) {
        return PodSandboxIdRequest.newBuilder().setPodSandboxId(id).build();
    }

    private static ContainerIdRequest container(String id) {
        return ContainerIdRequest.newBuilder().setContainerId(id).build();
    }

    private static ImageSpec spec(String image) {
        return ImageSpec.newBuilder().setImage(image).build();
    }

    private static void gone(Supplier<?> call) {
        found(call);
    }

    private static <T> Optional<T> found(Supplier<T> call) {
        try {
            return Optional.of(call(call));
        } catch (CriException e) {
            if (e.kind() == CriException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            Status status = e.getStatus();
            String text = status.getDescription();
            throw new CriException(kind(status), text == null ? status.getCode().toString() : text, e);
        }
    }

    private static CriException.Kind kind(Status status) {
        return switch (status.getCode()) {
            case NOT_FOUND -> CriException.Kind.NOT_FOUND;
            case ALREADY_EXISTS -> CriException.Kind.ALREADY_EXISTS;
            case UNAVAILABLE -> CriException.Kind.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> CriException.Kind.TIMEOUT;
            default -> CriException.Kind.FAILED;
        };
    }
}
