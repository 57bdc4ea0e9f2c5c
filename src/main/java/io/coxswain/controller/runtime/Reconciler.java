package io.coxswain.controller.runtime;

import io.coxswain.client.Key;
import java.time.Duration;
import java.util.Optional;

/** One control loop: a CDI bean that makes the world match what one object asks for. Level-based: it looks at the state, not at what changed. */
public interface Reconciler {
    /** Upstream's name, such as {@code replicaset-controller}; names the loop and the identity {@code system:serviceaccount:kube-system:<name>}. */
    String name();

    /** Upstream's name of the loop's queue, which is the label {@code name} of its {@code workqueue_} metrics. */
    default String queueName() {
        return name();
    }

    /** Declares what to watch. Called once, before the first {@link #reconcile}; listers got here are synced by then. */
    void setUp(Watches watches);

    /**
     * Brings one object's world one step nearer to its spec. Never called twice at once for one key. A missing object is
     * no error. Failure is an exception: the key comes again after {@link #retryAfter}.
     */
    Result reconcile(Key key) throws Exception;

    /** How long a key waits after a failure; empty for a back-off that grows with each failure in a row. */
    default Optional<Duration> retryAfter() {
        return Optional.empty();
    }

    /** How many keys may be worked on at once. */
    default int workers() {
        return 2;
    }
}
