package io.coxswain.node.podworker;

import io.coxswain.node.Pods;
import io.coxswain.node.cri.CriException;
import io.coxswain.node.cri.PodRuntime.Instance;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stops the containers of one pod beside its worker: preStop hook, stop signal, grace period, SIGKILL. Asking again while
 * a stop is under way does nothing, unless the grace period has become shorter.
 */
final class ContainerKiller {

    private static final System.Logger LOG = System.getLogger(ContainerKiller.class.getName());

    /** A hook may use up the grace period; the container still gets this long after its signal. */
    private static final Duration LEAST = Duration.ofSeconds(2);

    private final NodeRuntime node;
    private final Runnable done;
    private final Map<String, Instant> deadlines = new ConcurrentHashMap<>();

    /** {@code done}: called whenever a stop has ended, well or not. */
    ContainerKiller(NodeRuntime node, Runnable done) {
        this.node = node;
        this.done = done;
    }

    boolean killing(String id) {
        return deadlines.containsKey(id);
    }

    /**
     * Begins to stop a container.
     *
     * @param pod with its events and hooks; null for what is left of an unknown pod
     * @param container null if the pod's spec has no such container
     */
    void kill(
            @Nullable Pod pod, @Nullable Container container, Instance one, Duration grace, String podIp, String why) {
        Instant deadline = node.clock.instant().plus(grace);
        Instant before = deadlines.get(one.id());
        if (before != null && !deadline.isBefore(before.minusSeconds(1))) {
            return;
        }
        deadlines.put(one.id(), deadline);
        boolean first = before == null;
        if (pod != null && first) {
            node.api.event(pod, Pods.fieldPath(pod, one.name()), "Normal", "Killing", why);
        }
        node.executor.execute(() -> run(pod, container, one, grace, podIp, first));
    }

    private void run(
            @Nullable Pod pod,
            @Nullable Container container,
            Instance one,
            Duration grace,
            String podIp,
            boolean hook) {
        try {
            Duration left = grace;
            LifecycleHandler preStop = container == null || container.getLifecycle() == null
                    ? null
                    : container.getLifecycle().getPreStop();
            if (hook && pod != null && container != null && preStop != null && grace.compareTo(LEAST) >= 0) {
                Instant begun = node.clock.instant();
                Optional<String> failure = node.hooks.run(preStop, container, one.id(), podIp, grace);
                if (failure.isPresent() && !node.isClosed()) {
                    LOG.log(System.Logger.Level.DEBUG, "preStop failed container={0}: {1}", one.id(), failure.get());
                    node.api.event(
                            pod, Pods.fieldPath(pod, one.name()), "Warning", "FailedPreStopHook", "PreStopHook failed");
                }
                left = grace.minus(Duration.between(begun, node.clock.instant()));
                left = left.compareTo(LEAST) < 0 ? LEAST : left;
            }
            if (!node.isClosed()) {
                node.cri.stopContainer(one.id(), left);
            }
        } catch (CriException e) {
            LOG.log(System.Logger.Level.WARNING, "stop failed container={0}: {1}", one.id(), e.getMessage());
        } finally {
            deadlines.remove(one.id());
            done.run();
        }
    }
}
