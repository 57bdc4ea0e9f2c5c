package io.coxswain.node.simulated;

import io.coxswain.node.BackOff;
import io.coxswain.node.Pods;
import io.coxswain.node.cri.PodRuntime;
import io.coxswain.node.cri.PodRuntime.Instance;
import io.coxswain.node.cri.PodRuntime.Sandbox;
import io.coxswain.node.podworker.PodPlan;
import io.coxswain.node.probe.ProbeResults;
import io.coxswain.node.simulated.Setting.Said;
import io.coxswain.node.status.PodObservation.Waiting;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What a container runtime would hold of one pod, and how its containers fare by the pod's script. Used by the pod only. */
final class SimulatedContainers implements ProbeResults {
    private static final int KILLED = 137;
    private static final int LOST = 255;
    private static final int KEPT_ATTEMPTS = 2;
    private static final int LONGEST_BACK_OFF = 30;
    /** What a container refers to may turn up. */
    private static final Duration CONFIG_RETRY = Duration.ofSeconds(10);

    private final Clock clock;
    private final Consumer<Instant> wakeAt;
    /** Why a container of the pod cannot be made as it is. */
    private final Function<Container, Optional<String>> misconfigured;

    /** Newest first. */
    private final Map<String, Deque<Attempt>> attempts = new LinkedHashMap<>();

    private final Map<String, Waiting> waiting = new HashMap<>();
    private final Map<String, Instant> starting = new HashMap<>();
    private final Set<String> restart = new HashSet<>();
    private final SimulatedPulls pulls;
    private BackOff crashes;
    private Duration pause = Duration.ZERO;
    private boolean sandbox;
    private int sandboxAttempt;
    private Instant sandboxSince = Instant.EPOCH;
    private String address = "";
    private int base = -1;

    // Set by follow() before anything else happens.
    private @Nullable Pod pod;
    private @Nullable Script script;
    private Events events = (about, container, type, reason, message) -> {};

    /** Reports an event about a container of the pod. */
    interface Events {
        void event(Pod about, String container, String type, String reason, String message);
    }

    /** @param misconfigured why a container cannot be made as it is, if so */
    SimulatedContainers(Clock clock, Consumer<Instant> wakeAt, Function<Container, Optional<String>> misconfigured) {
        this.clock = clock;
        this.wakeAt = wakeAt;
        this.misconfigured = misconfigured;
        this.pulls = new SimulatedPulls(clock);
        this.crashes = new BackOff(clock, Duration.ofSeconds(10), Duration.ofMinutes(5));
    }

    /** The pod and its rules as they are from now on. {@code failedBefore}: attempts that other pods have made. */
    void follow(Pod now, Script rules, int failedBefore, Events recorder) {
        pod = now;
        script = rules;
        base = failedBefore;
        events = recorder;
        if (!rules.backOff().equals(pause)) {
            pause = rules.backOff();
            Duration longest = pause.multipliedBy(LONGEST_BACK_OFF);
            crashes = new BackOff(clock, pause, longest);
            pulls.backOff(new BackOff(clock, pause, longest));
        }
    }

    /** The number of attempts that other pods had made when it was first asked for. */
    int base(IntSupplier failedBefore) {
        return base >= 0 ? base : failedBefore.getAsInt();
    }

    private Pod pod() {
        return Objects.requireNonNull(pod);
    }

    private Script script() {
        return Objects.requireNonNull(script);
    }

    /** Takes over what was reported. */
    void adopt(Pod now, PodStatus status) {
        if (status.getPodIP() != null) {
            address = Pods.hostNetwork(now) ? "" : status.getPodIP();
            sandbox = !Pods.terminal(now);
            sandboxSince = Attempt.time(status.getStartTime(), clock.instant());
        }
        status.getInitContainerStatuses().forEach(this::adopt);
        status.getContainerStatuses().forEach(this::adopt);
        status.getEphemeralContainerStatuses().forEach(this::adopt);
        // What is told in whole seconds may name a container's start before its pod's.
        attempts.values().stream()
                .flatMap(Deque::stream)
                .map(Attempt::started)
                .filter(started -> started.isBefore(sandboxSince))
                .min(Instant::compareTo)
                .ifPresent(started -> sandboxSince = started);
    }

