package io.coxswain.node.probe;

import io.fabric8.kubernetes.api.model.Container;

/** What probes found out so far, by container id. Unknown containers have no results. */
public interface ProbeResults {

    /** Result of a probe; {@code UNKNOWN} until one came in. */
    enum Result {
        UNKNOWN,
        SUCCESS,
        FAILURE
    }

    /** {@code SUCCESS} if the container has no startup probe. */
    Result startup(String containerId);

    Result liveness(String containerId);

    Result readiness(String containerId);

    /** Whether requests may be sent to this running container. */
    default boolean ready(Container container, String containerId) {
        return container.getReadinessProbe() == null || readiness(containerId) == Result.SUCCESS;
    }
}
