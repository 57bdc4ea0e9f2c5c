package io.coxswain.scheduler;

import io.coxswain.client.ApiClient;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.PatchType;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.WriteOptions;
import io.coxswain.meta.ApiException;
import io.coxswain.scheduler.framework.PodInfo;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import jakarta.json.JsonObject;
import jakarta.json.spi.JsonProvider;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Writes what the scheduler decided: bindings, conditions and events. */
final class Binder {
    private static final System.Logger LOG = System.getLogger(Binder.class.getName());
    private static final JsonProvider JSON = JsonProvider.provider();

    private final ResourceClient<Pod> pods;
    private final EventRecorder events;
    private final Clock clock;

    Binder(ApiClient client, EventRecorder events, Clock clock) {
        this.pods = client.resource(ResourceTypes.PODS);
        this.events = events;
        this.clock = clock;
    }

    /** Binds the pod. @throws ApiException if it is gone, bound already or replaced by another of its name */
    void bind(PodInfo pod, String node) {
        JsonObject binding = JSON.createObjectBuilder()
                .add("apiVersion", "v1")
                .add("kind", "Binding")
                .add(
                        "metadata",
                        JSON.createObjectBuilder()
                                .add("namespace", pod.namespace())
                                .add("name", pod.name())
                                .add("uid", pod.uid()))
                .add(
                        "target",
                        JSON.createObjectBuilder()
                                .add("apiVersion", "v1")
                                .add("kind", "Node")
                                .add("name", node))
                .build();
        pods.createSubresource(pod.namespace(), pod.name(), "binding", binding);
        events.event(
                pod.pod(),
                "Normal",
                "Scheduled",
                "Successfully assigned " + pod.namespace() + "/" + pod.name() + " to " + node);
    }

    /** Tells why the pod has no node, as an event and as its condition PodScheduled. */
    void explain(PodInfo pod, String reason, String message) {
        events.event(pod.pod(), "Warning", "FailedScheduling", message);
        if (isTold(pod.pod(), reason, message)) {
            return;
        }
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String transition = condition(pod.pod())
                .filter(condition -> "False".equals(condition.getStatus()))
                .map(PodCondition::getLastTransitionTime)
                .orElse(now);
        JsonObject patch = JSON.createObjectBuilder()
                .add("metadata", JSON.createObjectBuilder().add("uid", pod.uid()))
                .add(
                        "status",
                        JSON.createObjectBuilder()
                                .add(
                                        "conditions",
                                        JSON.createArrayBuilder()
                                                .add(JSON.createObjectBuilder()
                                                        .add("type", "PodScheduled")
                                                        .add("status", "False")
                                                        .add("reason", reason)
                                                        .add("message", message)
                                                        .add("lastTransitionTime", transition))))
                .build();
        try {
            pods.patch(pod.namespace(), pod.name(), PatchType.STRATEGIC, patch, "status", WriteOptions.DEFAULT);
        } catch (ApiException e) {
            // The next try tells it again.
            LOG.log(
                    e.isNotFound() ? Level.DEBUG : Level.WARNING,
                    () -> "event=condition-not-written pod=" + pod.namespace() + "/" + pod.name() + " error="
                            + e.getMessage());
        }
    }

    private static boolean isTold(Pod pod, String reason, String message) {
        return condition(pod)
                .filter(condition -> "False".equals(condition.getStatus())
                        && reason.equals(condition.getReason())
                        && message.equals(condition.getMessage()))
                .isPresent();
    }

    private static Optional<PodCondition> condition(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(condition -> "PodScheduled".equals(condition.getType()))
                        .findFirst();
    }
}