    private void adopt(ContainerStatus one) {
        Deque<Attempt> known = attempts.computeIfAbsent(one.getName(), name -> new ArrayDeque<>());
        int restarts = Objects.requireNonNullElse(one.getRestartCount(), 0);
        String image = Objects.requireNonNullElse(one.getImage(), "");
        Instant now = clock.instant();
        ContainerState state = Objects.requireNonNullElse(one.getState(), new ContainerState());
        ContainerState last = Objects.requireNonNullElse(one.getLastState(), new ContainerState());
        boolean current = false;
        if (state.getRunning() != null) {
            String id = Objects.requireNonNullElse(one.getContainerID(), "simulated://" + one.getName());
            Instant started = Attempt.time(state.getRunning().getStartedAt(), now);
            known.addLast(Attempt.running(id, one.getName(), image, restarts, started));
            current = true;
        } else if (state.getTerminated() != null) {
            known.addLast(Attempt.ended(one.getName(), image, restarts, state.getTerminated(), now));
            current = true;
        }
        if (last.getTerminated() != null) {
            int before = current ? Math.max(0, restarts - 1) : restarts;
            known.addLast(Attempt.ended(one.getName(), image, before, last.getTerminated(), now));
        }
        if (known.isEmpty()) {
            attempts.remove(one.getName());
        }
    }

    boolean hasSandbox() {
        return sandbox;
    }

    /** Empty on the host's network, and without a sandbox. */
    String address() {
        return address;
    }

    boolean nothingRan() {
        return attempts.isEmpty();
    }

    Optional<Attempt> newest(String container) {
        Deque<Attempt> known = attempts.get(container);
        return known == null ? Optional.empty() : Optional.ofNullable(known.peekFirst());
    }

    boolean anyRunning() {
        return attempts.values().stream().flatMap(Deque::stream).anyMatch(Attempt::running);
    }

    Map<String, Waiting> waiting() {
        return waiting;
    }

    Set<String> toRestart() {
        return restart;
    }

    ProbeResults probes() {
        return this;
    }

    /** All of it as a container runtime would list it. */
    PodRuntime runtime(Pod now) {
        String id = "simulated://" + Pods.uid(now) + "/" + sandboxAttempt;
        List<Sandbox> sandboxes = new ArrayList<>();
        if (sandbox || !attempts.isEmpty()) {
            sandboxes.add(new Sandbox(
                    id,
                    now.getMetadata().getName(),
                    now.getMetadata().getNamespace(),
                    sandboxAttempt,
                    sandbox,
                    sandboxSince.toEpochMilli(),
                    sandbox ? address : ""));
        }
        List<Instance> instances = new ArrayList<>();
        attempts.values()
                .forEach(each -> each.forEach(a -> instances.add(a.instance(
                        a.started().isBefore(sandboxSince) ? "simulated://" + Pods.uid(now) + "/lost" : id))));
        return new PodRuntime(Pods.uid(now), sandboxes, instances);
    }

    void openSandbox(int attempt, String ip) {
        sandbox = true;
        sandboxAttempt = attempt;
        sandboxSince = clock.instant();
        address = ip;
        waiting.clear();
    }

    /** @return the address that is free again */
    Optional<String> closeSandbox() {
        sandbox = false;
        return releaseAddress();
    }

    Optional<String> releaseAddress() {
        String free = address;
        address = "";
        return free.isEmpty() ? Optional.empty() : Optional.of(free);
    }

    /** Everything is gone at once, as in a power cut. */
    Optional<String> powerCut(Instant now) {
        running().forEach(each -> each.end(now, LOST, "Unknown", ""));
        starting.clear();
        return closeSandbox();
    }

    private List<Attempt> running() {
        return attempts.values().stream()
                .flatMap(Deque::stream)
                .filter(Attempt::running)
                .toList();
    }

    /** Lets end what is due; whether anything did. */
    boolean letTimePass() {
        Instant now = clock.instant();
        boolean any = false;
        for (Attempt each : running()) {
            Instant own = each.started().plus(runTime(each));
            if (!each.killed().isAfter(now) && !each.killed().isAfter(own)) {
                end(each, each.killed(), each.killedCode());
                any = true;
            } else if (!own.isAfter(now)) {
                end(each, own, script().exitCode(each.container(), attempt(each)));
                any = true;
            } else {
                wakeAt.accept(each.killed().isBefore(own) ? each.killed() : own);
            }
        }
        return any;
    }

