package io.coxswain.node.podworker;

import io.coxswain.node.BackOff;
import io.coxswain.node.PodFacts;
import io.coxswain.node.Pods;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.cri.CriLabels;
import io.coxswain.node.cri.PodRuntime;
import io.coxswain.node.cri.PodRuntime.Instance;
import io.coxswain.node.cri.PodRuntime.Sandbox;
import io.coxswain.node.podworker.PodPlan.Cause;
import io.coxswain.node.podworker.PodPlan.Kill;
import io.coxswain.node.probe.ContainerProbes;
import io.coxswain.node.status.PodObservation.Verdict;
import io.coxswain.node.status.PodObservation.Waiting;
import io.coxswain.node.volume.PodVolumes;
import io.coxswain.node.volume.VolumeException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Looks after one pod. {@link #kick} may be called by anyone at any time: the worker then compares, acts and reports
 * once more, on one thread at a time.
 */
final class PodWorker {

    private static final System.Logger LOG = System.getLogger(PodWorker.class.getName());

    private static final int IDLE = 0;
    private static final int RUNNING = 1;
    private static final int AGAIN = 2;
    private static final int MAX_ROUNDS = 6;

    private final NodeRuntime node;
    private final String uid;
    private final Runnable finished;
    private final PodMemory memory = new PodMemory();
    private final PodReporter reporter;
    private final ContainerKiller killer;
    private final PodStarter starter;
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private volatile @Nullable Pod pod;
    private volatile boolean removed;
    private volatile boolean resync;
    private volatile Instant nextKick = Instant.MAX;

    /** {@code finished}: called once, when nothing is left of the pod and it is gone from the API. */
    PodWorker(NodeRuntime node, String uid, Runnable finished) {
        this.node = node;
        this.uid = uid;
        this.finished = finished;
        this.reporter = new PodReporter(node);
        this.killer = new ContainerKiller(node, this::kick);
        this.starter = new PodStarter(node, memory, killer, this::kick, this::kickIn);
    }

    Optional<Pod> pod() {
        return Optional.ofNullable(pod);
    }

    /** The pod as the API has it now. */
    void update(Pod now) {
        pod = now;
        kick();
    }

    /** The pod is gone from the API, or never was there: end what runs of it. */
    void remove() {
        removed = true;
        kick();
    }

    /** Looks at the pod, and brings files from the API up to date. */
    void resync() {
        resync = true;
        kick();
    }

    void kick() {
        if (node.isClosed()) {
            return;
        }
        if (state.getAndUpdate(s -> s == IDLE ? RUNNING : AGAIN) == IDLE) {
            node.executor.execute(this::work);
        }
    }

    private void kickIn(Duration delay) {
        Instant due = node.clock.instant().plus(delay);
        if (node.isClosed() || !due.isBefore(nextKick)) {
            return;
        }
        nextKick = due;
        long millis = Math.max(1, delay.toMillis() + 1);
        node.timer.schedule(
                () -> {
                    nextKick = Instant.MAX;
                    kick();
                },
                millis,
                TimeUnit.MILLISECONDS);
    }

    private void work() {
        do {
            state.set(RUNNING);
            try {
                if (!node.isClosed()) {
                    sync();
                    node.retries.forget(uid);
                }
            } catch (CriException e) {
                failed(e, e.kind() == CriException.Kind.UNAVAILABLE);
            } catch (IOException | RuntimeException e) {
                failed(e, false);
            }
        } while (!state.compareAndSet(RUNNING, IDLE));
    }

    private void failed(Exception failure, boolean quiet) {
        if (node.isClosed()) {
            return;
        }
        Instant now = node.clock.instant();
        node.retries.next(uid, now);
        LOG.log(
                quiet ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                "pod sync failed node=" + node.node.name() + " pod=" + uid,
                failure);
        kickIn(node.retries.waiting(uid, now).map(BackOff.Wait::left).orElse(Duration.ofSeconds(1)));
    }

    private void sync() throws IOException {
        PodRuntime runtime = PodRuntime.read(node.cri, uid);
        Pod now = pod;
        if (removed || now == null) {
            endRemoved(now, runtime);
            return;
        }
        checkDeadline(now);
        admit(now, runtime);
        if (resync && memory.verdict == null) {
            checkVolumes(now);
        }
        if (Pods.deleting(now) || Pods.terminal(now) || memory.ended || memory.verdict != null) {
            end(now, runtime);
            return;
        }
        PodRuntime after = run(now, runtime);
        PodStatus status = reporter.report(now, after, memory, false);
        if ("Succeeded".equals(status.getPhase()) || "Failed".equals(status.getPhase())) {
            memory.ended = true;
            end(now, after);
        }
    }

    /** A pod of which nothing was made yet may be refused for good. */
    private void admit(Pod now, PodRuntime runtime) {
        if (memory.verdict != null || memory.ended || Pods.deleting(now) || Pods.terminal(now)) {
            return;
        }
        if (runtime.newestSandbox().isPresent()) {
            node.admitted.keep(now);
            return;
        }
        node.admission.refusal(now).or(() -> node.admitted.admit(now)).ifPresent(refusal -> {
            memory.verdict = new Verdict(refusal.reason(), "Pod was rejected: " + refusal.message());
            node.api.event(now, "", "Warning", refusal.reason(), refusal.message());
        });
    }

    private void checkVolumes(Pod now) throws IOException {
        node.volumes.overLimit(now).ifPresent(message -> {
            memory.verdict = new Verdict("Evicted", message);
            node.api.event(now, "", "Warning", "Evicted", message);
        });
    }

    private void checkDeadline(Pod now) {
        Long seconds = now.getSpec().getActiveDeadlineSeconds();
        String start = memory.reported != null
                ? memory.reported.getStartTime()
                : now.getStatus() == null ? null : now.getStatus().getStartTime();
        if (seconds == null || start == null || Pods.terminal(now) || memory.ended) {
            return;
        }
        Instant deadline = Instant.parse(start).plusSeconds(seconds);
        Duration left = Duration.between(node.clock.instant(), deadline);
        if (left.isNegative() || left.isZero()) {
            if (memory.verdict == null) {
                memory.verdict = new Verdict(
                        "DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
                node.api.event(now, "", "Normal", "DeadlineExceeded", memory.verdict.message());
            }
        } else {
            kickIn(left);
        }
    }

    /** Moves the pod towards what it asks for; returns what the runtime holds afterwards. */
    private PodRuntime run(Pod now, PodRuntime before) {
        Optional<String> unsupported = Unsupported.in(now);
        if (unsupported.isPresent()) {
            refuse(now, "FailedCreatePodSandBox", unsupported.get());
            return before;
        }
        if (!mountVolumes(now, before)) {
            return before;
        }
        PodRuntime runtime = before;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            watchProbes(now, runtime);
            PodPlan plan = PodPlanner.plan(now, runtime, node.probes, memory.restart, memory.hooking);
            if (!plan.stopSandboxes().isEmpty()) {
                if (!stopSandboxes(now, runtime, plan)) {
                    return runtime;
                }
            } else if (plan.createSandbox()) {
                if (!starter.createSandbox(now, plan.attempt())) {
                    return runtime;
                }
            } else {
                forgetWaiting(plan);
                plan.kill().forEach(k -> kill(now, runtimeIp(now, before), k));
                if (plan.start().isEmpty()) {
                    return runtime;
                }
                return start(now, runtime, plan);
            }
            runtime = PodRuntime.read(node.cri, uid);
        }
        return runtime;
    }

    private PodRuntime start(Pod now, PodRuntime runtime, PodPlan plan) {
        Optional<Sandbox> sandbox = runtime.newestSandbox();
        if (sandbox.isEmpty()) {
            return runtime;
        }
        PodFacts facts = facts(now, runtime);
        for (Container each : plan.start()) {
            boolean stopping = runtime.newest(each.getName())
                    .filter(i -> killer.killing(i.id()))
                    .isPresent();
            if (!stopping && !starter.startContainer(now, runtime, sandbox.get(), each, facts)) {
                break;
            }
        }
        PodRuntime after = PodRuntime.read(node.cri, uid);
        watchProbes(now, after);
        collectGarbage(now, after);
        return after;
    }

    private void refuse(Pod now, String reason, String message) {
        boolean news = false;
        for (Container each : Pods.allContainers(now).toList()) {
            Waiting waiting = new Waiting("ContainerCreating", message);
            news |= !waiting.equals(memory.waiting.put(each.getName(), waiting));
        }
        if (news || resync) {
            node.api.event(now, "", "Warning", reason, message);
        }
        resync = false;
    }

    private boolean mountVolumes(Pod now, PodRuntime runtime) {
        boolean refresh = resync && PodVolumes.refreshable(now);
        if (memory.volumes != null && !refresh) {
            resync = false;
            return true;
        }
        String key = uid + "/volumes";
        try {
            memory.volumes =
                    node.volumes.setUp(now, facts(now, runtime), Objects.requireNonNullElse(memory.volumes, Map.of()));
            resync = false;
            node.retries.forget(key);
            return true;
        } catch (VolumeException e) {
            mountFailed(now, key, String.valueOf(e.getMessage()));
        } catch (CriException e) {
            throw e;
        } catch (RuntimeException e) {
            mountFailed(now, key, "MountVolume.SetUp failed: " + e.getMessage());
        }
        resync = false;
        // What runs already goes on with the files it has.
        return memory.volumes != null;
    }

    private void mountFailed(Pod now, String key, String message) {
        Instant failed = node.clock.instant();
        node.retries.next(key, failed);
        node.api.event(now, "", "Warning", "FailedMount", message);
        if (memory.volumes == null) {
            for (Container each : Pods.allContainers(now).toList()) {
                memory.waiting.put(each.getName(), new Waiting("ContainerCreating", message));
            }
        }
        kickIn(node.retries.waiting(key, failed).map(BackOff.Wait::left).orElse(Duration.ofSeconds(1)));
    }

    private boolean stopSandboxes(Pod now, PodRuntime runtime, PodPlan plan) {
        boolean stopped = true;
        for (String id : plan.stopSandboxes()) {
            List<Instance> running = runtime.containers().stream()
                    .filter(c -> c.running() && c.sandboxId().equals(id))
                    .toList();
            if (running.isEmpty()) {
                node.cri.stopPodSandbox(id);
            } else {
                stopped = false;
                running.forEach(c -> killer.kill(
                        now,
                        Pods.container(now, c.name()).orElse(null),
                        c,
                        Pods.grace(now),
                        runtimeIp(now, runtime),
                        "Stopping container " + c.name()));
            }
        }
        if (runtime.newestSandbox()
                .filter(s -> plan.stopSandboxes().contains(s.id()))
                .isPresent()) {
            node.api.event(
                    now, "", "Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
        }
        return stopped;
    }

    /** Reasons to wait hold for containers that still want to start. */
    private void forgetWaiting(PodPlan plan) {
        Set<String> wanted = new HashSet<>();
        plan.start().forEach(c -> wanted.add(c.getName()));
        memory.waiting.keySet().retainAll(wanted);
    }

    private void kill(Pod now, String ip, Kill kill) {
        if (kill.restart()) {
            memory.restart.add(kill.instance().id());
        }
        killer.kill(now, kill.container(), kill.instance(), grace(now, kill), ip, kill.message());
    }

    private static Duration grace(Pod now, Kill kill) {
        Probe probe = kill.cause() == Cause.LIVENESS
                ? kill.container().getLivenessProbe()
                : kill.cause() == Cause.STARTUP ? kill.container().getStartupProbe() : null;
        Long own = probe == null ? null : probe.getTerminationGracePeriodSeconds();
        return own == null ? Pods.grace(now) : Duration.ofSeconds(Math.max(1, own));
    }

    private void watchProbes(Pod now, PodRuntime runtime) {
        Set<String> running = new HashSet<>();
        String ip = runtimeIp(now, runtime);
        for (Container each : Pods.allContainers(now).toList()) {
            Optional<Instance> newest = runtime.newest(each.getName()).filter(Instance::running);
            if (newest.isEmpty()) {
                continue;
            }
            String id = newest.get().id();
            running.add(id);
            if (!memory.hooking.contains(id)) {
                Instant started = Instant.ofEpochSecond(0, newest.get().status().getStartedAt());
                node.probes.watch(uid, id, each, ip, started, new ContainerProbes.Listener() {
                    @Override
                    public void changed() {
                        kick();
                    }

                    @Override
                    public void unhealthy(String message) {
                        node.api.event(now, Pods.fieldPath(now, each.getName()), "Warning", "Unhealthy", message);
                    }
                });
            }
        }
        node.probes.retain(uid, running);
    }

    private String runtimeIp(Pod now, PodRuntime runtime) {
        return reporter.addresses(now, runtime).stream().findFirst().orElse("");
    }

    private PodFacts facts(Pod now, PodRuntime runtime) {
        return new PodFacts(List.of(node.node.address()), reporter.addresses(now, runtime), node.allocatable);
    }

    /** Keeps the newest two attempts of each container, and sandboxes that hold one of them. */
    private void collectGarbage(Pod now, PodRuntime runtime) {
        Set<String> keep = new HashSet<>();
        Set<String> sandboxes = new HashSet<>();
        runtime.newestSandbox().ifPresent(s -> sandboxes.add(s.id()));
        for (Container each : Pods.allContainers(now).toList()) {
            runtime.all(each.getName()).limit(2).forEach(i -> {
                keep.add(i.id());
                sandboxes.add(i.sandboxId());
            });
        }
        for (Instance each : runtime.containers()) {
            if (!keep.contains(each.id()) && each.exited()) {
                node.cri.removeContainer(each.id());
                try {
                    java.nio.file.Files.deleteIfExists(Path.of(each.status().getLogPath()));
                } catch (IOException e) {
                    LOG.log(System.Logger.Level.WARNING, "log of a removed container stays " + each.id(), e);
                }
            }
        }
        for (Sandbox each : runtime.sandboxes()) {
            if (!each.ready() && !sandboxes.contains(each.id())) {
                node.cri.stopPodSandbox(each.id());
                node.cri.removePodSandbox(each.id());
            }
        }
    }

    /** Ends a pod that the API still has: stops it, reports, and completes its deletion if it is being deleted. */
    private void end(Pod now, PodRuntime runtime) throws IOException {
        node.probes.terminating(uid);
        boolean dead = stopAll(now, runtime, Pods.grace(now));
        PodRuntime after = dead ? PodRuntime.read(node.cri, uid) : runtime;
        watchProbes(now, after);
        PodStatus status = reporter.report(now, after, memory, dead);
        if (!dead) {
            return;
        }
        memory.ended = true;
        node.admitted.release(uid);
        LOG.log(System.Logger.Level.DEBUG, "pod ended pod={0} phase={1}", Pods.text(now), status.getPhase());
        if (Pods.deleting(now)) {
            clean(after, now.getMetadata().getNamespace(), now.getMetadata().getName());
            node.api.deletePod(now);
        }
    }

    /** Ends what is left of a pod that the API does not have. */
    private void endRemoved(@Nullable Pod last, PodRuntime runtime) throws IOException {
        node.probes.terminating(uid);
        Duration grace = last != null ? Pods.grace(last) : storedGrace(runtime);
        if (!stopAll(last, runtime, grace)) {
            return;
        }
        Optional<Sandbox> any = runtime.newestSandbox();
        String namespace = last != null
                ? last.getMetadata().getNamespace()
                : any.map(Sandbox::namespace).orElse("");
        String name = last != null
                ? last.getMetadata().getName()
                : any.map(Sandbox::name).orElse("");
        clean(PodRuntime.read(node.cri, uid), namespace, name);
        node.probes.retain(uid, Set.of());
        node.images.forget(uid);
        node.crashes.forgetAll(uid);
        node.retries.forgetAll(uid);
        node.admitted.release(uid);
        finished.run();
    }

    private static Duration storedGrace(PodRuntime runtime) {
        return runtime.containers().stream()
                .map(c -> c.status().getAnnotationsMap().get(CriLabels.GRACE_PERIOD))
                .filter(Objects::nonNull)
                .filter(text -> text.matches("\\d{1,6}"))
                .findFirst()
                .map(text -> Duration.ofSeconds(Math.max(1, Long.parseLong(text))))
                .orElse(Duration.ofSeconds(30));
    }

    /** Stops containers, sidecars last, then sandboxes; true when nothing runs any more. */
    private boolean stopAll(@Nullable Pod last, PodRuntime runtime, Duration grace) {
        List<Instance> running =
                runtime.containers().stream().filter(Instance::running).toList();
        List<Instance> first = running.stream().filter(i -> !sidecar(last, i)).toList();
        for (Instance each : first.isEmpty() ? lastSidecar(last, running) : first) {
            Duration left = first.isEmpty() ? untilDeletion(last, grace) : grace;
            Container container =
                    last == null ? null : Pods.container(last, each.name()).orElse(null);
            String ip = last == null ? "" : runtimeIp(last, runtime);
            killer.kill(last, container, each, left, ip, "Stopping container " + each.name());
        }
        if (!running.isEmpty()) {
            return false;
        }
        for (Sandbox each : runtime.sandboxes()) {
            if (each.ready()) {
                node.cri.stopPodSandbox(each.id());
            }
        }
        return true;
    }

    /** Sidecars stop one after another, the last to start first. */
    private static List<Instance> lastSidecar(@Nullable Pod last, List<Instance> running) {
        if (last == null) {
            return running;
        }
        for (int i = last.getSpec().getInitContainers().size() - 1; i >= 0; i--) {
            String name = last.getSpec().getInitContainers().get(i).getName();
            List<Instance> found =
                    running.stream().filter(c -> c.name().equals(name)).toList();
            if (!found.isEmpty()) {
                return found;
            }
        }
        return running;
    }

    /** What the others left of the grace period, which is one for the whole pod; a sidecar always has its two seconds. */
    private Duration untilDeletion(@Nullable Pod last, Duration grace) {
        String deletion = last == null ? null : last.getMetadata().getDeletionTimestamp();
        if (deletion == null) {
            return grace;
        }
        Duration left = Duration.between(node.clock.instant(), Instant.parse(deletion));
        Duration least = Duration.ofSeconds(2);
        return left.compareTo(least) < 0 ? least : left.compareTo(grace) < 0 ? left : grace;
    }

    private static boolean sidecar(@Nullable Pod last, Instance one) {
        return last != null
                && last.getSpec().getInitContainers().stream()
                        .anyMatch(c -> c.getName().equals(one.name()) && Pods.sidecar(c));
    }

    private void clean(PodRuntime runtime, String namespace, String name) throws IOException {
        node.volumes.tearDown(uid);
        for (Sandbox each : runtime.sandboxes()) {
            node.cri.stopPodSandbox(each.id());
            node.cri.removePodSandbox(each.id());
        }
        node.volumes.remove(uid);
        if (!name.isEmpty()) {
            PodVolumes.deleteTree(Pods.logDirectory(node.node, namespace, name, uid));
        }
        Cgroups.remove(node.sandboxes.cgroup(uid));
    }
}
