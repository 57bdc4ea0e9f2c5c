package io.coxswain.node.simulated;

import io.coxswain.node.AdmittedPods;
import io.coxswain.node.NodeApi;
import io.coxswain.node.PodFacts;
import io.coxswain.node.Pods;
import io.coxswain.node.podworker.PodPlan;
import io.coxswain.node.podworker.PodPlanner;
import io.coxswain.node.status.PodObservation;
import io.coxswain.node.status.PodObservation.Verdict;
import io.coxswain.node.status.PodStatuses;
import io.coxswain.node.status.StatusPatch;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The life of one pod. {@link #sync} may be called at any time: it lets happen what is due, does what a
 * kubelet would do next, and reports. What a container does follows from its {@link Script}, what the kubelet does from the node
 * agent's own {@link PodPlanner} and {@link PodStatuses}.
 */
final class SimulatedPod {
    private static final System.Logger LOG = System.getLogger(SimulatedPod.class.getName());
    private static final Duration NETWORK_RETRY = Duration.ofSeconds(1);
    private static final int MAX_ROUNDS = 64;

    private final Host host;
    private final NodeApi api;
    private final Clock clock;
    private final ToIntFunction<Pod> failedBefore;
    private final SubPathCheck subPaths;
    private final SimulatedContainers containers;
    private final Instant powerCut;
    private @Nullable PodStatus reported;
    private @Nullable Verdict verdict;
    private @Nullable Pod pod;
    private boolean ended;
    private boolean deleted;
    private @Nullable Script script;
    private Map<String, String> scripted = Map.of();
    private Map<String, Sequence<?>> scriptedByNode = Map.of();
    private String scriptError = "";
    private boolean adopted;
    private Instant wake = Instant.MAX;

    /** What a pod needs of its node. */
    interface Host {
        String address();

        /** The pods that the node has taken in. */
        AdmittedPods admitted();

        Map<String, Quantity> allocatable();

        /** The settings on the Node. */
        Map<String, Sequence<?>> settings();

        /** An address for a pod, unless there is no network yet, or none is free: then the reason. */
        PodAddress newAddress();

        void takeAddress(String address);

        void releaseAddress(String address);
    }

    /** An address, or why there is none. */
    record PodAddress(String address, String problem) {}

    /**
     * @param failedBefore how many pods of the same owner and index have failed before this one
     * @param powerCut what began before has not outlived it
     */
    SimulatedPod(Host host, NodeApi api, Clock clock, ToIntFunction<Pod> failedBefore, Instant powerCut) {
        this.powerCut = powerCut;
        this.host = host;
        this.api = api;
        this.clock = clock;
        this.failedBefore = failedBefore;
        this.subPaths = new SubPathCheck(api);
        this.containers = new SimulatedContainers(clock, this::wakeAt, this::misconfigured);
    }

    /**
     * Brings the pod to where it is now.
     *
     * @return when it must be looked at again, if nothing else happens
     */
    synchronized Optional<Duration> sync(Pod pod) {
        this.pod = pod;
        wake = Instant.MAX;
        Script rules = script(pod);
        adopt(pod);
        containers.follow(pod, rules, attemptBase(pod, rules), this::event);
        containers.letTimePass();
        judge(pod, rules);
        if (Pods.deleting(pod) || Pods.terminal(pod) || ended || verdict != null) {
            end(pod);
        } else {
            if (scriptError.isEmpty()) {
                run(pod);
            } else {
                containers.refuse("CreateContainerConfigError", scriptError);
            }
            PodStatus status = report(pod, false);
            if ("Succeeded".equals(status.getPhase()) || "Failed".equals(status.getPhase())) {
                ended = true;
                end(pod);
            }
        }
        return wake.equals(Instant.MAX) ? Optional.empty() : Optional.of(Duration.between(clock.instant(), wake));
    }

    /** The pod is gone from the API. */
    synchronized void forget() {
        containers.releaseAddress().ifPresent(host::releaseAddress);
    }

    /** The node's power was cut and has come back: nothing of the pod runs any more, and its sandbox is gone. */
    synchronized void powerCut() {
        containers.powerCut(clock.instant()).ifPresent(host::releaseAddress);
    }

    private void wakeAt(Instant at) {
        if (at.isBefore(wake)) {
            wake = at;
        }
    }

    private Script script(Pod pod) {
        Map<String, String> now = pod.getMetadata().getAnnotations() == null
                ? Map.of()
                : pod.getMetadata().getAnnotations();
        Map<String, Sequence<?>> node = host.settings();
        Script known = script;
        if (known != null && now.equals(scripted) && node.equals(scriptedByNode) && scriptError.isEmpty()) {
            return known;
        }
        try {
            known = Script.of(pod, node);
            scriptError = "";
        } catch (ScriptException e) {
            known = known == null ? Script.silent(pod) : known;
            String problem = String.valueOf(e.getMessage());
            if (!problem.equals(scriptError)) {
                scriptError = problem;
                api.event(pod, "", "Warning", "InvalidSimulation", problem);
            }
        }
        script = known;
        scripted = now;
        scriptedByNode = node;
        return known;
    }

    private int attemptBase(Pod pod, Script rules) {
        return rules.dependsOnAttempts() ? containers.base(() -> failedBefore.applyAsInt(pod)) : 0;
    }

    /** Takes over what was reported before this server played the pod. */
    private void adopt(Pod pod) {
        if (adopted) {
            return;
        }
        adopted = true;
        PodStatus status = pod.getStatus();
        if (status == null || status.getStartTime() == null) {
            return;
        }
        if (!Pods.terminal(pod)) {
            host.admitted().keep(pod);
        }
        containers.adopt(pod, status);
        if (Attempt.time(status.getStartTime(), powerCut).isBefore(powerCut)) {
            containers.powerCut(clock.instant());
        } else if (!containers.address().isEmpty()) {
            host.takeAddress(containers.address());
        }
    }

    /** What the node itself decides about the pod. */
    private void judge(Pod pod, Script rules) {
        if (verdict != null || ended || Pods.terminal(pod) || Pods.deleting(pod)) {
            return;
        }
        Instant now = clock.instant();
        if (!containers.hasSandbox() && containers.nothingRan()) {
            rules.rejected()
                    .map(said -> new Verdict(said.reason(), said.message()))
                    .or(() -> host.admitted().admit(pod))
                    .ifPresent(said -> {
                        verdict = new Verdict(said.reason(), "Pod was rejected: " + said.message());
                        api.event(pod, "", "Warning", said.reason(), said.message());
                    });
        }
        Instant start = startTime(pod, now);
        Long deadline = pod.getSpec().getActiveDeadlineSeconds();
        if (verdict == null && deadline != null && due(start.plusSeconds(deadline), now)) {
            verdict = new Verdict("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
            api.event(pod, "", "Normal", "DeadlineExceeded", verdict.message());
        }
        if (verdict == null && due(start.plus(rules.evictedAfter()), now)) {
            verdict = new Verdict("Evicted", rules.evictedMessage());
            api.event(pod, "", "Warning", "Evicted", verdict.message());
        }
    }

    private boolean due(Instant at, Instant now) {
        if (at.isAfter(now)) {
            wakeAt(at);
            return false;
        }
        return true;
    }

    private Instant startTime(Pod pod, Instant now) {
        PodStatus status = reported != null ? reported : pod.getStatus();
        return Attempt.time(status == null ? null : status.getStartTime(), now);
    }

    private void run(Pod pod) {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            PodPlan plan = PodPlanner.plan(
                    pod, containers.runtime(pod), containers.probes(), containers.toRestart(), Set.of());
            boolean progress = false;
            if (plan.createSandbox()) {
                if (!createSandbox(pod, plan.attempt())) {
                    return;
                }
                progress = true;
            } else {
                containers.waitOnly(plan.start());
                for (PodPlan.Kill kill : plan.kill()) {
                    progress |= containers.kill(kill);
                }
                for (Container each : plan.start()) {
                    progress |= containers.start(each, ContainerKind.of(pod, each));
                }
                progress |= startEphemeral(pod);
                progress |= containers.letTimePass();
            }
            if (!progress) {
                return;
            }
        }
        // More has happened at one moment than is plausible: the rest a little later.
        LOG.log(System.Logger.Level.DEBUG, "pod not settled pod={0}", Pods.text(pod));
        wakeAt(clock.instant().plusMillis(100));
    }

    private boolean createSandbox(Pod pod, int attempt) {
        if (Pods.hostNetwork(pod)) {
            containers.openSandbox(attempt, "");
            return true;
        }
        PodAddress got = host.newAddress();
        if (got.address().isEmpty()) {
            String message = "Failed to create pod sandbox: " + got.problem();
            if (containers.refuse("ContainerCreating", "")) {
                api.event(pod, "", "Warning", "FailedCreatePodSandBox", message);
            }
            wakeAt(clock.instant().plus(NETWORK_RETRY));
            return false;
        }
        containers.openSandbox(attempt, got.address());
        return true;
    }

    private Optional<String> misconfigured(Container container) {
        Pod about = Objects.requireNonNull(pod);
        return subPaths.problem(
                about, new PodFacts(List.of(host.address()), addresses(about), host.allocatable()), container);
    }

    private boolean startEphemeral(Pod pod) {
        boolean progress = false;
        for (EphemeralContainer each : pod.getSpec().getEphemeralContainers()) {
            if (containers.newest(each.getName()).isEmpty()) {
                Container plain = new Container();
                plain.setName(each.getName());
                plain.setImage(each.getImage());
                progress |= containers.start(plain, ContainerKind.EPHEMERAL);
            }
        }
        return progress;
    }

    /** Ends a pod that the API still has, and completes its deletion if it is being deleted. */
    private void end(Pod pod) {
        containers.stopAll();
        containers.letTimePass();
        // Sidecars stop after the others.
        containers.stopAll();
        containers.letTimePass();
        boolean dead = !containers.anyRunning();
        if (dead) {
            containers.closeSandbox().ifPresent(host::releaseAddress);
        }
        report(pod, dead);
        if (!dead) {
            return;
        }
        ended = true;
        host.admitted().release(Pods.uid(pod));
        boolean finalizersHoldIt =
                deleted && Long.valueOf(0).equals(pod.getMetadata().getDeletionGracePeriodSeconds());
        if (Pods.deleting(pod) && !finalizersHoldIt) {
            api.deletePod(pod);
            deleted = true;
        }
    }

    private PodStatus report(Pod pod, boolean terminal) {
        Pod known = PodStatuses.asReported(pod, reported);
        PodObservation seen = new PodObservation(
                containers.runtime(pod),
                containers.waiting(),
                Set.of(),
                Map.of(),
                containers.probes(),
                List.of(host.address()),
                addresses(pod),
                clock.instant(),
                terminal,
                Optional.ofNullable(verdict));
        PodStatus wanted = PodStatuses.of(known, seen);
        disruption(pod, wanted);
        StatusPatch.of(known, wanted).ifPresent(patch -> {
            if (api.patchPodStatus(pod, patch)) {
                reported = wanted;
            }
        });
        return wanted;
    }

    private List<String> addresses(Pod pod) {
        if (!containers.hasSandbox()) {
            return List.of();
        }
        return List.of(Pods.hostNetwork(pod) ? host.address() : containers.address());
    }

    /** An eviction by the node is a disruption, which Jobs may tell from failures. */
    private void disruption(Pod pod, PodStatus status) {
        Verdict why = verdict;
        if (why == null || !why.reason().equals("Evicted")) {
            return;
        }
        PodStatus before = reported != null ? reported : pod.getStatus();
        List<PodCondition> conditions = new ArrayList<>(status.getConditions());
        PodCondition condition = new PodCondition();
        condition.setType("DisruptionTarget");
        condition.setStatus("True");
        condition.setReason("TerminationByKubelet");
        condition.setMessage(why.message());
        condition.setObservedGeneration(pod.getMetadata().getGeneration());
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        condition.setLastTransitionTime(
                before == null
                        ? now
                        : before.getConditions().stream()
                                .filter(c -> "DisruptionTarget".equals(c.getType()))
                                .map(PodCondition::getLastTransitionTime)
                                .findFirst()
                                .orElse(now));
        conditions.add(condition);
        status.setConditions(conditions);
    }

    private void event(Pod pod, String container, String type, String reason, String message) {
        api.event(pod, container.isEmpty() ? "" : Pods.fieldPath(pod, container), type, reason, message);
    }
}