    private void end(Attempt one, Instant at, int code) {
        one.end(
                at,
                code,
                script().terminationReason(one.container(), code),
                script().terminationMessage(one.container()));
    }

    private Duration runTime(Attempt one) {
        Optional<Container> container = Pods.container(pod(), one.container());
        if (container.isEmpty()) {
            Container plain = new Container();
            plain.setName(one.container());
            return script().runTime(plain, ContainerKind.EPHEMERAL, attempt(one));
        }
        return script().runTime(container.get(), ContainerKind.of(pod(), container.get()), attempt(one));
    }

    private int attempt(Attempt one) {
        return Math.max(0, base) + one.restarts();
    }

    /** Reasons to wait hold for containers that still want to start. */
    void waitOnly(List<Container> wanted) {
        Set<String> names = new HashSet<>();
        wanted.forEach(c -> names.add(c.getName()));
        pod().getSpec().getEphemeralContainers().forEach(c -> names.add(c.getName()));
        waiting.keySet().retainAll(names);
    }

    /** Nothing can start, for this reason; whether that is news. */
    boolean refuse(String reason, String message) {
        boolean news = false;
        for (Container each : Pods.allContainers(pod()).toList()) {
            Waiting why = new Waiting(reason, message);
            if (newest(each.getName()).isEmpty()) {
                news |= !why.equals(waiting.put(each.getName(), why));
            }
        }
        return news;
    }

    /** Starts a container, or notes why it must wait; whether it has started. */
    boolean start(Container container, ContainerKind kind) {
        String name = container.getName();
        Instant now = clock.instant();
        Optional<Attempt> last = newest(name);
        String key = name + "/" + Pods.hash(container);
        if (last.isPresent()) {
            Optional<BackOff.Wait> wait = crashes.waiting(key, last.get().finished());
            if (wait.isPresent()) {
                crashLoop(name, wait.get(), now);
                return false;
            }
        }
        int restarts = last.map(a -> a.restarts() + 1).orElse(0);
        int attempt = Math.max(0, base) + restarts;
        if (!present(container, restarts) || !creatable(container)) {
            return false;
        }
        Instant at = starting.computeIfAbsent(name, n -> now.plus(script().startDelay(name, attempt)));
        if (at.isAfter(now)) {
            waiting.remove(name);
            wakeAt.accept(at);
            return false;
        }
        starting.remove(name);
        waiting.remove(name);
        last.ifPresent(a -> {
            crashes.next(key, a.finished());
            restart.remove(a.id());
        });
        Deque<Attempt> known = attempts.computeIfAbsent(name, n -> new ArrayDeque<>());
        known.addFirst(Attempt.begin(Pods.uid(pod()), container, restarts, now));
        while (known.size() > KEPT_ATTEMPTS) {
            known.removeLast();
        }
        if (script().allEvents()) {
            normal(name, "Created", "Created container: " + name);
            normal(name, "Started", "Started container " + name);
        }
        return true;
    }

    private void crashLoop(String name, BackOff.Wait wait, Instant now) {
        Waiting why = new Waiting(
                "CrashLoopBackOff",
                "back-off " + wait.text() + " restarting failed container=" + name + " pod=" + Pods.text(pod()));
        if (!why.equals(waiting.put(name, why))) {
            warning(name, "BackOff", "Back-off restarting failed container " + name + " in pod " + Pods.text(pod()));
        }
        wakeAt.accept(now.plus(wait.left()));
    }

    private boolean present(Container container, int restarts) {
        if (restarts > 0) {
            return true;
        }
        String name = container.getName();
        String image = Objects.requireNonNullElse(container.getImage(), "");
        SimulatedPulls.Outcome outcome = pulls.pull(name, image, tries -> script().imageError(name, tries));
        if (script().allEvents() || !outcome.error().isEmpty()) {
            outcome.events().forEach(e -> events.event(pod(), name, e.type(), e.reason(), e.message()));
        }
        if (outcome.present()) {
            return true;
        }
        waiting.put(name, new Waiting(outcome.reason(), outcome.error()));
        wakeAt.accept(outcome.again());
        return false;
    }

    private boolean creatable(Container container) {
        String name = container.getName();
        Optional<Said> why = script().waiting(name)
                .or(() -> misconfigured.apply(container).map(problem -> {
                    wakeAt.accept(clock.instant().plus(CONFIG_RETRY));
                    return new Said("CreateContainerConfigError", problem);
                }));
        why.ifPresent(said -> {
            Waiting now = new Waiting(said.reason(), said.message());
            if (!now.equals(waiting.put(name, now))) {
                warning(name, "Failed", "Error: " + (said.message().isEmpty() ? said.reason() : said.message()));
            }
        });
        return why.isEmpty();
    }

