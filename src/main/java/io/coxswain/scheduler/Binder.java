package io.coxswain.scheduler;

import io.coxswain.client.ApiClient;
import io.coxswain.client.DeleteOptions;
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
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;

/** Writes what the scheduler decided: bindings, conditions, nominations, preemptions and events. */
final class Binder {
    private static final System.Logger LOG = System.getLogger(Binder.class.getName());
    private static final JsonProvider JSON = JsonProvider.provider();

    private final ResourceClient<Pod> pods;
    private final Function<String, EventRecorder> recorders;
    private final Clock clock;

    /** @param recorders by profile: its name is the component that events come from */
    Binder(ApiClient client, Function<String, EventRecorder> recorders, Clock clock) {
        this.pods = client.resource(ResourceTypes.PODS);
        this.recorders = recorders;
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
        event(
                pod,
                pod,
                "Normal",
                "Scheduled",
                "Successfully assigned " + pod.namespace() + "/" + pod.name() + " to " + node);
    }

    /**
     * Tells why the pod has no node, as an event and as its condition PodScheduled.
     *
     * @param nominatedNode what {@code status.nominatedNodeName} shall be then, {@code ""} for nothing
     */
    void explain(PodInfo pod, String reason, String message, String nominatedNode) {
        event(pod, pod, "Warning", "FailedScheduling", message);
        boolean moved = !nominatedNode.equals(pod.nominatedNode());
        if (isTold(pod.pod(), reason, message) && !moved) {
            return;
        }
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String transition = condition(pod.pod())
                .filter(condition -> "False".equals(condition.getStatus()))
                .map(PodCondition::getLastTransitionTime)
                .orElse(now);
        JsonObjectBuilder status = JSON.createObjectBuilder()
                .add(
                        "conditions",
                        JSON.createArrayBuilder()
                                .add(JSON.createObjectBuilder()
                                        .add("type", "PodScheduled")
                                        .add("status", "False")
                                        .add("reason", reason)
                                        .add("message", message)
                                        .add("lastTransitionTime", transition)));
        if (moved) {
            status.add("nominatedNodeName", nominatedNode.isEmpty() ? JsonValue.NULL : JSON.createValue(nominatedNode));
        }
        patchStatus(pod, status);
    }

    /** Takes back that a waiting pod was promised room on a node. */
    void withdrawNomination(PodInfo pod) {
        patchStatus(pod, JSON.createObjectBuilder().addNull("nominatedNodeName"));
    }

    /** The next try tells it again if it cannot be written now. */
    private void patchStatus(PodInfo pod, JsonObjectBuilder status) {
        JsonObject patch = JSON.createObjectBuilder()
                .add("metadata", JSON.createObjectBuilder().add("uid", pod.uid()))
                .add("status", status)
                .build();
        try {
            pods.patch(pod.namespace(), pod.name(), PatchType.STRATEGIC, patch, "status", WriteOptions.DEFAULT);
        } catch (ApiException e) {
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

    /**
     * Makes a pod go so that another may come. The condition is written first: whoever made the pod can tell from it that it did
     * not fail by its own fault.
     */
    void preempt(PodInfo victim, PodInfo preemptor, String node) {
        JsonObject patch = JSON.createObjectBuilder()
                .add("metadata", JSON.createObjectBuilder().add("uid", victim.uid()))
                .add(
                        "status",
                        JSON.createObjectBuilder()
                                .add(
                                        "conditions",
                                        JSON.createArrayBuilder()
                                                .add(disruption(preemptor.schedulerName()
                                                        + ": preempting to accommodate a higher priority pod"))))
                .build();
        try {
            pods.patch(victim.namespace(), victim.name(), PatchType.STRATEGIC, patch, "status", WriteOptions.DEFAULT);
            pods.delete(victim.namespace(), victim.name(), DeleteOptions.uid(victim.uid()));
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return;
            }
            throw e;
        }
        event(preemptor, victim, "Normal", "Preempted", "Preempted by pod " + preemptor.uid() + " on node " + node);
    }

    private JsonObject disruption(String message) {
        return JSON.createObjectBuilder()
                .add("type", "DisruptionTarget")
                .add("status", "True")
                .add("reason", "PreemptionByScheduler")
                .add("message", message)
                .add(
                        "lastTransitionTime",
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
    }

    /** @param scheduled whose scheduler tells it */
    private void event(PodInfo scheduled, PodInfo about, String type, String reason, String message) {
        recorders.apply(scheduled.schedulerName()).event(about.pod(), type, reason, message);
    }

    private static Optional<PodCondition> condition(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(condition -> "PodScheduled".equals(condition.getType()))
                        .findFirst();
    }
}
