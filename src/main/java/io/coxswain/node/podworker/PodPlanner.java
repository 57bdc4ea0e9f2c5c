package io.coxswain.node.podworker;

import io.coxswain.node.Pods;
import io.coxswain.node.cri.CriLabels;
import io.coxswain.node.cri.PodRuntime;
import io.coxswain.node.cri.PodRuntime.Instance;
import io.coxswain.node.cri.PodRuntime.Sandbox;
import io.coxswain.node.podworker.PodPlan.Cause;
import io.coxswain.node.podworker.PodPlan.Kill;
import io.coxswain.node.probe.ProbeResults;
import io.coxswain.node.probe.ProbeResults.Result;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Compares a pod with what the runtime holds of it and says what to do next. Pure. */
public final class PodPlanner {

    private final Pod pod;
    private final PodRuntime runtime;
    private final ProbeResults probes;
    private final Set<String> restart;
    private final Set<String> hooking;
    private final List<Container> start = new ArrayList<>();
    private final List<Kill> kill = new ArrayList<>();

    private PodPlanner(Pod pod, PodRuntime runtime, ProbeResults probes, Set<String> restart, Set<String> hooking) {
        this.pod = pod;
        this.runtime = runtime;
        this.probes = probes;
        this.restart = restart;
        this.hooking = hooking;
    }

    /**
     * What to do next with the pod.
     *
     * @param restart ids of containers that the agent itself stopped in order to start them again
     * @param hooking ids of containers whose postStart hook is still under way
     */
    public static PodPlan plan(
            Pod pod, PodRuntime runtime, ProbeResults probes, Set<String> restart, Set<String> hooking) {
        return new PodPlanner(pod, runtime, probes, restart, hooking).plan();
    }

    private PodPlan plan() {
        Optional<Sandbox> newest = runtime.newestSandbox();
        boolean usable = newest.filter(s -> s.ready() && (Pods.hostNetwork(pod) || !s.ip().isEmpty()))
                .isPresent();
        List<String> useless = runtime.sandboxes().stream()
                .filter(s -> !(usable && s.id().equals(newest.get().id())))
                .filter(s -> s.ready() || holdsRunning(s))
                .map(Sandbox::id)
                .toList();
        int attempt = newest.map(s -> s.attempt() + 1).orElse(0);
        if (!usable) {
            boolean again = newest.isEmpty() || wantsNewSandbox();
            if (again && useless.isEmpty()) {
                firstContainers();
            }
            return new PodPlan(useless, again, attempt, start, List.of());
        }
        String sandbox = newest.get().id();
        if (initPhase(sandbox)) {
            mainPhase(sandbox);
        }
        return new PodPlan(useless, false, attempt, start, kill);
    }

    private boolean holdsRunning(Sandbox sandbox) {
        return runtime.containers().stream()
                .anyMatch(c -> c.running() && c.sandboxId().equals(sandbox.id()));
    }

    /** A lost sandbox is made anew only if some container has still something to do. */
    private boolean wantsNewSandbox() {
        if (runtime.containers().isEmpty()) {
            return true;
        }
        return switch (Pods.restartPolicy(pod)) {
            case "Never" -> false;
            case "OnFailure" -> pod.getSpec().getContainers().stream().anyMatch(c -> !succeeded(c));
            default -> true;
        };
    }

    private boolean succeeded(Container container) {
        return runtime.newest(container.getName())
                .filter(i -> i.exited() && i.status().getExitCode() == 0 && !restart.contains(i.id()))
                .isPresent();
    }

    /** With a fresh sandbox everything begins again, init containers included. */
    private void firstContainers() {
        if (!pod.getSpec().getInitContainers().isEmpty()) {
            start.add(pod.getSpec().getInitContainers().get(0));
            return;
        }
        boolean onFailure = Pods.restartPolicy(pod).equals("OnFailure");
        for (Container each : pod.getSpec().getContainers()) {
            if (!(onFailure && succeeded(each))) {
                start.add(each);
            }
        }
    }

    /** Brings the init containers on their way; true when the main containers may run. */
    private boolean initPhase(String sandbox) {
        boolean mainBegan = pod.getSpec().getContainers().stream()
                .anyMatch(c -> inSandbox(c, sandbox).isPresent());
        for (Container each : pod.getSpec().getInitContainers()) {
            Optional<Instance> now = inSandbox(each, sandbox);
            boolean sidecar = Pods.sidecar(each);
            if (!sidecar && mainBegan) {
                continue;
            }
            if (now.isEmpty() || !now.get().running() && !now.get().exited()) {
                start.add(each);
                if (!mainBegan) {
                    return false;
                }
            } else if (now.get().running()) {
                boolean failed = sidecar && checkProbes(each, now.get());
                if (!mainBegan && (!sidecar || failed || !started(each, now.get()))) {
                    return false;
                }
            } else if (sidecar) {
                start.add(each);
                if (!mainBegan) {
                    return false;
                }
            } else if (now.get().status().getExitCode() != 0) {
                if (!Pods.restartPolicy(pod).equals("Never")) {
                    start.add(each);
                }
                return false;
            }
        }
        return true;
    }

    private boolean started(Container container, Instance now) {
        return !hooking.contains(now.id())
                && (container.getStartupProbe() == null || probes.startup(now.id()) == Result.SUCCESS);
    }

    private void mainPhase(String sandbox) {
        String policy = Pods.restartPolicy(pod);
        for (Container each : pod.getSpec().getContainers()) {
            Optional<Instance> newest = runtime.newest(each.getName());
            if (newest.isEmpty()) {
                start.add(each);
                continue;
            }
            Instance now = newest.get();
            if (now.running() && now.sandboxId().equals(sandbox)) {
                checkProbes(each, now);
            } else if (now.exited()) {
                boolean wanted = switch (policy) {
                    case "Never" -> false;
                    case "OnFailure" -> now.status().getExitCode() != 0 || restart.contains(now.id());
                    default -> true;
                };
                if (wanted) {
                    start.add(each);
                }
            } else if (!now.running()) {
                // Created but never started, by an agent that died in between.
                start.add(each);
            }
        }
    }

    /** Stops a running container that must not run on; true if so. */
    private boolean checkProbes(Container container, Instance now) {
        boolean again = !Pods.restartPolicy(pod).equals("Never") || Pods.sidecar(container);
        String suffix = again ? ", will be restarted" : "";
        String name = container.getName();
        if (!Pods.hash(container).equals(now.status().getAnnotationsOrDefault(CriLabels.HASH, Pods.hash(container)))) {
            kill.add(new Kill(
                    now,
                    container,
                    "Container " + name + " definition changed, will be restarted",
                    true,
                    Cause.CHANGED));
            return true;
        }
        if (probes.liveness(now.id()) == Result.FAILURE) {
            kill.add(new Kill(
                    now, container, "Container " + name + " failed liveness probe" + suffix, again, Cause.LIVENESS));
            return true;
        }
        if (container.getStartupProbe() != null && probes.startup(now.id()) == Result.FAILURE) {
            kill.add(new Kill(
                    now, container, "Container " + name + " failed startup probe" + suffix, again, Cause.STARTUP));
            return true;
        }
        return false;
    }

    private Optional<Instance> inSandbox(Container container, String sandbox) {
        return runtime.all(container.getName())
                .filter(i -> i.sandboxId().equals(sandbox))
                .findFirst();
    }
}
