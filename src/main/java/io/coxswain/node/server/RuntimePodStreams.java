package io.coxswain.node.server;

import io.coxswain.node.cri.ContainerRuntime;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.cri.CriLabels;
import io.coxswain.node.cri.PodRuntime;
import io.coxswain.node.cri.PodRuntime.Instance;
import io.coxswain.node.cri.PodRuntime.Sandbox;
import io.coxswain.node.cri.v1.ContainerState;
import io.coxswain.node.cri.v1.ContainerStats;
import java.io.IOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** {@link PodStreams} from a node's container runtime and its log files. */
public final class RuntimePodStreams implements PodStreams {

    private final ContainerRuntime runtime;
    private final ScheduledExecutorService timer;
    private final Map<String, Sample> samples = new ConcurrentHashMap<>();

    public RuntimePodStreams(ContainerRuntime runtime, ScheduledExecutorService timer) {
        this.runtime = runtime;
        this.timer = timer;
    }

    private record Sample(long cpuNanos, long at) {}

    @Override
    public LogStream logs(Target target, LogOptions options) throws IOException {
        Instance one = log(target, options.previous());
        String id = one.id();
        try {
            return new FileLogStream(Path.of(one.status().getLogPath()), options, () -> running(id), timer);
        } catch (NoSuchFileException e) {
            throw new StreamException(
                    500,
                    "failed to try resolving symlinks in path \"" + one.status().getLogPath() + "\": lstat "
                            + one.status().getLogPath() + ": no such file or directory");
        }
    }

    private Instance log(Target target, boolean previous) {
        PodRuntime pod = call(() -> PodRuntime.read(runtime, target.uid()));
        List<Instance> attempts = pod.all(target.container())
                .filter(i -> i.running() || i.exited())
                .toList();
        if (previous) {
            // The newest attempt itself is the previous one while the next has not begun.
            Optional<Instance> ended =
                    attempts.stream().filter(Instance::exited).findFirst();
            return ended.orElseThrow(() -> new StreamException(
                    400,
                    "previous terminated container \"" + target.container() + "\" in pod \"" + target.pod()
                            + "\" not found"));
        }
        if (attempts.isEmpty()) {
            throw new StreamException(
                    400,
                    "container \"" + target.container() + "\" in pod \"" + target.pod()
                            + "\" is waiting to start: ContainerCreating");
        }
        return attempts.get(0);
    }

    private boolean running(String id) {
        try {
            return runtime.containerStatus(id)
                    .filter(s -> s.getState() == ContainerState.CONTAINER_RUNNING)
                    .isPresent();
        } catch (CriException e) {
            // A runtime that restarts does not end its containers.
            return e.kind() == CriException.Kind.UNAVAILABLE || e.kind() == CriException.Kind.TIMEOUT;
        }
    }

    @Override
    public URI exec(Target target, List<String> command, Streams streams) {
        String id = runningContainer(target);
        return call(() -> runtime.exec(
                id, command, streams.tty(), streams.stdin(), streams.stdout(), streams.stderr() && !streams.tty()));
    }

    @Override
    public URI attach(Target target, Streams streams) {
        String id = runningContainer(target);
        return call(() -> runtime.attach(
                id, streams.tty(), streams.stdin(), streams.stdout(), streams.stderr() && !streams.tty()));
    }

    @Override
    public URI portForward(Target target, List<Integer> ports) {
        PodRuntime pod = call(() -> PodRuntime.read(runtime, target.uid()));
        Sandbox sandbox = pod.newestSandbox()
                .filter(Sandbox::ready)
                .orElseThrow(() -> new StreamException(
                        404, "pod not found (\"" + target.pod() + "_" + target.namespace() + "\")"));
        return call(() -> runtime.portForward(sandbox.id(), ports));
    }

    private String runningContainer(Target target) {
        PodRuntime pod = call(() -> PodRuntime.read(runtime, target.uid()));
        return pod.newest(target.container())
                .filter(Instance::running)
                .map(Instance::id)
                .orElseThrow(() -> new StreamException(404, "container not found (\"" + target.container() + "\")"));
    }

    @Override
    public List<ContainerUse> use() {
        List<ContainerUse> out = new ArrayList<>();
        List<ContainerStats> all = call(() -> runtime.listContainerStats(Map.of()));
        for (ContainerStats each : all) {
            Map<String, String> labels = each.getAttributes().getLabelsMap();
            if (!labels.containsKey(CriLabels.POD_UID)) {
                continue;
            }
            String id = each.getAttributes().getId();
            long total = each.getCpu().getUsageCoreNanoSeconds().getValue();
            long at = each.getCpu().getTimestamp();
            Sample before = samples.put(id, new Sample(total, at));
            Optional<Long> rate = before == null || at <= before.at()
                    ? Optional.empty()
                    : Optional.of(Math.max(0, (long) ((total - before.cpuNanos()) * 1e9 / (at - before.at()))));
            out.add(new ContainerUse(
                    labels.getOrDefault(CriLabels.POD_NAMESPACE, ""),
                    labels.getOrDefault(CriLabels.POD_NAME, ""),
                    labels.getOrDefault(CriLabels.POD_UID, ""),
                    labels.getOrDefault(CriLabels.CONTAINER_NAME, ""),
                    rate,
                    total,
                    each.getMemory().getWorkingSetBytes().getValue(),
                    at));
        }
        samples.keySet()
                .retainAll(all.stream().map(s -> s.getAttributes().getId()).toList());
        return out;
    }

    private static <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (CriException e) {
            throw new StreamException(e.kind() == CriException.Kind.UNAVAILABLE ? 503 : 500, e.rpcText());
        }
    }
}
