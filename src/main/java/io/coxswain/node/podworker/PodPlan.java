package io.coxswain.node.podworker;

import io.coxswain.node.cri.PodRuntime.Instance;
import io.fabric8.kubernetes.api.model.Container;
import java.util.List;

/**
 * What must be done next so that the runtime holds what a pod asks for.
 *
 * @param stopSandboxes sandboxes that are of no more use, with all that runs in them
 * @param createSandbox whether a sandbox must be made before anything can start
 * @param attempt attempt number of that sandbox
 * @param start containers to start now, in this order
 * @param kill containers to stop now
 */
public record PodPlan(
        List<String> stopSandboxes, boolean createSandbox, int attempt, List<Container> start, List<Kill> kill) {

    public PodPlan {
        stopSandboxes = List.copyOf(stopSandboxes);
        start = List.copyOf(start);
        kill = List.copyOf(kill);
    }

    /**
     * A container to stop.
     *
     * @param message of the Killing event
     * @param restart whether it shall start again even if the restart policy would not say so of its exit
     */
    public record Kill(Instance instance, Container container, String message, boolean restart, Cause cause) {}

    /** Why a container is stopped. */
    public enum Cause {
        CHANGED,
        LIVENESS,
        STARTUP
    }
}