    /** Begins to stop a container by the kubelet's decision; whether that is news. */
    boolean kill(PodPlan.Kill kill) {
        Optional<Attempt> found = running().stream()
                .filter(each -> each.id().equals(kill.instance().id()))
                .findFirst();
        if (found.isEmpty() || found.get().killing()) {
            return false;
        }
        if (kill.restart()) {
            restart.add(found.get().id());
        }
        warnOfLiveness(kill);
        normal(found.get().container(), "Killing", kill.message());
        terminate(found.get());
        return true;
    }

    private void warnOfLiveness(PodPlan.Kill kill) {
        if (kill.cause() == PodPlan.Cause.LIVENESS) {
            warning(kill.container().getName(), "Unhealthy", "Liveness probe failed: simulated");
        }
    }

    /** Asks everything to end, sidecars after the others and one after another, the last to start first. */
    void stopAll() {
        List<Attempt> running = running();
        List<Attempt> first = running.stream()
                .filter(a -> Pods.container(pod(), a.container())
                        .filter(c -> ContainerKind.of(pod(), c) == ContainerKind.SIDECAR)
                        .isEmpty())
                .toList();
        (first.isEmpty() ? lastSidecar(running) : first).forEach(this::stop);
        starting.clear();
    }

    private List<Attempt> lastSidecar(List<Attempt> running) {
        List<Container> init = pod().getSpec().getInitContainers();
        for (int i = init.size() - 1; i >= 0; i--) {
            String name = init.get(i).getName();
            List<Attempt> found =
                    running.stream().filter(a -> a.container().equals(name)).toList();
            if (!found.isEmpty()) {
                return found;
            }
        }
        return running;
    }

    private void stop(Attempt one) {
        if (!one.killing() && script().allEvents()) {
            normal(one.container(), "Killing", "Stopping container " + one.container());
        }
        terminate(one);
    }

    private void terminate(Attempt one) {
        Instant now = clock.instant();
        Duration grace = Pods.grace(pod());
        Duration delay = script().terminationDelay(one.container());
        boolean inTime = delay.compareTo(grace) < 0;
        // A grace period that became shorter counts from now, a delay from the first signal.
        one.kill(now.plus(inTime ? delay : grace), inTime ? script().terminationExitCode(one.container()) : KILLED);
        wakeAt.accept(one.killed());
    }

    private void normal(String container, String reason, String message) {
        events.event(pod(), container, "Normal", reason, message);
    }

    private void warning(String container, String reason, String message) {
        events.event(pod(), container, "Warning", reason, message);
    }

    // ----- Probes

    private Optional<Attempt> byId(String id) {
        return attempts.values().stream()
                .flatMap(Deque::stream)
                .filter(a -> a.id().equals(id))
                .findFirst();
    }

    @Override
    public Result startup(String containerId) {
        return Result.SUCCESS;
    }

    @Override
    public Result liveness(String containerId) {
        Optional<Attempt> one = byId(containerId);
        if (one.isEmpty()) {
            return Result.UNKNOWN;
        }
        Instant at =
                one.get().started().plus(script().livenessFailureAfter(one.get().container(), attempt(one.get())));
        return reached(at) ? Result.FAILURE : Result.SUCCESS;
    }

    @Override
    public Result readiness(String containerId) {
        Optional<Attempt> one = byId(containerId);
        if (one.isEmpty()) {
            return Result.UNKNOWN;
        }
        String name = one.get().container();
        Container container = Pods.container(pod(), name).orElse(null);
        if (container == null || !script().ready(name)) {
            return Result.FAILURE;
        }
        Instant at = one.get().started().plus(script().readyDelay(container, attempt(one.get())));
        return reached(at) ? Result.SUCCESS : Result.FAILURE;
    }

    /** A script may make any container wait, whether it has a probe or not. */
    @Override
    public boolean ready(Container container, String containerId) {
        return readiness(containerId) == Result.SUCCESS;
    }

    private boolean reached(Instant at) {
        if (at.isAfter(clock.instant())) {
            wakeAt.accept(at);
            return false;
        }
        return true;
    }
}
